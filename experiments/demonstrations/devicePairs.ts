import type { DeviceFactory, ModelChoice, Programming, Seed, TiledOptions } from '../index.ts';
import { effectiveConductances, MODELS, programWeights } from '../index.ts';

export const createDevice = ({ model, ...params }: ModelChoice): DeviceFactory =>
  (MODELS.devices as Record<string, (given: object) => DeviceFactory>)[model]!(params);

const RANGE = { low: 1e-6, high: 1e-4 };

interface PairOptions {
  readonly programming: Programming;
  readonly seed: Seed;
  readonly randomStreamName: string;
  readonly lineOptions?: Pick<TiledOptions, 'rows' | 'lineResistance' | 'tile'>;
}

/** Programs weights (row-major) as G+ - G-, without verification; the largest weight uses the whole range. */
export function programDevicePairs(weights: Float64Array, options: PairOptions): Float64Array {
  const { programming, seed, randomStreamName: streamName, lineOptions } = options;
  const perWeight = (RANGE.high - RANGE.low) / weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  const targets = new Float64Array(2 * weights.length);
  weights.forEach((w, k) => {
    targets[2 * k] = RANGE.low + Math.max(w, 0) * perWeight;
    targets[2 * k + 1] = RANGE.low + Math.max(-w, 0) * perWeight;
  });
  const conductances = programWeights(targets, RANGE, programming, seed, streamName);
  const effective = lineOptions
    ? effectiveConductances({ ...lineOptions, columns: targets.length / lineOptions.rows, conductances })
    : conductances;
  return weights.map((_, k) => (effective[2 * k]! - effective[2 * k + 1]!) / perWeight);
}
