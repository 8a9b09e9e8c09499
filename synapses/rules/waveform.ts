/** A piecewise linear voltage after a spike: points [ms after the spike, V] with times that do not fall; 0 V outside. */
export type Waveform = readonly (readonly [time: number, voltage: number])[];

export const startOf = (w: Waveform): number => w[0]![0];
export const endOf = (w: Waveform): number => w.at(-1)![0];

/** Integral of max(v, 0) over a stretch of `length` on which v goes straight from a to b. */
function positivePart(a: number, b: number, length: number): number {
  if (a <= 0 && b <= 0) return 0;
  if (a >= 0 && b >= 0) return (length * (a + b)) / 2;
  const top = Math.max(a, b);
  return (length * top * top) / (2 * Math.abs(a - b));
}

/** The area in V ms by which post - pre exceeds `up`, and by which it falls below -`down`, while both are there. */
export interface Overlap {
  up: number;
  down: number;
}

/**
 * Superposes `post`, whose spike comes dt after that of `pre`, on a device between them and writes the areas beyond its
 * thresholds to `result`: a sum over pairs of straight pieces, on each of which the voltage is straight.
 */
export function overlapOf(
  pre: Waveform,
  post: Waveform,
  dt: number,
  thresholds: Readonly<Overlap>,
  result: Overlap,
): void {
  result.up = result.down = 0;
  for (let i = 1; i < pre.length; i++) {
    const [a0, va0] = pre[i - 1]!;
    const [a1, va1] = pre[i]!;
    for (let j = 1; j < post.length; j++) {
      const [p0, vb0] = post[j - 1]!;
      const [p1, vb1] = post[j]!;
      const from = Math.max(a0, p0 + dt);
      const to = Math.min(a1, p1 + dt);
      if (!(from < to)) continue;
      const slopePre = (va1 - va0) / (a1 - a0);
      const slopePost = (vb1 - vb0) / (p1 - p0);
      const first = vb0 + slopePost * (from - dt - p0) - (va0 + slopePre * (from - a0));
      const last = first + (slopePost - slopePre) * (to - from);
      result.up += positivePart(first - thresholds.up, last - thresholds.up, to - from);
      result.down += positivePart(-first - thresholds.down, -last - thresholds.down, to - from);
    }
  }
}
