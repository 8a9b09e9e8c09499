import * as z from 'zod/mini';
import { POSITIVE_RANGE } from '../../core/declare/elementParameter.ts';
import { UserError } from '../../core/declare/errors.ts';
import { number, pair } from '../../core/declare/params.ts';
import { minLength, type NumberRange } from '../../core/declare/ranged.ts';
import { MAX_TIME, snap, TICK } from '../../core/time.ts';

/** Schema of steps [[time in ms, value from then on], ...]. */
export const stepsSchema = (help: string, range: NumberRange = {}) =>
  z.array(pair(number({ min: 0, max: MAX_TIME, help: 'time, ms' }), number({ ...range, help }))).check(minLength(1));

export const periodSchema = number({
  ...POSITIVE_RANGE,
  max: MAX_TIME,
  unit: 'ms',
  help: 'period with which the steps are repeated; the first step must be at 0 ms',
});

/** Steps of a quantity: [t in ms, value from t on], ascending; repeated every `period` ms, if given. */
export interface Steps {
  readonly steps: readonly (readonly [number, number])[];
  readonly period?: number | undefined;
}

/** Piecewise constant quantity: 0 before its first step. Steps are numbered from 0, over all periods. */
export class StepSchedule {
  readonly #times;
  readonly #values;
  readonly #period;

  constructor({ steps, period }: Steps, where: string) {
    const times = (this.#times = steps.map(([t]) => snap(t)));
    this.#values = steps.map(([, value]) => value);
    this.#period = period === undefined ? Infinity : Math.max(snap(period), TICK);
    const late = times.findIndex((t, i) => i > 0 && t <= times[i - 1]!);
    if (late > 0)
      throw new UserError(
        `${where}.${late} is at ${steps[late]![0]} ms, but must be later than the previous time, ${steps[late - 1]![0]} ms.`,
      );
    if (period !== undefined && times[0] !== 0)
      throw new UserError(`${where}.0 is at ${steps[0]![0]} ms, but a periodic schedule must start at 0 ms.`);
    if (times.at(-1)! >= this.#period)
      throw new UserError(
        `${where}.${times.length - 1} is at ${steps.at(-1)![0]} ms, but must be < the period of ${period} ms.`,
      );
  }

  /** Lowest and highest value at any time. */
  get range(): readonly [lowest: number, highest: number] {
    const start = this.#times[0] === 0 ? this.#values[0]! : 0;
    return [this.#values.reduce((x, y) => Math.min(x, y), start), this.#values.reduce((x, y) => Math.max(x, y), start)];
  }

  /** Time of a step, ms; Infinity if it is never made. */
  timeOf(step: number): number {
    const round = Math.floor(step / this.#times.length);
    const t = this.#times[step % this.#times.length]! + (round === 0 ? 0 : round * this.#period);
    return t <= MAX_TIME ? t : Infinity;
  }

  /** Value from a step on; step -1: before the first one. */
  valueAfter(step: number): number {
    return step < 0 ? 0 : this.#values[step % this.#times.length]!;
  }

  valueAt(t: number): number {
    const time = this.#period === Infinity ? t : t % this.#period;
    let [low, high] = [-1, this.#times.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#times[middle]! <= time) low = middle;
      else high = middle;
    }
    return this.valueAfter(low);
  }
}
