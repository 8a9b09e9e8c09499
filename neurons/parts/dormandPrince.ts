import { ERROR_WEIGHTS, STAGE_WEIGHTS } from '../../core/dormandPrince.ts';

const STAGE_COUNT = 7;
/** Weights of the slopes in the last term of the dense output. */
const DENSE_WEIGHTS = [
  -12715105075 / 11282082432,
  0,
  87487479700 / 32700410799,
  -10690763975 / 1880347072,
  701980252875 / 199316789632,
  -1453857185 / 822651844,
  69997945 / 29380423,
] as const;

/**
 * One step of an autonomous system y' = f(y) by the Runge-Kutta pair of order 5(4) of Dormand & Prince 1980,
 * doi:10.1016/0771-050X(80)90013-3, with dense output of order 4 (Hairer, Norsett & Wanner 1993, section II.6).
 */
export class DormandPrinceStep {
  /** State at the end of the step. */
  readonly end: Float64Array;
  readonly #start: Float64Array;
  readonly #slopes: readonly Float64Array[];
  #length = 0;

  constructor(size: number) {
    this.end = new Float64Array(size);
    this.#start = new Float64Array(size);
    this.#slopes = Array.from({ length: STAGE_COUNT }, () => new Float64Array(size));
  }

  /** Makes a step of `length` ms from `start`. Returns the largest error in units of `tolerance` (1 + |y|). */
  take(
    start: Float64Array,
    length: number,
    derivative: (y: Float64Array, slopes: Float64Array) => void,
    tolerance: number,
  ) {
    const y = this.end;
    this.#start.set(start);
    this.#length = length;
    for (let stage = 0; stage < STAGE_COUNT; stage++) {
      for (let i = 0; i < y.length; i++) y[i] = start[i]! + length * this.#sumSlopes(STAGE_WEIGHTS[stage]!, i);
      derivative(y, this.#slopes[stage]!);
    }
    let error = 0;
    for (let i = 0; i < y.length; i++) {
      const scale = tolerance * (1 + Math.max(Math.abs(start[i]!), Math.abs(y[i]!)));
      error = Math.max(error, Math.abs(length * this.#sumSlopes(ERROR_WEIGHTS, i)) / scale); // NaN if any is
    }
    return error;
  }

  /** Value of variable i at a fraction (0 to 1) of the step, by the dense output. */
  interpolate(i: number, fraction: number): number {
    const [y, first, last] = [this.#start[i]!, this.#slopes[0]![i]!, this.#slopes[STAGE_COUNT - 1]![i]!];
    const rise = this.end[i]! - y;
    const bend = this.#length * first - rise;
    const twist = rise - this.#length * last - bend;
    const quartic = this.#length * this.#sumSlopes(DENSE_WEIGHTS, i);
    const rest = 1 - fraction;
    return y + fraction * (rise + rest * (bend + fraction * (twist + rest * quartic)));
  }

  #sumSlopes(weights: ArrayLike<number>, i: number): number {
    let sum = 0;
    for (let k = 0; k < weights.length; k++) sum += weights[k]! * this.#slopes[k]![i]!;
    return sum;
  }
}
