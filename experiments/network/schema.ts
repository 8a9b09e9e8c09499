import * as z from 'zod/mini';
import { POSITIVE_RANGE } from '../../core/declare/elementParameter.ts';
import {
  choice,
  described,
  integer,
  type Mapping,
  named,
  number,
  object,
  oneOf,
  optional,
  text,
  UNKNOWN_KEY_HINTS,
} from '../../core/declare/params.ts';
import { OTHER_SIMULATOR_NAME_HINTS } from '../../core/declare/suggest.ts';
import { scheduleOptions } from '../../core/engine/timer.ts';
import { positionsOption } from '../../core/graph/positions.ts';
import { connectShape, modulatorDelaySchema, projectionShape, winnerTakeAllSchema } from '../../core/graph/schema.ts';
import { seedSchema } from '../../core/random/random.ts';
import { neuronRecordingSchema, synapseRecordingSchema } from '../../core/recorders/states.ts';
import { weightScheduleOptions } from '../../core/recorders/weights.ts';
import { deliveryShape } from '../../core/windows/requirements.ts';
import { costSchema } from '../cost/settings.ts';
import { type AnyModel, isStimulusModelName, MODELS } from './models.ts';

/** Neuron models of other simulators and their nearest equivalents. */
const FOREIGN_NEURONS: readonly (readonly [names: readonly string[], equivalent: string])[] = [
  [['aeif', 'aeif_cond_exp', 'aeif_cond_alpha', 'aeif_psc_exp', 'aeif_psc_delta'], '"adex" with its `synapse`'],
  [['iaf_psc_delta', 'iaf_psc_exp', 'iaf_cond_exp'], '"lif" with `synapse` "delta", "exponential" or "conductance"'],
  [['iaf_psc_alpha'], '"lif" with `synapse: multiExponential` and receptors with equal `rise` and `tau`'],
  [
    ['hh', 'hodgkinhuxley', 'hodgkin-huxley', 'hodgkin_huxley', 'hh_psc_alpha', 'hh_cond_exp_traub'],
    'a model of your own by `createOdePopulation` of memspike/extend',
  ],
];
for (const [names, equivalent] of FOREIGN_NEURONS)
  for (const name of names) OTHER_SIMULATOR_NAME_HINTS.set(name, `the nearest equivalent, ${equivalent}.`);

const nirPath = text({ help: 'path of a NIR file, relative to the network file' });

/** Settings of an import that a NIR file does not state. */
const nirTimingShape = {
  unit: choice(['s', 'ms'], {
    default: 's',
    help: 'unit of times in the file; most libraries write s, the documentation of NIR says ms',
  }),
  dt: optional(number({ ...POSITIVE_RANGE, unit: 'ms', help: 'time step with which the network was trained' })),
  spikeArea: optional(
    number({
      min: 0,
      help: 'area of the pulse that represents a spike, in the unit of times; 1: Dirac pulse as NIR defines; default: dt',
    }),
  ),
  mode: optional(
    choice(['exact', 'step'], {
      help: 'import mode: exact: continuous time, as NIR defines; step: neurons advance in Euler steps of dt, a cycle without delay gets a delay of dt, and a neuron fires at most once per dt; default: exact, but required if a cycle has no delay',
    }),
  ),
  reset: optional(
    choice(['value', 'subtraction'], {
      help: 'effect of a spike: value: v = v_reset; subtraction: v falls by v_threshold, only in mode step; default: value',
    }),
  ),
};

const expression = z.string().check(z.regex(/^=/));
export const parametersSchema = named(
  described(z.union([z.number(), expression]), {
    description: 'a number, or = and an expression of earlier parameters',
  }),
  'numbers that other values of the file use by name, in expressions such as `=round(1000 * scale)`',
);

export const importSchema = described(z.optional(z.union([nirPath, object({ file: nirPath, ...nirTimingShape })])), {
  description: 'network exported by another program, in the Neuromorphic Intermediate Representation (.nir)',
});

/**
 * Schema of a mapping whose key `model` names a model of `index`, also one that is registered later.
 * @param more returns additional keys beside the model parameters
 */
export function createModelSchema(index: object, more: (model: AnyModel) => object = () => ({})): z.ZodMiniType {
  const optionOf = (model: AnyModel): Mapping => {
    const { name, help, params } = model.declaration;
    const option = object({ model: z.literal(name), ...params.shape, ...more(model) }, help);
    return option.register(UNKNOWN_KEY_HINTS, {
      peripherals: '; the section `cost` has the circuits around the devices.',
    });
  };
  const options: Mapping[] = [];
  let union: z.ZodMiniType | undefined;
  const current = (): z.ZodMiniType => {
    const known = Object.values(index) as AnyModel[];
    if (union !== undefined && known.length === options.length) return union;
    options.push(...known.slice(options.length).map(optionOf));
    union = z.discriminatedUnion('model', options as unknown as [Mapping, ...Mapping[]]);
    return union;
  };
  const schema = z.lazy(current);
  Object.defineProperty(schema._zod, 'innerType', { get: current }); // zod itself would evaluate it only once
  return schema;
}

const boundFile = object({
  file: text({ help: 'path of the file' }),
  sha256: text({ help: 'SHA-256 that the file had when it was read' }),
});

export const inputFilesSchema = optional(
  described(z.array(boundFile), {
    description: 'files on which the result depends, with SHA-256; added when a configuration is resolved',
  }),
);

export const modelFilesSchema = optional(
  described(z.array(z.union([text({ help: 'a file' }), boundFile])), {
    description:
      'modules (.ts, .js) with your own models, relative to the configuration file; memspike executes their code',
  }),
);

const ms = (help: string) => number({ min: 0, unit: 'ms', help });
const { every } = scheduleOptions;
const times = described(scheduleOptions.times.check(z.minLength(1)), { description: 'times of recording', unit: 'ms' });

const potential = object(
  {
    neurons: described(z.array(integer({ min: 0, help: 'index of a neuron' })).check(z.minLength(1)), {
      description: 'indices of the neurons whose potential is recorded',
    }),
    times: optional(times),
    every: optional(every),
  },
  'records potentials in potentials.arrows',
).check(z.refine((p) => (p.times === undefined) !== (p.every === undefined), 'a mapping with either times or every'));

const population = createModelSchema(MODELS.neurons, ({ declaration }) =>
  isStimulusModelName(declaration.name)
    ? { positions: optional(positionsOption) }
    : {
        positions: optional(positionsOption),
        winnerTakeAll: optional(winnerTakeAllSchema),
        record: optional(object({ potential: optional(potential), state: optional(neuronRecordingSchema) })),
      },
);

const path = text({ help: 'path of a .csv, .npy, .npz or Arrow file, relative to the network file' });
const file = described(
  z.union([
    path,
    object({
      path,
      array: optional(text({ help: 'name of the matrix in an .npz file with several matrices' })),
      projection: optional(text({ help: 'name of the projection, if a weight log contains several' })),
      nir: optional(
        object(
          {
            from: text({ help: 'name of the NIR node that sends the spikes' }),
            to: text({ help: 'name of the NIR node that receives the spikes' }),
            ...nirTimingShape,
            later: ms('time added to each delay, so that each cycle of projections has a delay'),
          },
          'synapses between two nodes of a NIR file; `import` writes this',
        ),
      ),
    }),
  ]),
  { description: 'file with a weight matrix (pre × post), or columns pre, post, weight and optionally delay (ms)' },
);

export type ConnectionFile = z.output<typeof file>;
export type NirSynapseSelection = NonNullable<Exclude<ConnectionFile, string>['nir']>;
export type NirTimingOptions = Pick<NirSynapseSelection, 'unit' | 'dt' | 'spikeArea' | 'mode' | 'reset'>;

const connect = oneOf(
  {
    ...connectShape,
    file,
    list: described(z.array(z.array(z.number()).check(z.minLength(3), z.maxLength(4))), {
      description: 'list of synapses, each [pre, post, weight] or [pre, post, weight, delay]',
    }),
  },
  { help: 'connection rule, or data that list the synapses' },
);
const hintForCode = (what: string) =>
  ` here: ${what} of TypeScript; in a network file, name a file instead: connect: { file: weights.npy } (.csv, .npy, .npz or Arrow).`;
UNKNOWN_KEY_HINTS.add(connect, {
  matrix: hintForCode('a matrix is an array'),
  edges: hintForCode('edges are arrays'),
  pairs: hintForCode('pairs is a function'),
});

const projection = object({
  name: optional(text({ help: 'name of the projection; default: from->to' })),
  from: text({ help: 'name of the presynaptic population' }),
  to: text({ help: 'name of the postsynaptic population' }),
  connect,
  ...projectionShape,
  shortTerm: optional(createModelSchema(MODELS.shortTerms)),
  device: optional(createModelSchema(MODELS.devices)),
  rule: optional(createModelSchema(MODELS.rules)),
  modulator: optional(
    createModelSchema(MODELS.modulators, () => ({
      from: text({ help: 'name of the population whose spikes modulate the synapses' }),
      delay: modulatorDelaySchema,
    })),
  ),
  record: optional(
    object({
      weights: optional(
        oneOf(
          { every, times, on: weightScheduleOptions.on },
          { help: 'times or events at which weights are recorded in weights.arrows' },
        ),
      ),
      state: optional(synapseRecordingSchema),
    }),
  ),
});

/** Zod schema of network files; its output is a `NetworkDescription`. */
export const networkSchema = object({
  memspike: described(z.literal(1), { description: 'version of the file format' }),
  models: modelFilesSchema,
  inputs: inputFilesSchema,
  import: importSchema,
  parameters: optional(parametersSchema),
  seed: described(z._default(seedSchema, 1), { description: 'seed of all random numbers, an integer or a text' }),
  duration: ms('simulated time'),
  ...deliveryShape,
  populations: named(population, 'populations by name'),
  projections: z._default(z.array(projection), []),
  cost: optional(costSchema),
  record: z._default(
    object({
      spikes: optional(
        described(z.array(z.string()), {
          description: 'names of populations whose spikes are recorded; default: all populations that are not stimuli',
        }),
      ),
      devices: optional(
        described(z.boolean(), {
          description:
            'writes the usage of each device (pulses, energy, condition) to devices.arrows at the end; slower',
        }),
      ),
    }),
    {},
  ),
});

/** Checked contents of a network file, completed with all defaults. */
export type NetworkDescription = z.output<typeof networkSchema>;
