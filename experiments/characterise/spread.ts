import type { CurvePoint } from '../plots/chart.ts';

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

/** Median over devices with the band of 5 to 95 %; no band for a single device. */
export function banded(x: number, values: readonly number[]): CurvePoint {
  const y = median(values);
  return values.length > 1 ? { x, y, low: quantile(values, 0.05), high: quantile(values, 0.95) } : { x, y };
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
