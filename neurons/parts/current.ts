import * as z from 'zod/mini';
import {
  createElementParameter,
  type ElementParameter,
  type ElementParameterInput,
  POSITIVE_RANGE,
  VALUE_LIST_HELP,
} from '../../core/declare/elementParameter.ts';
import { UserError } from '../../core/declare/errors.ts';
import {
  described,
  number,
  object,
  optional,
  pair,
  perElement,
  refine,
  text,
  withDefault,
} from '../../core/declare/params.ts';
import { minLength } from '../../core/declare/ranged.ts';
import { show } from '../../core/declare/show.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import { MAX_TIME, snap, TICK } from '../../core/time.ts';

const constantCurrent = perElement({ default: 0, unit: 'pA', help: `constant input current; ${VALUE_LIST_HELP}` });
const steps = z
  .array(pair(number({ min: 0, max: MAX_TIME, help: 'time, ms' }), number({ help: 'current, pA' })))
  .check(minLength(1));
const period = number({
  ...POSITIVE_RANGE,
  max: MAX_TIME,
  unit: 'ms',
  help: 'period with which the steps are repeated; the first step must be at 0 ms',
});

const file = text({ help: 'path of a table of time (ms) and current (pA), relative to the network file' });
const changingCurrent = object({ steps: optional(steps), file: optional(file), period: optional(period) }).check(
  refine((p) => (p.steps === undefined) !== (p.file === undefined), 'a mapping with either steps or file'),
);

export const inputCurrentParam = withDefault(
  described(z.union([constantCurrent._zod.def.innerType, steps, changingCurrent]), {
    description: `input current: constant (${VALUE_LIST_HELP}), or steps [[time in ms, pA], ...], 0 before the first step; or { steps, period } or { file, period }, repeated`,
    unit: 'pA',
  }),
  0,
);

type CurrentParam = z.output<typeof inputCurrentParam>;

function parseSchedule(given: CurrentParam, where: string): StepSchedule | null {
  if (typeof given !== 'object') return null;
  if ('file' in given && given.file !== undefined)
    throw new UserError(
      `${where}.file is ${show(given.file)}, but only \`memspike run\` reads files. Use \`steps\` instead.`,
    );
  if ('steps' in given && given.steps) return { steps: given.steps, period: given.period };
  return Array.isArray(given) && Array.isArray(given[0]) ? { steps: given as StepSchedule['steps'] } : null;
}

/** Creates the initial current of each neuron, pA (`each`), and its steps (`changes`; null if the current is constant). */
export function createInputCurrent(
  given: CurrentParam,
  n: number,
  context: ModelContext,
): { each: ElementParameter; changes: StepCurrent | null } {
  const where = `${context.name}.current`;
  const course = parseSchedule(given, where);
  if (course === null)
    return { each: createElementParameter(given as ElementParameterInput, n, 'current', context), changes: null };
  const changes = new StepCurrent(course, Array.isArray(given) ? where : `${where}.steps`, context.arena);
  return { each: createElementParameter(changes.value, n, 'current', context), changes };
}

/** Steps of a current: [t in ms, value from t on], ascending; repeated every `period` ms, if given. */
interface StepSchedule {
  readonly steps: readonly (readonly [number, number])[];
  readonly period?: number | undefined;
}

/** Piecewise constant current; 0 before the first step. The state is the number of steps applied so far. */
export class StepCurrent {
  value = 0;
  nextChange = Infinity;
  readonly state;
  readonly #times;
  readonly #values;
  readonly #period;
  readonly #changeCount;

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
    this.onCheckpointLoaded();
    if (this.nextChange === 0) this.applyNextStep();
  }

  get values(): readonly number[] {
    return this.#times[0] === 0 ? this.#values : [0, ...this.#values];
  }

  applyNextStep() {
    this.#changeCount[0]!++;
    this.onCheckpointLoaded();
  }

  onCheckpointLoaded() {
    const n = this.#times.length;
    const done = this.#changeCount[0]!;
    this.value = done === 0 ? 0 : this.#values[(done - 1) % n]!;
    const round = Math.floor(done / n);
    const t = this.#times[done % n]! + (round === 0 ? 0 : round * this.#period);
    this.nextChange = t <= MAX_TIME ? t : Infinity;
  }
}
