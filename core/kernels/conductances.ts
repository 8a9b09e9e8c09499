/**
 * Length of a row of the table of `lookUpAttractor`: polynomial coefficients and e^b at the middle of a cell of b =
 * conductance × synaptic time constant. Up to b = 2, 128 cells per power of two; beyond, cells of equal width.
 */
export const ATTRACTOR_ROW_LENGTH = 8;
export const POLYNOMIAL_COEFFICIENT_COUNT = 6;
export const TABLE_CELLS_PER_BINADE = 128;
export const MIN_TABLE_EXPONENT = -44;
export const MIN_TABLE_ARGUMENT = 2 ** MIN_TABLE_EXPONENT;
export const MAX_TABLE_ARGUMENT = 64;
const SILENT = -Infinity;

const words = new Float64Array(1);
const halves = new Int32Array(words.buffer);

/** One offset per power of two of b: the low bits of b + offset are the index of the table interval of b. */
const CELL_OFFSETS = Float64Array.from(
  { length: 2 - MIN_TABLE_EXPONENT },
  (_, k) => 2 ** (MIN_TABLE_EXPONENT + 45 + k),
);

/** Result of `locateRow`: start of the table row. */
let row = 0;
/** Result of `locateRow`: distance of b from the middle of its table interval. */
let x = 0;

/** Finds the table row for b = conductance × synaptic time constant. */
function locateRow(b: number) {
  words[0] = b;
  const binade = Math.min((halves[1]! >> 20) - (1023 + MIN_TABLE_EXPONENT), 1 - MIN_TABLE_EXPONENT);
  const large = CELL_OFFSETS[binade]!;
  const sum = b + large;
  x = b - (sum - large);
  words[0] = sum;
  row = (binade * TABLE_CELLS_PER_BINADE + halves[0]! - TABLE_CELLS_PER_BINADE) * ATTRACTOR_ROW_LENGTH;
}

/** Looks up attractor × e^-b / b. Attractor: value that the potential approaches under the decaying conductance b. */
export function lookUpAttractor(table: Float64Array, b: number): number {
  locateRow(b);
  const y = x * x;
  const even = table[row]! + y * (table[row + 2]! + y * table[row + 4]!);
  const odd = table[row + 1]! + y * (table[row + 3]! + y * table[row + 5]!);
  return even + x * odd;
}

/** e^b for the argument b of the last `lookUpAttractor`. */
export function lookUpExp(table: Float64Array): number {
  const series = 1 + x * (0.5 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720)))));
  return table[row + POLYNOMIAL_COEFFICIENT_COUNT]! * (1 + x * series);
}

/**
 * Lower bound of the time until the potential of a neuron rises from `v` to `bar`, in synaptic time constants; Infinity
 * if never, 0 if v >= bar. `ts`: synaptic time constant in membrane time constants, `b`: ts × conductance, `reversal`:
 * b × reversal potential.
 */
export function boundTimeToThreshold(b: number, reversal: number, v: number, bar: number, ts: number): number {
  const way = bar - v;
  if (!(way > 0)) return 0;
  const upwards = reversal - bar * b;
  const needed = bar * ts;
  const drive = upwards - needed;
  if (v === SILENT || (bar >= 0 && !(drive > 0))) return Infinity;
  const from = v + (upwards >= 0 ? way * 0.5 : 0);
  const rise = way / (Math.max(reversal - from * b, 0) - from * ts);
  const turn = (drive + drive) / -Math.abs(upwards + needed); // time until the drive at threshold is upward; below 0 if it is already
  return Math.max(rise, turn);
}
