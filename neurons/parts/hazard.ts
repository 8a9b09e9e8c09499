import { expm1 } from '../../core/elementary.ts';
import { exp, log } from '../../core/math.ts';
import { findRoot } from './crossing.ts';

const EULER = 0.5772156649015329;

/** Exponential integral E1(x), x > 0 (Abramowitz & Stegun 5.1.11 and 5.1.22). */
function exponentialIntegral(x: number): number {
  if (x <= 1) {
    let sum = -EULER - log(x);
    for (let n = 1, term = 1; n < 60; n++) {
      term *= -x / n;
      sum -= term / n;
      if (Math.abs(term) < 1e-18) break;
    }
    return sum;
  }
  let b = x + 1; // continued fraction, Lentz's method
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 500; n++) {
    const a = -n * n;
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    h *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return h * exp(-x);
}

/**
 * Integral of exp(a e^(-s/tau)) over s = 0 … t: hazard accumulated by an exponential escape rate while the potential relaxes. Series
 * t + tau sum a^n (1 - e^(-n t/tau)) / (n n!); for a < -5, where the series cancels, tau (E1(|a| e^(-t/tau)) - E1(|a|)).
 */
export function relaxingHazard(a: number, t: number, tau: number): number {
  if (a < -5) {
    const x = -a * exp(-t / tau);
    return x > 1e-300
      ? tau * (exponentialIntegral(x) - exponentialIntegral(-a))
      : t - tau * (EULER + log(-a) + exponentialIntegral(-a));
  }
  let sum = 0;
  for (let n = 1, power = 1; n < 2000; n++) {
    power *= a / n;
    const term = (power / n) * -expm1((-n * t) / tau);
    sum += term;
    if (Math.abs(power) < 1e-18 * (1 + Math.abs(sum))) break;
  }
  return t + tau * sum;
}

/** Time t at which `relaxingHazard` reaches `target` > 0; bracketed by target / max and target / min of the integrand. */
export function invertRelaxingHazard(a: number, target: number, tau: number): number {
  const start = exp(a);
  const low = target / Math.max(start, 1);
  const high = target / Math.min(start, 1);
  if (low === high) return low;
  const g = (t: number) => relaxingHazard(a, t, tau) - target;
  return findRoot(g, (t) => exp(a * exp(-t / tau)), low * (1 - 1e-12), high * (1 + 1e-12));
}
