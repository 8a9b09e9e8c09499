import type { CurvePoint, CurveSeries } from '../../look/plots/chart.ts';

/** The share `q` of the values lies below it; linear between neighbours. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low === high ? low : low + (at - below) * (high - low);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Median over devices with the band of 5 to 95 %; no band for a single device. */
export function banded(x: number, values: readonly number[]): CurvePoint {
  const y = median(values);
  return values.length > 1 ? { x, y, low: quantile(values, 0.05), high: quantile(values, 0.95) } : { x, y };
}

/** A series of the means over devices where they are far from the medians, as with few levels or rare switching. */
export function means(xs: readonly number[], values: readonly (readonly number[])[]): CurveSeries[] {
  const points = xs.map((x, i) => ({ x, y: mean(values[i]!) }));
  const medians = values.map(median);
  const all = values.flat();
  const range = quantile(all, 1) - quantile(all, 0);
  const far = points.some(({ y }, i) => Math.abs(y - medians[i]!) > range / 20);
  return far ? [{ name: 'mean', points }] : [];
}

/** From `first` to `last`, evenly in the logarithm. */
export function logSpaced(first: number, last: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first * (last / first) ** (i / (count - 1)));
}

/** Numbers in rows that belong together: every device at every x, device by device within x. */
export function longForm(xs: readonly number[], values: readonly (readonly number[])[]) {
  return {
    x: xs.flatMap((x, i) => values[i]!.map(() => x)),
    device: values.flatMap((row) => row.map((_, device) => device)),
    y: values.flat(),
  };
}
