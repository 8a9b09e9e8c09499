/** Constants of fdlibm's logarithm and cosine (see core/math.ts) and of their arguments, in memory: loaded, not made anew in each turn. */

/** Of the two series. */
const c1: f64 = 4.16666666666666019037e-2;
const c2: f64 = -1.38888888888741095749e-3;
const c3: f64 = 2.48015872894767294178e-5;
const c4: f64 = -2.75573143513906633035e-7;
const c5: f64 = 2.08757232129817482790e-9;
const c6: f64 = -1.13596475577881948265e-11;
const s1: f64 = -1.66666666666666324348e-1;
const s2: f64 = 8.33333333332248946124e-3;
const s3: f64 = -1.98412698298579493134e-4;
const s4: f64 = 2.75573137070700676789e-6;
const s5: f64 = -2.50507602534068634195e-8;
const s6: f64 = 1.58969099521155010221e-10;

const T = memory.data<f64>(
  [
    2 * 0.6666666666666735130, 2 * 0.3999999999940941908, 2 * 0.2857142874366239149, 2 * 0.2222219843214978396,
    2 * 0.1818357216161805012, 2 * 0.1531383769920937332, 2 * 0.1479819860511658591, 2 * 0.693147180369123816490,
    2 * 1.90821492927058770002e-10, 1.57079632673412561417, 6.07710050650619224932e-11, 1048576, 1048575.99999999988358467817, 6.283185307179586, 1, 2,
  ],
  16,
);
/** Of the logarithm, each doubled. */
export const LG1: usize = T;
export const LG2: usize = T + 8;
export const LG3: usize = T + 16;
export const LG4: usize = T + 24;
export const LG5: usize = T + 32;
export const LG6: usize = T + 40;
export const LG7: usize = T + 48;
export const LN2_HIGH: usize = T + 56;
export const LN2_LOW: usize = T + 64;
export const QUARTER: usize = T + 72;
export const QUARTER_LOW: usize = T + 80;
/** 2^20, and that less 2^-33. */
export const WHOLE: usize = T + 88;
export const WHOLE_LESS: usize = T + 96;
export const TURN: usize = T + 104;
export const ONE: usize = T + 112;
export const TWO: usize = T + 120;

/**
 * Of two numbers, both cosines, the first a sine, the second, both: the series, its last coefficient first (that of the sine is shorter
 * by one, which is 0), then v and t where they are not y, h and k; see `product`.
 */
export const SERIES = memory.data<f64>(
  [
    c6, c6, c5, c5, c4, c4, c3, c3, c2, c2, c1, c1, 1, 1, 0, 0, 0, 0, -0.5, -0.5,
    0, c6, s6, c5, s5, c4, s4, c3, s3, c2, s2, c1, 0, 1, -1, 0, 0.5, 0, s1, -0.5,
    c6, 0, c5, s6, c4, s5, c3, s4, c2, s3, c1, s2, 1, 0, 0, -1, 0, 0.5, -0.5, s1,
    0, 0, s6, s6, s5, s5, s4, s4, s3, s3, s2, s2, 0, 0, -1, -1, 0.5, 0.5, s1, s1,
  ],
  16,
);
export const SERIES_BYTES: usize = 160;

/** Which of them are cosines, and the upper half of |y| up to which q is 0, which it is for all sines. */
const all: u32 = 0xffffffff;
const least: u32 = 0x3fd33332;
const none: u32 = 0x7fffffff;
export const COSINES = memory.data<u32>(
  [
    all, all, all, all, 0, least, 0, least,
    0, 0, all, all, 0, none, 0, least,
    all, all, 0, 0, 0, least, 0, none,
    0, 0, 0, 0, 0, none, 0, none,
  ],
  16,
);
