import * as z from 'zod/mini';
import { UserError } from '../declare/errors.ts';
import { number, oneOf } from '../declare/params.ts';
import { validate } from '../declare/validate.ts';
import { EventSource } from '../graph/spikeQueue.ts';
import { snap, TICK, validateTime } from '../time.ts';

/** Schedule: every `every` ms from 0 ms on, or at the given times, ms. */
export type Schedule = { readonly every: number } | { readonly times: readonly number[] };

export const scheduleOptions = {
  every: number({ min: 0, exclusiveMin: true, unit: 'ms', help: 'period of the schedule, which starts at 0 ms' }),
  times: z.array(number({ min: 0, unit: 'ms', help: 'time' })),
};
const schema = oneOf(scheduleOptions, { help: 'schedule' });

/** Calls a function at scheduled times, after all events of the tick. */
export class Timer extends EventSource {
  readonly kind = 'timer';
  override readonly name: string;
  readonly onDue: (t: number) => void;
  readonly #schedule: Schedule;
  #index = 0;

  constructor(name: string, given: Schedule, action: (t: number) => void) {
    super();
    const schedule = validate(schema, given, name);
    this.name = name;
    this.onDue = action;
    if ('every' in schedule) {
      const every = validateTime(schedule.every, `${name}.every`);
      if (every === 0) throw new UserError(`${name}.every is ${schedule.every}, but must be at least ${TICK} ms.`);
      this.#schedule = { every };
    } else {
      const times = schedule.times.map((t, i) => validateTime(t, `${name}.times[${i}]`));
      this.#schedule = { times: [...new Set(times)].sort((a, b) => a - b) };
    }
    this.scheduleAfter(-Infinity);
  }

  /** Sets `next` to the first scheduled time after t, ms. */
  scheduleAfter(t: number) {
    if ('every' in this.#schedule) {
      const { every } = this.#schedule;
      this.next = t < 0 ? 0 : snap((Math.floor(t / every) + 1) * every);
    } else {
      const { times } = this.#schedule;
      if (t < this.next) this.#index = 0;
      while (this.#index < times.length && times[this.#index]! <= t) this.#index++;
      this.next = times[this.#index] ?? Infinity;
    }
  }
}
