import {
  CELLS_PER_BINADE,
  COEFFICIENT_COUNT,
  MAX_TABULATED,
  MIN_EXPONENT,
  TABLE_ROW_LENGTH,
} from '../../core/kernels/conductances.ts';
import { cos, exp, log } from '../../core/math.ts';
import { attractor, conductancePotential } from './conductancePotential.ts';

/** Up to here the series of `shunted` loses nothing. */
const MIN_DIRECT = 0.25;

let lastTs = Number.NaN;
let atSmall = 0;

/** The attractor at any b > 0; see `towards`. Below `SMALL` it is followed down from there. */
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

/** Coefficients of Chebyshev polynomials, by their degree, in powers of x. */
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

/** Fills a row with the polynomial through f at Chebyshev nodes of middle ± half: for functions smooth on its scale, to rounding. */
function fitPolynomial(row: Float64Array, f: (b: number) => number, middle: number, half: number): void {
  const values = NODES.map((x) => f(middle + half * x));
  row.fill(0);
  for (let n = 0; n < COEFFICIENT_COUNT; n++) {
    let c = 0;
    // T_n at node i is the cosine of n (2i + 1) pi / 2N, whose argument is brought below 2 pi.
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

const tableCache = new Map<number, Float64Array>();
const MAX_CACHED = 8;

/**
 * The attractor times e^-b / b for one ts = tauSyn / tau, for kernels: in each cell of b a polynomial of degree 5 in the distance from its
 * middle, and e^middle. Its only singularity is at 0, 256 half-widths away or more, so the error is that of rounding.
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
