import { effectiveConductances, type Programming, programWeights, type Seed, type TiledOptions } from '../index.ts';

/** Conductance range of a device, S. */
const RANGE = { low: 1e-6, high: 1e-4 };

interface PairOptions {
  readonly how: Programming;
  readonly seed: Seed;
  /** Name of the random stream. */
  readonly stream: string;
  /** Array rows, line resistance and tile size for reading the pairs; ideal lines by default. */
  readonly lines?: Pick<TiledOptions, 'rows' | 'lineResistance' | 'tile'>;
}

/**
 * Programs weights (row-major) into pairs of neighbouring devices, without verification. Returns the weights as read
 * from G+ - G-, the difference of conductances. The largest weight uses the whole range of a device.
 */
export function programPairs(weights: Float64Array, { how, seed, stream, lines }: PairOptions): Float64Array {
  const perWeight = (RANGE.high - RANGE.low) / weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  const targets = new Float64Array(2 * weights.length);
  weights.forEach((w, k) => {
    targets[2 * k] = RANGE.low + Math.max(w, 0) * perWeight;
    targets[2 * k + 1] = RANGE.low + Math.max(-w, 0) * perWeight;
  });
  const conductances = programWeights(targets, RANGE, how, seed, stream);
  const effective = lines
    ? effectiveConductances({ ...lines, columns: targets.length / lines.rows, conductances })
    : conductances;
  return weights.map((_, k) => (effective[2 * k]! - effective[2 * k + 1]!) / perWeight);
}
