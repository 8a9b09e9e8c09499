import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { CurvePoint } from './chart.ts';

/** A point of a curve from one value a seed: their mean, in a band of one sample standard deviation to either side. */
export function summariseSeeds(x: number, values: readonly number[]): CurvePoint {
  const y = mean([...values]);
  if (values.length < 2) return { x, y };
  const sd = sampleStandardDeviation([...values]);
  return { x, y, low: y - sd, high: y + sd };
}
