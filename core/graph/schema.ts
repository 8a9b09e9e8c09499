import * as z from 'zod/mini';
import {
  ascendingPair,
  customValue,
  type DeepReadonly,
  described,
  distribution,
  flag,
  integer,
  nonNegative,
  number,
  object,
  oneOf,
  optional,
  pair,
  positive,
  type ReadonlyInput,
  text,
  truncation,
  withDefault,
} from '../declare/params.ts';
import type { Floats, Indices } from '../kernels/arena.ts';
import { lengthSchema, positionsOption } from './positions.ts';
import { countSchema, mapShape, sourcesOption, targetsOption } from './sourceNeurons.ts';

const ms = (help: string) => number({ min: 0, unit: 'ms', help });

const weight = distribution({ help: 'weight, in the weight unit of the target neurons' });
const selfConnections = flag({ default: true, help: 'true if a neuron may connect to itself' });

const pairOfCounts = (first: string, second: string) => pair(countSchema(first), countSchema(second));
/**
 * Connection rule `windows`: parts of a map, `size` (rows, columns) each, at steps of `stride`. Each window gets the
 * same number of target neurons; windows are counted row by row.
 */
const windows = {
  ...mapShape,
  size: described(pairOfCounts('rows', 'columns'), {
    description: 'rows and columns of a window (receptive field) in the map of source neurons',
  }),
  stride: described(pairOfCounts('down', 'across'), {
    description: 'step between adjacent windows of the map: rows, columns',
  }),
};
const convolution = {
  padding: integer({ default: 0, min: 0, help: 'number of empty rows and columns on each side of the map' }),
  shared: flag({
    default: true,
    help: 'true: all windows share one kernel; false: each window has its own weights and devices',
  }),
  gate: optional(
    integer({
      min: 0,
      help: 'number of the gating channel: a neuron can fire only when a spike of this channel arrives from the centre of its receptive field; default: at every arrival',
    }),
  ),
};
/**
 * Fixed weights from a map to a smaller map with the same number of channels: weight × (1 - row distance / reach) ×
 * (1 - column distance / reach) up to `reach`. Both maps cover the same area; distances are in cells of the target map.
 */
const pooling = {
  ...mapShape,
  to: described(pairOfCounts('rows', 'columns'), { description: 'size of the target map: rows, columns' }),
  reach: number({ min: 0, exclusiveMin: true, help: 'distance at which weights reach 0, in cells of the target map' }),
  weight: number({ help: 'weight at distance 0, in the weight unit of the target neurons' }),
};

/**
 * Schema of a function of the distance d, with peak value `peak`. gaussian: peak e^(-d²/(2 sd²)). exponential: peak
 * e^(-d/length). linear: peak (1 - d/radius) up to the radius, 0 beyond. disc: peak up to the radius, 0 beyond.
 */
function profile(peak: () => z.ZodMiniType<number, number>, help: string) {
  return oneOf(
    {
      gaussian: object({ peak: peak(), sd: lengthSchema('standard deviation (length)') }),
      exponential: object({ peak: peak(), length: lengthSchema('decay length: the value falls to 1/e') }),
      linear: object({ peak: peak(), radius: lengthSchema('distance at which the value reaches 0') }),
      disc: object({ peak: peak(), radius: lengthSchema('distance beyond which the value is 0') }),
    },
    { help },
  );
}

const probabilityAtZero = () => number({ min: 0, max: 1, unit: '1', help: 'connection probability at distance 0' });

/** Schema of `connect: { distance }`. Delay at distance d, ms: base + d / velocity, rounded to a multiple of `step`. */
const distanceShape = object(
  {
    probability: described(
      optional(z.union([probabilityAtZero(), profile(probabilityAtZero, 'probability by distance')])),
      {
        description: 'connection probability of a pair, or its profile over the distance; default: 1',
      },
    ),
    radius: optional(lengthSchema('maximum distance of connected pairs')),
    weight: z.union([
      weight,
      profile(
        () => number({ unit: '1', help: 'weight at distance 0 (maximum), in the weight unit of the target neurons' }),
        'weight by distance',
      ),
    ]),
    delay: optional(
      object(
        {
          base: nonNegative(0, 'ms', 'delay at distance 0'),
          velocity: number({ min: 0, exclusiveMin: true, unit: '1', help: 'conduction velocity, length per ms' }),
          step: positive(0.1, 'ms', 'delays are rounded to multiples of this step'),
        },
        'delay by distance: base + distance / velocity; default: the delay of the projection',
      ),
    ),
    selfConnections,
  },
  'connection of neurons by the distance between their `positions`',
);

export type DistanceRule = ReadonlyInput<typeof distanceShape>;
export type DistanceProfile = ReadonlyInput<ReturnType<typeof profile>>;

/** Schemas of connection rules shared by network files and code. */
export const connectShape = {
  all: object({ weight, selfConnections }, 'connection of all pairs of neurons'),
  oneToOne: object({ weight }, 'connection of neuron i to neuron i'),
  probability: object({
    p: number({ min: 0, max: 1, help: 'connection probability of a pair' }),
    weight,
    selfConnections,
  }),
  distance: distanceShape,
  inDegree: object({
    k: integer({ min: 0, help: 'number of presynaptic neurons per postsynaptic neuron' }),
    weight,
    selfConnections,
  }),
  total: object(
    {
      n: integer({ min: 0, help: 'number of synapses of the projection, between pairs of neurons drawn at random' }),
      weight,
      selfConnections,
    },
    'fixed number of synapses between random pairs; a pair may have several synapses',
  ),
  windows: object({ ...windows, weight }, 'local connections: each window of a map has its own target neurons'),
  convolution: object(
    { ...windows, ...convolution, weight },
    'convolution: each window of a map connects with the same weights, one shared kernel or copies of it',
  ),
  pooling: object(pooling, 'pooling: connects a map to a smaller map, with fixed weights that decrease with distance'),
};

const delayStep = positive(0.1, 'ms', 'delays are multiples of this step');
const delays = z.union([
  ms('axonal delay'),
  object({
    uniform: ascendingPair(ms('minimum delay'), ms('maximum delay')),
    step: delayStep,
  }),
  object({
    normal: object(
      {
        mean: ms('mean delay'),
        sd: number({ min: 0, exclusiveMin: true, unit: 'ms', help: 'standard deviation of the delays' }),
        ...truncation('ms'),
      },
      'normal distribution, truncated to min (default 0) … max (default mean + 6 sd), then rounded to multiples of `step`',
    ),
    step: delayStep,
  }),
]);
const delay = described(withDefault(delays, 0), {
  description: 'axonal delay from the presynaptic spike to its arrival at the synapse and its learning rule',
  unit: 'ms',
});

export const projectionShape = {
  receptor: optional(text({ help: "name of the target's receptor; default: the sign of the weight decides" })),
  sources: sourcesOption,
  targets: targetsOption,
  delay,
  dendriticDelay: nonNegative(
    0,
    'ms',
    'dendritic delay: added to the delay with which current reaches the target; also the delay with which spikes of the target reach the synapse',
  ),
};

export const modulatorDelaySchema = nonNegative(0, 'ms', 'delay from the modulating neurons to the synapses');

export const winnerTakeAllSchema = object(
  {
    hold: nonNegative(0, 'ms', 'time after a spike during which the group is inhibited: arrivals are ignored'),
    groups: optional(
      countSchema('number of groups of equal size, each with its own inhibition and homeostasis; default: 1'),
    ),
    spikes: optional(
      countSchema('number of spikes after which a group stays inhibited until a reset; default: no limit'),
    ),
  },
  'winner-take-all inhibition: at each tick, at most one neuron of a group fires; its spike resets and inhibits the group',
);

/** Winner-take-all inhibition: at each tick, at most one neuron of a group fires; its spike resets and inhibits the group. */
export type WinnerTakeAll = DeepReadonly<z.output<typeof winnerTakeAllSchema>>;

const hasKeys = (value: unknown, ...keys: readonly string[]) =>
  typeof value === 'object' && value !== null && keys.every((key) => key in value);

/** Schema of the return value of a model function such as `lif({ size: 10 })`. */
const factory = (what: string) =>
  customValue((v) => hasKeys(v, 'create'), `the return value of a ${what} called with its parameters`);

const floats = (what: string) =>
  customValue<Floats>(
    (v) => v instanceof Float64Array || v instanceof Float32Array,
    `a Float64Array or Float32Array, ${what}`,
  );
const indices = customValue<Indices | Int32Array>(
  (v) => v instanceof Uint32Array || v instanceof Uint16Array || v instanceof Int32Array,
  'a Uint32Array, Uint16Array or Int32Array with one neuron per synapse',
);

const isList = (v: unknown) => Array.isArray(v) && v.every(Array.isArray);

// The union tries typed arrays before lists: zod checks every entry of a list, which is slow for long lists.
const weights = z.union([floats('one weight per synapse, or the weights of one window'), weight]);

/** Weight, or weight and delay (ms), of the synapse from neuron i to neuron j; undefined, null or false for no synapse. */
export type PairFunction = (
  i: number,
  j: number,
) => number | { readonly weight: number; readonly delay?: number } | null | undefined | false;

/**
 * Schema of the connection rule of a projection. Arrays are copied. `edges`: synapse k connects pre[k] to post[k]. `windows`
 * with one weight per synapse: ordered by presynaptic neuron, then window, then neuron of the window.
 */
export const connectionRuleSchema = oneOf(
  {
    ...connectShape,
    windows: object({ ...windows, weight: weights }),
    convolution: object({ ...windows, ...convolution, weight: weights }),
    list: customValue<(readonly number[])[]>(isList, 'a list of [pre, post, weight] or [pre, post, weight, delay]'),
    edges: object({
      pre: indices,
      post: indices,
      weight: z.union([number({ help: 'weight of all synapses' }), floats('one weight per synapse')]),
      delay: optional(z.union([ms('delay of all synapses'), floats('one delay per synapse, ms')])),
    }),
    pairs: customValue<PairFunction>(
      (v) => typeof v === 'function',
      'a function (i, j) that returns a weight, { weight, delay }, or undefined for no synapse',
    ),
    matrix: object({
      weights: floats('pre × post, row-major'),
      shape: optional(
        pair(integer({ help: 'number of rows (sources)' }), integer({ help: 'number of columns (targets)' })),
      ),
    }),
  },
  { help: 'connection rule' },
);

/** Connection rule of a projection: mapping with one key, the name of the rule, such as `{ all: { weight: 0.5 } }`. */
export type Connect = ReadonlyInput<typeof connectionRuleSchema>;
type RuleOptions<Name extends string> = Extract<Connect, Record<Name, unknown>>[Name];
export type EdgeArrays = RuleOptions<'edges'>;
export type WindowsRule = RuleOptions<'windows'>;
export type ConvolutionRule = RuleOptions<'convolution'>;
export type PoolingRule = RuleOptions<'pooling'>;

/** Axonal delay, ms: one value, or randomly distributed multiples of `step`. Synapses with equal delays share a spike queue. */
export type Delay = DeepReadonly<z.output<typeof delays>>;

export const projectionOptionsSchema = object({
  name: optional(text({ help: 'name of the projection; default: source->target' })),
  connect: connectionRuleSchema,
  ...projectionShape,
  shortTerm: optional(factory('model of short-term plasticity')),
  device: optional(factory('device model')),
  itemised: flag({ help: 'true to record the number of pulses and the write energy of each device' }),
  rule: optional(factory('plasticity rule')),
  modulator: optional(
    object({
      from: customValue((v) => hasKeys(v, 'kind', 'name'), 'a population of this network'),
      model: factory('modulator'),
      delay: modulatorDelaySchema,
    }),
  ),
});

export const populationModelSchema = customValue(
  (v) => hasKeys(v, 'kind', 'create'),
  'a model called with its parameters, such as lif({ size: 10 })',
);
export const populationOptionsSchema = object({
  winnerTakeAll: optional(winnerTakeAllSchema),
  positions: optional(positionsOption),
});
