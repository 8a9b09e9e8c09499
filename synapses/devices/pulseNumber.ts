import { expm1 } from '../../core/elementary.ts';
import type { Curve } from '../../core/kernels/devices.ts';
import { exp, log } from '../../core/math.ts';

/** Label of NeuroSim's nonlinearity per unit of bulge: max over x of (G_norm(x) - x) = 0.07 √2 label. */
const BULGE = 0.07 * Math.SQRT2;

/**
 * NeuroSim's parameter A, in units of the number of pulses of the full range, from its label of nonlinearity (-9 … 9, the
 * sign is that of A; 0: linear, Infinity). Solves B (1 - e^(-x/a)) - x = 0.07 √2 |label| at the x where the left side is
 * largest, with B = 1/(1 - e^(-1/a)); agrees with the table of MLP+NeuroSim V3 within 2.1e-5.
 */
export function curvature(label: number): number {
  if (label === 0) return Infinity;
  const bulge = BULGE * Math.abs(label);
  let [low, high] = [log(1e-4), log(1e6)];
  for (let i = 0; i < 200 && high - low > 1e-15; i++) {
    const middle = (low + high) / 2;
    if (bulgeOf(exp(middle)) > bulge) low = middle;
    else high = middle;
  }
  return Math.sign(label) * exp((low + high) / 2);
}

/** Largest distance of the normalised curve from the straight line. */
function bulgeOf(a: number): number {
  const b = -1 / expm1(-1 / a);
  const x = a * log(b / a);
  return -b * expm1(-x / a) - x;
}

/** The curve of a label of nonlinearity. */
export function curveOf(label: number): Curve {
  const a = curvature(label);
  return { a, whole: 1 - exp(-1 / a), back: expm1(-1 / a) };
}
