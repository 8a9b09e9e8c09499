/**
 * exp(x) in plain float64 operations, so that every engine and every kernel gives the same bits (ECMAScript leaves
 * Math.exp to the implementation). Reduction to |r| <= ln2/2 and the rational form of fdlibm's e_exp.c (Sun Microsystems,
 * 1993; freely usable); error below 1 ulp. Overflows to Infinity above 709.78, underflows to 0 below -745.13.
 */
export function exp(x: number): number {
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019411) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const high = x - k * 0.6931471803691238;
  const low = k * 1.9082149292705877e-10;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  if (k > 1000) return y * 2 ** 100 * POWERS[k - 100 + 1074]!;
  return k > -1022 ? y * POWERS[k + 1074]! : y * POWERS[k + 100 + 1074]! * 2 ** -100;
}

/** 2^k for k = -1074 … 1023. */
const POWERS = Float64Array.from({ length: 2098 }, (_, i) => 2 ** (i - 1074));

/**
 * e^((t - t0) rate), the shared scale of lazily decaying states, for t >= t0 from e^(cell) of the grid cell that t lies in
 * and the series of the rest: a function of t alone, whoever asks and in whatever order, and cheap for many t in one cell.
 * `cells` (cells per ms, a power of two) must be at least 2^14 × rate; see `cellsFor`.
 */
export function scaleAt(t: number, t0: number, rate: number, cells: number): number {
  const dt = t - t0;
  if (dt < 0) return exp(dt * rate);
  const cell = Math.floor(dt * cells);
  const x = (dt - cell / cells) * rate;
  return exp((cell / cells) * rate) * expSmall(x); // cells is a power of two: cell / cells is exact
}

/** Cells per ms for `scaleAt`, so that the rest of the exponent stays below 2^-14. */
export const cellsFor = (rate: number): number => 2 ** Math.ceil(Math.log2(16384 * rate));

const SIXTH = 1 / 6;

/** e^x for 0 <= x < 2^-14 by its series; the next term is below 2^-60. */
export function expSmall(x: number): number {
  return 1 + x * (1 + x * (0.5 + x * SIXTH));
}
