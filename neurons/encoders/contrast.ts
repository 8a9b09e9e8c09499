import { exp } from '../../core/math.ts';

/** Difference of Gaussians, in pixels; contrasts at or below `least` are none. */
export interface Contrast {
  readonly centre: number;
  readonly surround: number;
  readonly least: number;
}

/** Weights of a Gaussian of this sd at the distances 0 … 2.5 sd, which add up to 1 over both sides. */
function gaussian(sd: number): Float64Array {
  const reach = Math.max(1, Math.ceil(2.5 * sd));
  const weights = Float64Array.from({ length: reach + 1 }, (_, d) => exp((-d * d) / (2 * sd * sd)));
  const sum = weights.reduce((all, w, d) => all + (d === 0 ? w : 2 * w), 0);
  return weights.map((w) => w / sum);
}

/** Blurs along rows, then along columns; beyond the image it is black. */
function blurred(pixels: ArrayLike<number>, rows: number, columns: number, weights: Float64Array): Float64Array {
  const across = new Float64Array(rows * columns);
  const out = new Float64Array(rows * columns);
  const spread = (
    from: ArrayLike<number>,
    to: Float64Array,
    step: number,
    place: (i: number) => number,
    length: number,
  ) => {
    for (let i = 0; i < to.length; i++) {
      const at = place(i);
      let sum = weights[0]! * from[i]!;
      for (let d = 1; d < weights.length; d++) {
        if (at - d >= 0) sum += weights[d]! * from[i - d * step]!;
        if (at + d < length) sum += weights[d]! * from[i + d * step]!;
      }
      to[i] = sum;
    }
  };
  spread(pixels, across, 1, (i) => i % columns, columns);
  spread(across, out, columns, (i) => Math.floor(i / columns), rows);
  return out;
}

/**
 * What on- and off-cells of a retina see of an image with intensities in [0, 1]: d = G(centre) * x - G(surround) * x, on = d,
 * off = -d where that is above `least`, else 0. Place i has its on-cell at 2 i and its off-cell at 2 i + 1.
 * Source: Rodieck 1965, doi:10.1016/0042-6989(65)90033-7 (difference of Gaussians).
 */
export function contrastOf(pixels: ArrayLike<number>, columns: number, p: Contrast): Float64Array {
  const rows = pixels.length / columns;
  const centre = blurred(pixels, rows, columns, gaussian(p.centre));
  const surround = blurred(pixels, rows, columns, gaussian(p.surround));
  const cells = new Float64Array(2 * pixels.length);
  for (let i = 0; i < pixels.length; i++) {
    const d = centre[i]! - surround[i]!;
    if (d > p.least) cells[2 * i] = d;
    else if (-d > p.least) cells[2 * i + 1] = -d;
  }
  return cells;
}
