/** Coefficients of the Runge-Kutta method of Dormand and Prince 1980, doi:10.1016/0771-050X(80)90013-3. */

/** Times of the stages, as fractions of a step. */
export const STAGE_TIMES = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
/** Weights of the slopes that give the state of each stage; the last row gives the end of the step. */
export const STAGE_WEIGHTS = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
].map((row) => Float64Array.from(row));
/** Weights of the slopes in the difference from the embedded formula of order 4. */
export const ERROR_WEIGHTS = Float64Array.of(71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40);
