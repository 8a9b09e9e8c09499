/**
 * exp(x) in plain float64 operations, so that every engine and every kernel gives the same bits (ECMAScript leaves
 * Math.exp to the implementation). Reduction to |r| <= ln2/2 and the rational form of fdlibm's e_exp.c (Sun Microsystems,
 * 1993; freely usable); error below 1 ulp. Overflows to Infinity above 709.78, underflows to 0 below -745.13.
 */
export function exp(x: number): number {
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
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
  return k > -1022 && k <= 1000 ? y * POWERS_OF_2[k + 1074]! : expOfExtreme(x, y, k);
}

/** Completes `exp` for extreme x: y × 2^k, Infinity or 0. If inlined, it makes `exp` 25 % slower. */
function expOfExtreme(x: number, y: number, k: number) {
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019411) return 0;
  return scaleByPowerOf2(y, k);
}

const POWERS_OF_2 = Float64Array.from({ length: 2098 }, (_, i) => 2 ** (i - 1074));

/** y × 2^k, rounded once, for k = -1174 … 1123. */
export function scaleByPowerOf2(y: number, k: number): number {
  if (k > 1000) return y * 2 ** 100 * POWERS_OF_2[k - 100 + 1074]!;
  return k > -1022 ? y * POWERS_OF_2[k + 1074]! : y * POWERS_OF_2[k + 100 + 1074]! * 2 ** -100;
}

/** Upper 33 bits of ln 2; `LN2_LOW` is the rest. */
export const LN2_HIGH = 0.6931471803691238;
export const LN2_LOW = 1.9082149292705877e-10;

/**
 * Exponential e^((t - t0) × rate), t >= t0: the common scale of states that decay at `rate` (per ms). Product of the
 * exponential at the start of the grid cell of t and a series within the cell.
 * @param cells grid cells per ms; see `computeGridCellsPerMs`
 */
export function exponentialScaleAt(t: number, t0: number, rate: number, cells: number): number {
  const dt = t - t0;
  if (dt < 0) return exp(dt * rate);
  const cell = Math.floor(dt * cells);
  const x = (dt - cell / cells) * rate;
  return exp((cell / cells) * rate) * expSmall(x); // cells is a power of two: cell / cells is exact
}

/** Number of grid cells per ms for `exponentialScaleAt`, a power of two. Within a cell, the exponent varies by at most 2^-14. */
export const computeGridCellsPerMs = (rate: number): number => 2 ** Math.ceil(Math.log2(16384 * rate));

const SIXTH = 1 / 6;

/** e^x for 0 <= x < 2^-14 by its Taylor series; the first omitted term is below 2^-60. */
function expSmall(x: number) {
  return 1 + x * (1 + x * (0.5 + x * SIXTH));
}

const words = new Float64Array(1);
const halves = new Int32Array(words.buffer); // [low, high]: little-endian, as WebAssembly is

/** ln x by the operations of fdlibm's e_log.c; NaN below 0. */
export function log(x: number): number {
  let subnormal = 0;
  if (!(x >= 2 ** -1022 && x < Infinity)) {
    if (!(x > 0 && x < 1)) return x === 0 ? -Infinity : x > 0 ? x : Number.NaN;
    subnormal = 54;
  }
  words[0] = subnormal ? x * 2 ** 54 : x;
  const word = halves[1]!;
  const m = word & 0xfffff;
  const i = (m + 0x95f64) & 0x100000;
  const dk = (word >> 20) - 1023 - subnormal + (i >> 20);
  halves[1] = m | (i ^ 0x3ff00000);
  const f = words[0] - 1;
  const high = dk * LN2_HIGH;
  const low = dk * LN2_LOW;
  if ((0xfffff & (2 + m)) < 3) {
    return high - (f * f * (0.5 - 0.3333333333333333 * f) - low - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const t = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const R =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586))) + t;
  if (m < 0x6147a || m > 0x6b851) return high - (s * (f - R) - low - f);
  const half = 0.5 * f * f;
  return high - (half - (s * (half + R) + low) - f);
}

/** cos(y + tail) for |y| <= pi/4: fdlibm's k_cos.c. */
function nearCos(y: number, tail: number) {
  const z = y * y;
  const r =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (2.480158728947673e-5 +
              z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))));
  words[0] = y;
  const word = halves[1]! & 0x7fffffff;
  halves[0] = 0;
  halves[1] = word - 0x00200000;
  const q = word < 0x3fd33333 ? 0 : word > 0x3fe90000 ? 0.28125 : words[0];
  return 1 - q - (0.5 * z - q - (z * r - y * tail));
}

/** sin(y + tail) for |y| <= pi/4: fdlibm's k_sin.c. */
function nearSin(y: number, tail: number) {
  const z = y * y;
  const v = z * y;
  const r =
    0.00833333333332249 +
    z *
      (-0.0001984126982985795 + z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  return y - (z * (0.5 * tail - v * r) - tail - v * -0.16666666666666632);
}

/** Result of `reduceAngle`: x minus the nearest multiple of pi/2. */
let rest = 0;
/** Result of `reduceAngle`: rounding error of `rest`. */
let tail = 0;

/** Subtracts the nearest multiple k × pi/2 from x, 0 <= x <= 2 pi; returns k; sets `rest` and `tail`. */
function reduceAngle(x: number) {
  words[0] = x;
  const word = halves[1]!;
  rest = x;
  tail = 0;
  if (word <= 0x3fe921fb) return 0;
  const n = Math.floor(x * 0.6366197723675814 + 0.5);
  let r = x - n * 1.5707963267341256;
  let w = n * 6.077100506506192e-11;
  rest = r - w;
  words[0] = rest;
  if ((word >> 20) - ((halves[1]! >> 20) & 0x7ff) > 16) {
    const t = r; // close to a multiple of pi/2: the next 33 bits of it
    w = n * 6.077100506303966e-11;
    r = t - w;
    w = n * 2.0222662487959506e-21 - (t - r - w);
    rest = r - w;
  }
  tail = r - rest - w;
  return n;
}

/** cos x for 0 <= x <= 2 pi by the operations of fdlibm's s_cos.c. */
export function cos(x: number): number {
  const n = reduceAngle(x);
  const value = n & 1 ? nearSin(rest, tail) : nearCos(rest, tail);
  return (n + 1) & 2 ? -value : value;
}

/** sin x for 0 <= x <= 2 pi by the operations of fdlibm's s_sin.c. */
export function sin(x: number): number {
  const n = reduceAngle(x);
  const value = n & 1 ? nearCos(rest, tail) : nearSin(rest, tail);
  return n & 2 ? -value : value;
}
