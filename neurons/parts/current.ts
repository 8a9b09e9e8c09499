import * as z from 'zod/mini';
import {
  createElementParameter,
  type ElementParameter,
  type ElementValues,
  LIST_HELP,
  POSITIVE_RANGE,
} from '../../core/declare/elementParameter.ts';
import { UserError } from '../../core/declare/errors.ts';
import {
  described,
  number,
  object,
  ofEach,
  optional,
  pair,
  refine,
  text,
  withDefault,
} from '../../core/declare/params.ts';
import { minLength } from '../../core/declare/ranged.ts';
import { show } from '../../core/declare/show.ts';
import type { ModelContext } from '../../core/factories.ts';
import { MAX_TIME } from '../../core/time.ts';
import { StepCurrent, type StepSchedule } from './steps.ts';

const constant = ofEach({ default: 0, unit: 'pA', help: `constant input current; ${LIST_HELP}` });
const steps = z
  .array(pair(number({ min: 0, max: MAX_TIME, help: 'time, ms' }), number({ help: 'current, pA' })))
  .check(minLength(1));
const period = number({
  ...POSITIVE_RANGE,
  max: MAX_TIME,
  unit: 'ms',
  help: 'period of repetition; the first step must be at 0 ms',
});

const file = text({ help: 'table of time (ms) and current (pA), relative to the network file' });
const changing = object({ steps: optional(steps), file: optional(file), period: optional(period) }).check(
  refine((p) => (p.steps === undefined) !== (p.file === undefined), 'a mapping with either steps or file'),
);

/** Parameter `current`: input current of each neuron, constant or piecewise constant. */
export const current = withDefault(
  described(z.union([constant._zod.def.innerType, steps, changing]), {
    description: `input current: constant (${LIST_HELP}), or piecewise constant: [[t, pA], ...], each from t (ms) on and 0 before the first; or { steps, period }; or { file, period }`,
    unit: 'pA',
  }),
  0,
);

type CurrentParam = z.output<typeof current>;

function parseSchedule(given: CurrentParam, where: string): StepSchedule | null {
  if (typeof given !== 'object') return null;
  if ('file' in given && given.file !== undefined)
    throw new UserError(
      `${where}.file is ${show(given.file)}, but only \`memspike run\` reads files. Use \`steps\` instead.`,
    );
  if ('steps' in given && given.steps) return { steps: given.steps, period: given.period };
  return Array.isArray(given) && Array.isArray(given[0]) ? { steps: given as StepSchedule['steps'] } : null;
}

/** Initial current of n neurons (pA) and the common steps of the current; `changes` is null for a constant current. */
export function createCurrent(
  given: CurrentParam,
  n: number,
  context: ModelContext,
): { each: ElementParameter; changes: StepCurrent | null } {
  const where = `${context.name}.current`;
  const course = parseSchedule(given, where);
  if (course === null)
    return { each: createElementParameter(given as ElementValues, n, 'current', context), changes: null };
  const changes = new StepCurrent(course, Array.isArray(given) ? where : `${where}.steps`, context.arena);
  return { each: createElementParameter(changes.value, n, 'current', context), changes };
}
