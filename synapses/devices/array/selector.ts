import type * as z from 'zod/mini';
import { fromZero, number, object, positive } from '../../../core/declare/params.ts';
import { validate } from '../../../core/declare/validate.ts';
import { exp } from '../../../core/math.ts';
import { CounterRandom, type Seed } from '../../../core/random/random.ts';

const params = {
  threshold: positive(1, 'V', 'mean switching voltage (assumed)'),
  spread: fromZero(0.05, 'V', 'sd (normal) of the switching voltage (assumed)'),
  tau: positive(10, 'ns', 'mean time to switch at the switching voltage (assumed)'),
  slope: positive(0.05, 'V', 'voltage that makes it e times faster (assumed)'),
};
const selectorParams = object(params);
type Selector = z.output<typeof selectorParams>;

/** A read pulse and what it meets, as a part of a device. */
export const selectorReadParams = object(
  {
    voltage: number({ min: 0, exclusiveMin: true, unit: 'V', help: 'of the read pulse, across the selector' }),
    time: number({ min: 0, exclusiveMin: true, unit: 'ns', help: 'length of the read pulse' }),
    ...params,
  },
  'a selector in series (1S1R) that may not open within a read pulse: a conducting device then seems to block, more often the higher its switching voltage',
);

/** Probability that a selector whose switching voltage is z sd above the mean does not open. */
export const missProbability = (
  { voltage, time }: Pulse,
  { threshold, spread, tau, slope }: Selector,
  z: number,
): number => exp(-time / (tau * exp((threshold + spread * z - voltage) / slope)));

interface Pulse {
  /** Across the selector, V. */
  readonly voltage: number;
  /** ns */
  readonly time: number;
}

/**
 * Share of the selectors that do not open within a read pulse, so that a conducting cell behind them is taken for a blocking
 * one: the error rate of reading a 1S1R cell. A selector with switching voltage V_th waits an exponential time of mean
 *   tau e^(-(V - V_th)/slope),
 * so it misses a pulse of length t with probability e^(-t/mean); V_th is normal over the devices. The mean over `devices`
 * draws, the same ones for every pulse.
 * @param pulse voltage across the selector, V, and length, ns
 */
export function selectorMisses(
  pulse: Pulse,
  given: Partial<Selector>,
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
