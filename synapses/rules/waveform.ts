/** Piecewise linear voltage after a spike: points [ms after the spike, V] in ascending order of time; 0 V outside. */
export type Waveform = readonly (readonly [time: number, voltage: number])[];

export const waveformStart = (w: Waveform): number => w[0]![0];
export const waveformEnd = (w: Waveform): number => w.at(-1)![0];

/** Returns the linear pieces of a waveform, four numbers each: start, end, voltage at the start, slope. */
export function splitPieces(w: Waveform): Float64Array {
  const pieces = w.slice(1).flatMap(([to, last], i) => {
    const [from, first] = w[i]!;
    return from < to ? [from, to, first, (last - first) / (to - from)] : [];
  });
  return Float64Array.from(pieces);
}

/** Integral of max(v, 0) over a time `length` in which v is linear from a to b. */
function positivePart(a: number, b: number, length: number): number {
  if (a <= 0 && b <= 0) return 0;
  if (a >= 0 && b >= 0) return (length * (a + b)) / 2;
  const top = Math.max(a, b);
  return (length * top * top) / (2 * Math.abs(a - b));
}

/** Areas of overlap, V ms: post - pre above `up`, pre - post above `down`; also the two thresholds, V. */
interface Overlap {
  up: number;
  down: number;
}

/**
 * Superposes two waveforms, the postsynaptic one dt later, and writes the areas beyond the thresholds to `result`: a
 * sum over pairs of pieces, on each of which the voltage is linear.
 */
export function integrateOverlap(
  pre: Float64Array,
  post: Float64Array,
  dt: number,
  thresholds: Readonly<Overlap>,
  result: Overlap,
): void {
  let up = 0;
  let down = 0;
  for (let i = 0; i < pre.length; i += 4) {
    for (let j = 0; j < post.length; j += 4) {
      const from = Math.max(pre[i]!, post[j]! + dt);
      const length = Math.min(pre[i + 1]!, post[j + 1]! + dt) - from;
      if (!(length > 0)) continue;
      const first =
        post[j + 2]! + post[j + 3]! * (from - dt - post[j]!) - (pre[i + 2]! + pre[i + 3]! * (from - pre[i]!));
      const last = first + (post[j + 3]! - pre[i + 3]!) * length;
      up += positivePart(first - thresholds.up, last - thresholds.up, length);
      down += positivePart(-first - thresholds.down, -last - thresholds.down, length);
    }
  }
  result.up = up;
  result.down = down;
}
