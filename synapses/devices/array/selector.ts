import { number, object } from '../../../core/declare/params.ts';
import { validate } from '../../../core/declare/validate.ts';
import { exp } from '../../../core/math.ts';
import { CounterRandom, type Seed } from '../../../core/random/random.ts';

const selectorParams = object({
  threshold: number({ default: 1, min: 0, exclusiveMin: true, unit: 'V', help: 'mean switching voltage (assumed)' }),
  spread: number({ default: 0.05, min: 0, unit: 'V', help: 'sd (normal) of the switching voltage (assumed)' }),
  tau: number({
    default: 10,
    min: 0,
    exclusiveMin: true,
    unit: 'ns',
    help: 'mean time to switch at the switching voltage (assumed)',
  }),
  slope: number({
    default: 0.05,
    min: 0,
    exclusiveMin: true,
    unit: 'V',
    help: 'voltage that makes switching faster by a factor e (assumed)',
  }),
});

/**
 * Share of the selectors that do not open within a read pulse, so that a conducting cell behind them is taken for a blocking
 * one: the error rate of reading a 1S1R cell. A selector with switching voltage V_th waits an exponential time of mean
 *   tau e^(-(V - V_th)/slope),
 * so it misses a pulse of length t with probability e^(-t/mean); V_th is normal over the devices. The mean over `devices`
 * draws, the same ones for every pulse.
 * @param pulse voltage across the selector, V, and length, ns
 */
export function selectorMisses(
  pulse: { readonly voltage: number; readonly time: number },
  given: Partial<Record<keyof typeof selectorParams.shape, number>>,
  { devices, seed }: { readonly devices: number; readonly seed: Seed },
): number {
  const { threshold, spread, tau, slope } = validate(selectorParams, given, 'selector');
  const random = new CounterRandom(seed, 'selector/threshold');
  let misses = 0;
  for (let k = 0; k < devices; k++) {
    const excess = pulse.voltage - threshold - spread * random.normal(k, 0);
    misses += exp(-pulse.time / (tau * exp(-excess / slope)));
  }
  return misses / devices;
}
