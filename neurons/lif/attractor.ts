import {
  CELLS_PER_BINADE,
  COEFFICIENT_COUNT,
  MAX_TABULATED,
  MIN_EXPONENT,
  TABLE_ROW_LENGTH,
} from '../../core/kernels/conductances.ts';
import { cos, exp, log } from '../../core/math.ts';
import { attractor, conductancePotential } from './conductancePotential.ts';

/** Minimum b for direct evaluation; up to this value the series of `conductancePotential` has no cancellation. */
const MIN_DIRECT = 0.25;

let lastTs = Number.NaN;
let atSmall = 0;

/** `attractor` for any b > 0; values below `MIN_DIRECT` are integrated from there. */
export function attractorAt(ts: number, b: number): number {
  if (b > MIN_DIRECT) return attractor(ts, b);
  if (ts !== lastTs) {
    lastTs = ts;
    atSmall = attractor(ts, MIN_DIRECT);
  }
  return conductancePotential(atSmall, MIN_DIRECT / ts, 1, ts, ts * log(MIN_DIRECT / b));
}

const PI = Math.PI;
const NODES = Array.from({ length: COEFFICIENT_COUNT }, (_, i) => cos(((2 * i + 1) * PI) / (2 * COEFFICIENT_COUNT)));

/** Coefficients of the Chebyshev polynomials in powers of x, indexed by degree. */
const POWERS: readonly (readonly number[])[] = (() => {
  const rows = [[1], [0, 1]];
  for (let n = 2; n < COEFFICIENT_COUNT; n++) {
    const next = [0, ...rows[n - 1]!.map((c) => 2 * c)];
    rows[n - 2]!.forEach((c, k) => {
      next[k]! -= c;
    });
    rows.push(next);
  }
  return rows;
})();

/** Writes to `row` the polynomial through f at the Chebyshev nodes of middle ± half; exact to rounding for smooth f. */
function fitPolynomial(row: Float64Array, f: (b: number) => number, middle: number, half: number): void {
  const values = NODES.map((x) => f(middle + half * x));
  row.fill(0);
  for (let n = 0; n < COEFFICIENT_COUNT; n++) {
    let c = 0;
    // T_n at node i is the cosine of n (2i + 1) pi / 2N; the argument is reduced to below 2 pi.
    for (let i = 0; i < COEFFICIENT_COUNT; i++) {
      const turn = (n * (2 * i + 1)) % (4 * COEFFICIENT_COUNT);
      c += values[i]! * cos((turn * PI) / (2 * COEFFICIENT_COUNT));
    }
    c *= (n === 0 ? 1 : 2) / COEFFICIENT_COUNT;
    let unit = 1; // half^k
    POWERS[n]!.forEach((power, k) => {
      row[k]! += (c * power) / unit;
      unit *= half;
    });
  }
}

/** Attractor tables by ts, and the maximum number of cached tables. */
const tableCache = new Map<number, Float64Array>();
const MAX_CACHED = 8;

/**
 * Kernel table of attractor × e^-b / b for one ts = tauSyn / tau: for each cell of b a polynomial of degree 5 in the distance from the
 * middle of the cell, and e^middle. The only singularity, b = 0, is at least 256 half-widths away, so the error is that of rounding.
 */
export function attractorTable(ts: number): Float64Array {
  const known = tableCache.get(ts);
  if (known !== undefined) return known;
  const fine = (1 - MIN_EXPONENT) * CELLS_PER_BINADE;
  const table = new Float64Array((fine + (MAX_TABULATED - 2) * (CELLS_PER_BINADE / 2) + 1) * TABLE_ROW_LENGTH);
  for (let cell = 0, at = 0; at < table.length; cell++, at += TABLE_ROW_LENGTH) {
    const binade = Math.min(Math.floor(cell / CELLS_PER_BINADE), 1 - MIN_EXPONENT);
    const width = 2 ** (MIN_EXPONENT + binade) / CELLS_PER_BINADE;
    const middle = width * (CELLS_PER_BINADE + cell - CELLS_PER_BINADE * binade);
    fitPolynomial(
      table.subarray(at, at + COEFFICIENT_COUNT),
      (b) => (attractorAt(ts, b) / b) * exp(-b),
      middle,
      width / 2,
    );
    table[at + COEFFICIENT_COUNT] = exp(middle);
  }
  if (tableCache.size === MAX_CACHED) tableCache.delete(tableCache.keys().next().value!);
  tableCache.set(ts, table);
  return table;
}
