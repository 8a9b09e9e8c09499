import type * as z from 'zod/mini';
import { fromZero, number, object, positive } from '../../../core/declare/params.ts';
import { validate } from '../../../core/declare/validate.ts';
import { exp } from '../../../core/math.ts';
import { CounterRandom, type Seed } from '../../../core/random/random.ts';

const params = {
  threshold: positive(1, 'V', 'mean switching voltage (assumed)'),
  spread: fromZero(0.05, 'V', 'sd (normal) of the switching voltage between devices (assumed)'),
  tau: positive(10, 'ns', 'mean switching time at the switching voltage (assumed)'),
  slope: positive(0.05, 'V', 'voltage increase that shortens the switching time by a factor of e (assumed)'),
};
const selectorParams = object(params);
type SelectorParams = z.output<typeof selectorParams>;

/** Selector parameters of a device, with its read pulse. */
export const selectorReadParams = object(
  {
    voltage: number({ min: 0, exclusiveMin: true, unit: 'V', help: 'voltage of the read pulse across the selector' }),
    time: number({ min: 0, exclusiveMin: true, unit: 'ns', help: 'duration of the read pulse' }),
    ...params,
  },
  'selector in series (1S1R): it may stay closed during a read pulse, so that a conducting device is read as not conducting; the higher its switching voltage, the more often',
);

/** Probability that a selector stays closed during a read pulse. z: deviation of its switching voltage, in sd. */
export const missProbability = (
  { voltage, time }: ReadPulse,
  { threshold, spread, tau, slope }: SelectorParams,
  z: number,
): number => exp(-time / (tau * exp((threshold + spread * z - voltage) / slope)));

interface ReadPulse {
  /** Voltage across the selector, V. */
  readonly voltage: number;
  /** Duration, ns. */
  readonly time: number;
}

/**
 * Share of selectors that stay closed during a read pulse: the read error rate of conducting 1S1R cells. A selector
 * with switching voltage V_th opens after an exponentially distributed time of mean
 *   tau e^(-(V - V_th)/slope),
 * so it misses a pulse of duration t with probability e^(-t/mean). V_th is normal over the devices. Averages over
 * `devices` draws, which are the same for every pulse.
 * @param pulse voltage across the selector, V, and duration, ns
 */
export function selectorMisses(
  pulse: ReadPulse,
  given: Partial<SelectorParams>,
  { devices, seed }: { readonly devices: number; readonly seed: Seed },
): number {
  const selector = validate(selectorParams, given, 'selector');
  const random = new CounterRandom(seed, 'selector/threshold');
  let misses = 0;
  for (let k = 0; k < devices; k++) {
    misses += missProbability(pulse, selector, random.normal(k, 0));
  }
  return misses / devices;
}
