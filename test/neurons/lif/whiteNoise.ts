/** Rates, variability and first passages of LIF neurons under white noise in closed form, and networks that are compared with them. */
import type { Network } from '../../../core/network.ts';
import { lif } from '../../../neurons/index.ts';

export const CELL = { tau: 20, capacitance: 20, threshold: 20, reset: 10, refractory: 2 } as const;

/** Regimes: steady potential and sigma, mV; rate, Hz (Siegert 1951), and CV of the intervals (Brunel 2000), by quadrature. */
export const REGIMES = [
  { mu: 15, sigma: 2.5, rate: 4.18284, cv: 0.86269 },
  { mu: 19, sigma: 2, rate: 16.41213, cv: 0.53437 },
  { mu: 25, sigma: 2, rate: 43.8394, cv: 0.28084 },
] as const;

export const populationOf =
  ({ mu, sigma }: { readonly mu: number; readonly sigma: number }, size: number) =>
  (net: Network) =>
    net.population('cells', lif({ size, ...CELL, current: mu, noise: { sigma } }));

/**
 * Distribution of the time (ms) that V takes from reset to threshold, by the integral equation of a Wiener process with a moving
 * boundary (Durbin 1971; Buonocore et al. 1987): V - mu times e^(t / tau) is one, with the clock sigma^2 (e^(2 t / tau) - 1).
 */
export function firstPassage(
  { mu, sigma }: { readonly mu: number; readonly sigma: number },
  until: number,
  steps: number,
) {
  const { tau, threshold, reset } = CELL;
  const step = until / steps;
  const clock = Float64Array.from({ length: steps + 1 }, (_, k) => sigma ** 2 * Math.expm1((2 * k * step) / tau));
  const boundary = clock.map((s) => (threshold - mu) * Math.sqrt(1 + s / sigma ** 2));
  const slope = clock.map((s) => (threshold - mu) / (2 * sigma ** 2 * Math.sqrt(1 + s / sigma ** 2)));
  const kernel = (k: number, s: number, x: number) => {
    const [dt, dx] = [clock[k]! - s, boundary[k]! - x];
    return (dx / dt - slope[k]!) * (Math.exp(-(dx * dx) / (2 * dt)) / Math.sqrt(2 * Math.PI * dt));
  };
  const rate = clock.map((s) => (2 / tau) * (s + sigma ** 2)); // of the clock
  const density = new Float64Array(steps + 1); // per ms
  const passed = new Float64Array(steps + 1);
  for (let k = 1; k <= steps; k++) {
    let sum = kernel(k, 0, reset - mu);
    for (let i = 1; i < k; i++) sum -= density[i]! * step * kernel(k, clock[i]!, boundary[i]!);
    density[k] = sum * rate[k]!;
    passed[k] = passed[k - 1]! + (step * (density[k - 1]! + density[k]!)) / 2;
  }
  return (t: number) => {
    const k = Math.min(Math.floor(t / step), steps - 1);
    return passed[k]! + (t / step - k) * (passed[k + 1]! - passed[k]!);
  };
}
