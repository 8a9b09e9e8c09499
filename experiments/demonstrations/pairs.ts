import { effectiveConductances, type Programming, programmed, type Seed, type TiledOptions } from '../index.ts';

/** Range of a device, S. */
const DEVICE = { low: 1e-6, high: 1e-4 };

interface Pairs {
  readonly how: Programming;
  readonly seed: Seed;
  /** Names the draws. */
  readonly stream: string;
  /** What the pairs are read through; ideal lines if left out. */
  readonly lines?: Pick<TiledOptions, 'rows' | 'lineResistance' | 'tile'>;
}

/**
 * Weights (row-major) as they are read off differences of two devices, G+ - G-, side by side, that were programmed blindly. The
 * largest weight takes the whole range of a device.
 */
export function onPairs(weights: Float64Array, { how, seed, stream, lines }: Pairs): Float64Array {
  const perWeight = (DEVICE.high - DEVICE.low) / weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  const asked = new Float64Array(2 * weights.length);
  weights.forEach((w, k) => {
    asked[2 * k] = DEVICE.low + Math.max(w, 0) * perWeight;
    asked[2 * k + 1] = DEVICE.low + Math.max(-w, 0) * perWeight;
  });
  const conductances = programmed(asked, DEVICE, how, seed, stream);
  const read = lines
    ? effectiveConductances({ ...lines, columns: asked.length / lines.rows, conductances })
    : conductances;
  return weights.map((_, k) => (read[2 * k]! - read[2 * k + 1]!) / perWeight);
}
