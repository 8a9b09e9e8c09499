import { z } from 'zod';
import type { Model } from '../../core/declare/define.ts';
import {
  described,
  integer,
  type Mapping,
  named,
  number,
  object,
  oneOf,
  optional,
  text,
} from '../../core/declare/params.ts';
import { scheduleShape } from '../../core/engine/timer.ts';
import { connectShape, modulatorDelay, projectionShape, winnerTakeAll } from '../../core/graph/schema.ts';
import { seed } from '../../core/random/random.ts';
import { weightsWhen } from '../../core/recorders/weights.ts';
import * as neurons from '../../neurons/index.ts';
import * as stimuli from '../../neurons/stimuli/index.ts';
import * as devices from '../../synapses/devices/index.ts';
import * as modulators from '../../synapses/modulators/index.ts';
import * as rules from '../../synapses/rules/index.ts';
import * as shortTerms from '../../synapses/shortTerm/index.ts';

/** The models by their names in network files; the keys of the indexes and the names of the declarations agree (tested). */
export const MODELS = { neurons, devices, rules, modulators, shortTerms };

type AnyModel = Model<Mapping, unknown>;

/** One of the models of an index, chosen by `model`, with `more` keys beside its own parameters. */
export function oneModel(index: Record<string, unknown>, more: (model: AnyModel) => object = () => ({})): z.ZodType {
  const options = (Object.values(index) as AnyModel[]).map((model) => {
    const { name, help, params } = model.declaration;
    const shape = { model: z.literal(name), ...params.shape, ...more(model) };
    return object(shape, help);
  });
  return z.discriminatedUnion('model', options as unknown as [Mapping, ...Mapping[]]);
}

const ms = (help: string) => number({ min: 0, unit: 'ms', help });
const { every } = scheduleShape;
const times = described(scheduleShape.times.check(z.minLength(1)), { description: 'at these times', unit: 'ms' });

const potential = object(
  {
    neurons: z
      .array(integer({ min: 0, help: 'index of a neuron' }))
      .min(1)
      .meta({ description: 'which neurons' }),
    times: optional(times),
    every: optional(every),
  },
  'writes potentials to potentials.arrows',
).check(z.refine((p) => (p.times === undefined) !== (p.every === undefined), 'a mapping with either times or every'));

/** Models of populations whose spikes come from outside. */
export const STIMULI: ReadonlySet<string> = new Set(Object.keys(stimuli));

const population = oneModel(neurons, ({ declaration }) =>
  STIMULI.has(declaration.name)
    ? {}
    : {
        winnerTakeAll: optional(winnerTakeAll),
        record: optional(object({ potential: optional(potential) })),
      },
);

const connect = oneOf(
  {
    ...connectShape,
    list: z
      .array(z.array(z.number()).min(3).max(4))
      .meta({ description: '[pre, post, weight] or [pre, post, weight, delay]' }),
  },
  { help: 'who is connected to whom' },
);

const projection = object({
  name: optional(text({ help: 'default: from->to' })),
  from: text({ help: 'presynaptic population' }),
  to: text({ help: 'postsynaptic population' }),
  connect,
  ...projectionShape,
  shortTerm: oneModel(shortTerms).optional(),
  device: oneModel(devices).optional(),
  rule: oneModel(rules).optional(),
  modulator: oneModel(modulators, () => ({
    from: text({ help: 'modulating population' }),
    delay: modulatorDelay,
  })).optional(),
  record: optional(
    object({
      weights: optional(oneOf({ every, times, on: weightsWhen.on }, { help: 'writes weights to weights.arrows' })),
    }),
  ),
});

/** A network file. */
export const networkSchema = object({
  memspike: z.literal(1).meta({ description: 'version of this format' }),
  seed: described(z._default(seed, 1), { description: 'integer or text; decides every random draw' }),
  duration: ms('how long to simulate'),
  populations: named(population, 'populations by name'),
  projections: z.array(projection).default([]),
  record: z._default(
    object({
      spikes: z
        .array(z.string())
        .meta({ description: 'whose spikes; default: every population that is not a stimulus' })
        .optional(),
      devices: z
        .boolean()
        .meta({ description: 'writes what each device went through to devices.arrows, at the end; costs speed' })
        .optional(),
    }),
    {},
  ),
});

/** A model's name and its parameters, as validated. */
export interface ModelChoice {
  readonly model: string;
  readonly [parameter: string]: unknown;
}
export type NetworkDescription = z.output<typeof networkSchema>;
