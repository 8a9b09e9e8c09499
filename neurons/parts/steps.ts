import { UserError } from '../../core/declare/errors.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import { MAX_TIME, snap, TICK } from '../../core/time.ts';

/** Schedule of a piecewise constant value: `[t in ms, value]` from t on, ascending; repeated with `period` (ms) if given. */
export interface StepSchedule {
  readonly steps: readonly (readonly [number, number])[];
  readonly period?: number | undefined;
}

/** Piecewise constant value, 0 before the first change. The state is the number of changes so far. */
export class StepCurrent {
  /** Value since the last change. */
  value = 0;
  /** Time of the next change, ms; Infinity if none. */
  nextChange = Infinity;
  readonly state;
  readonly #times: readonly number[];
  readonly #values: readonly number[];
  readonly #period: number;
  readonly #changeCount: Float64Array;

  /** @throws UserError for times that do not ascend, do not start at 0 with a period, or lie outside the period. */
  constructor({ steps, period }: StepSchedule, where: string, arena: Arena) {
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
    this.#changeCount = arena.f64(1);
    this.state = { changes: this.#changeCount };
    this.restored();
    if (this.nextChange === 0) this.advance();
  }

  /** All values of the schedule, including the initial 0. */
  get values(): readonly number[] {
    return this.#times[0] === 0 ? this.#values : [0, ...this.#values];
  }

  /** Applies the next change. */
  advance(): void {
    this.#changeCount[0]!++;
    this.restored();
  }

  restored(): void {
    const n = this.#times.length;
    const done = this.#changeCount[0]!;
    this.value = done === 0 ? 0 : this.#values[(done - 1) % n]!;
    const round = Math.floor(done / n);
    const t = this.#times[done % n]! + (round === 0 ? 0 : round * this.#period);
    this.nextChange = t <= MAX_TIME ? t : Infinity;
  }
}
