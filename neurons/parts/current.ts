import * as z from 'zod/mini';
import {
  createElementParameter,
  ElementParameter,
  type ElementParameterInput,
  VALUE_LIST_HELP,
} from '../../core/declare/elementParameter.ts';
import { UserError } from '../../core/declare/errors.ts';
import {
  described,
  number,
  object,
  optional,
  perElement,
  positive,
  refine,
  text,
  withDefault,
} from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import { sin } from '../../core/math.ts';
import { periodSchema, StepSchedule, type Steps, stepsSchema } from './stepSchedule.ts';

const steps = stepsSchema('current, pA');
const sine = object(
  {
    amplitude: number({ unit: 'pA', help: 'amplitude' }),
    frequency: number({ default: 10, min: 1e-3, max: 1e6, unit: 'Hz', help: 'frequency' }),
    phase: number({ default: 0, unit: 'rad', help: 'phase at 0 ms' }),
    step: positive(0.1, 'ms', 'largest step'),
  },
  'sine in at least 16 equal steps of at most `step` ms, each at the value of its middle',
);
/** Number of steps of a period of a sine, at least and at most. */
const [MIN_SINE_STEPS, MAX_SINE_STEPS] = [16, 1e6];

const file = text({ help: 'path of a table of time (ms) and current (pA), relative to the network file' });
const eachNeuron = (initial: number, unit: string, help: string) =>
  perElement({ default: initial, unit, help: `${help}; ${VALUE_LIST_HELP}` })._zod.def.innerType;
const constantCurrent = eachNeuron(0, 'pA', 'constant current');
const changingCurrent = object({
  steps: optional(steps),
  file: optional(file),
  sine: optional(sine),
  period: optional(periodSchema),
  factor: optional(eachNeuron(1, '1', 'factor of the changing current, default 1')),
  constant: optional(eachNeuron(0, 'pA', 'constant current that is added, default 0')),
}).check(
  refine(
    (p) => [p.steps, p.file, p.sine].filter(Boolean).length === 1 && !(p.sine && p.period),
    'a mapping with one of steps, file and sine, and `period` for steps and file only',
  ),
);

export const inputCurrentParam = withDefault(
  described(z.union([constantCurrent, steps, changingCurrent]), {
    description: `input current: constant (${VALUE_LIST_HELP}), or steps [[time in ms, pA], ...], 0 before the first step; or { steps, period } or { file, period }, repeated, or { sine: { amplitude, frequency, phase, step } }; with { factor, constant } neuron j gets constant_j + factor_j x the changing current`,
    unit: 'pA',
  }),
  0,
);

type CurrentParam = z.output<typeof inputCurrentParam>;
type SineParam = z.output<typeof sine>;

/** Steps of one period of a sine, each at the value of its middle. */
function sampleSine({ amplitude, frequency, phase, step }: SineParam, where: string): Steps {
  const duration = 1000 / frequency;
  const n = Math.max(MIN_SINE_STEPS, Math.ceil(duration / step));
  if (n > MAX_SINE_STEPS)
    throw new UserError(
      `${where}.sine.step is ${step} ms, but must be at least ${duration / MAX_SINE_STEPS} ms: a period of ${duration} ms has at most ${MAX_SINE_STEPS} steps.`,
    );
  const value = (k: number) => amplitude * sin((2 * Math.PI * (k + 0.5)) / n + phase);
  return { steps: Array.from({ length: n }, (_, k) => [(k * duration) / n, value(k)] as const), period: duration };
}

function parseSchedule(given: CurrentParam, where: string): Steps | null {
  if (typeof given !== 'object') return null;
  if ('file' in given && given.file !== undefined)
    throw new UserError(
      `${where}.file is ${show(given.file)}, but only \`memspike run\` reads files. Use \`steps\` instead.`,
    );
  if ('sine' in given && given.sine) return sampleSine(given.sine, where);
  if ('steps' in given && given.steps) return { steps: given.steps, period: given.period };
  return Array.isArray(given) && Array.isArray(given[0]) ? { steps: given as Steps['steps'] } : null;
}

/** Creates the current of each neuron, pA (`each`), and its changes, which update `each`; null if the current is constant. */
export function createInputCurrent(
  given: CurrentParam,
  n: number,
  context: ModelContext,
): { each: ElementParameter; changes: ChangingCurrent | null } {
  const where = `${context.name}.current`;
  const schedule = parseSchedule(given, where);
  if (schedule === null)
    return { each: createElementParameter(given as ElementParameterInput, n, 'current', context), changes: null };
  const { factor = 1, constant = 0 } = Array.isArray(given) ? {} : (given as z.output<typeof changingCurrent>);
  const changes = new ChangingCurrent(
    new StepSchedule(schedule, Array.isArray(given) ? where : `${where}.steps`),
    createElementParameter(constant, n, 'current.constant', context),
    createElementParameter(factor, n, 'current.factor', context),
    n,
    context.arena,
  );
  return { each: changes.each, changes };
}

/** Piecewise constant current: constant + factor x step of each neuron. The state is the number of steps applied so far. */
export class ChangingCurrent {
  nextChange = Infinity;
  /** Present current of each neuron, pA. */
  readonly each: ElementParameter;
  readonly state;
  readonly #constant: ElementParameter;
  readonly #factor: ElementParameter;
  readonly #schedule: StepSchedule;
  readonly #changeCount;

  constructor(schedule: StepSchedule, constant: ElementParameter, factor: ElementParameter, n: number, arena: Arena) {
    [this.#constant, this.#factor, this.#schedule] = [constant, factor, schedule];
    this.each = ElementParameter.derive(n, [constant, factor], () => 0, arena);
    this.#changeCount = arena.f64(1);
    this.state = { changes: this.#changeCount };
    this.onCheckpointLoaded();
    if (this.nextChange === 0) this.applyNextStep();
  }

  /** Lowest and highest current of a neuron, pA. */
  findRange(neuron: number): readonly [lowest: number, highest: number] {
    const [a, b] = this.#schedule.range.map((value) => this.#compute(neuron, value)) as [number, number];
    return a < b ? [a, b] : [b, a];
  }

  applyNextStep() {
    this.#changeCount[0]!++;
    this.onCheckpointLoaded();
  }

  onCheckpointLoaded() {
    const done = this.#changeCount[0]!;
    const value = this.#schedule.valueAfter(done - 1);
    this.each.setAll((j) => this.#compute(j, value));
    this.nextChange = this.#schedule.timeOf(done);
  }

  #compute(neuron: number, value: number): number {
    return this.#constant.getValue(neuron) + this.#factor.getValue(neuron) * value;
  }
}
