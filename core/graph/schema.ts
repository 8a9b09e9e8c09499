import * as z from 'zod/mini';
import {
  ascending,
  customValue,
  described,
  distribution,
  flag,
  integer,
  number,
  object,
  oneOf,
  optional,
  pair,
  positive,
  text,
  withDefault,
} from '../declare/params.ts';
import { whole } from '../declare/ranged.ts';
import type { PairFunction } from './connectOptions.ts';
import { distanceShape } from './distanceRule.ts';
import { positionsOption } from './positions.ts';
import { sourcesOption, targetsOption } from './sources.ts';

/** What network files and options in code have in common, so that both are checked alike. */

const ms = (help: string) => number({ min: 0, unit: 'ms', help });
const msOr0 = (help: string) => number({ default: 0, min: 0, unit: 'ms', help });

const weight = distribution({ help: "weight in the target's unit" });
const selfConnections = flag({ default: true, help: 'whether a neuron may be connected to itself' });

const two = (first: string, second: string) =>
  pair(integer({ min: 1, help: first }), integer({ min: 1, help: second }));
const map = {
  columns: integer({
    min: 1,
    help: 'width of the map of `from`, which lies row by row; its height follows',
  }),
  channels: integer({ default: 1, min: 1, help: 'neurons a place, which follow each other' }),
};
const windows = {
  ...map,
  size: described(two('rows', 'columns'), { description: 'rows and columns of a window' }),
  stride: described(two('down', 'across'), { description: 'rows and columns from one window to the next' }),
};
const convolution = {
  padding: integer({ default: 0, min: 0, help: 'empty rows and columns around the map' }),
  shared: flag({ default: true, help: 'one kernel for all places; false: each has its own synapses, and devices' }),
  gate: optional(
    integer({
      min: 0,
      help: 'channel whose arrivals at the centre of a window alone let its neurons fire; default: all do',
    }),
  ),
};
const pooling = {
  ...map,
  to: described(two('rows', 'columns'), { description: 'rows and columns of the map of `to`' }),
  reach: number({ min: 0, exclusiveMin: true, help: 'distance at which the weight has fallen to 0, in cells of `to`' }),
  weight: number({ help: "weight at distance 0, in the target's unit" }),
};

/** Ways to connect by rule; lists and matrices are each given in a way of their own. */
export const connectShape = {
  all: object({ weight, selfConnections }, 'every pair'),
  oneToOne: object({ weight }, 'neuron i to neuron i'),
  probability: object({ p: number({ min: 0, max: 1, help: 'probability of a pair' }), weight, selfConnections }),
  distance: distanceShape,
  inDegree: object({ k: integer({ min: 0, help: 'presynaptic neurons of each' }), weight, selfConnections }),
  windows: object({ ...windows, weight }, 'windows of a map, each to an equal part of the neurons (locally connected)'),
  convolution: object(
    { ...windows, ...convolution, weight },
    'windows of a map, all with the same weights: one kernel, or replicas of it',
  ),
  pooling: object(pooling, 'to a smaller map, with fixed weights that fall with the distance'),
};

const delays = z.union([
  ms('axonal delay'),
  object({
    uniform: ascending(ms('shortest'), ms('longest')),
    step: positive(0.1, 'ms', 'delays are multiples of this'),
  }),
]);
const delay = described(withDefault(delays, 0), {
  description: 'axonal delay: a spike reaches the synapse, and its rule, this long after',
  unit: 'ms',
});

export const projectionShape = {
  receptor: optional(text({ help: "which of the target's receptors; default: the sign of a weight decides" })),
  sources: sourcesOption,
  targets: targetsOption,
  delay,
  dendriticDelay: msOr0(
    'the current reaches the target, and its spikes the synapse, this much later than with an axonal delay only',
  ),
};

export const modulatorDelay = msOr0('from the modulating neuron to the synapses');

export const winnerTakeAll = object(
  {
    hold: msOr0('how long arrivals are ignored after a spike'),
    groups: optional(
      integer({ min: 1, help: 'equal groups, each with its own inhibition and homeostasis; default: 1' }),
    ),
    spikes: optional(
      integer({ min: 1, help: 'after so many spikes a group is silent until the network rests; default: never' }),
    ),
  },
  'one neuron of each group fires at an instant, and resets and silences its group',
);

const has = (value: unknown, ...keys: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && keys.every((key) => key in value);

/** What a model returns when it is called with its parameters, such as `lif({ size: 10 })`. */
const factory = (what: string) =>
  customValue((v) => has(v, 'create'), `what a ${what} returns when it is called with its parameters`);

const floats = (what: string) =>
  customValue((v) => v instanceof Float64Array || v instanceof Float32Array, `a Float64Array or Float32Array, ${what}`);
const indices = customValue(
  (v) => v instanceof Uint32Array || v instanceof Uint16Array || v instanceof Int32Array,
  'a Uint32Array, Uint16Array or Int32Array, one neuron a synapse',
);

const isList = (v: unknown): boolean => Array.isArray(v) && v.every(Array.isArray);

// Floats first: what might be a record is looked at property by property.
const weights = z.union([floats('one a synapse, or those of one window'), weight]);

export const connectOptions = oneOf(
  {
    ...connectShape,
    windows: object({ ...windows, weight: weights }),
    convolution: object({ ...windows, ...convolution, weight: weights }),
    list: customValue(isList, 'a list of [pre, post, weight] or [pre, post, weight, delay]'),
    edges: object({
      pre: indices,
      post: indices,
      weight: z.union([number({ help: 'of all' }), floats('one a synapse')]),
      delay: optional(z.union([ms('of all'), floats('one a synapse, ms')])),
    }),
    pairs: customValue<PairFunction>(
      (v) => typeof v === 'function',
      'a function (i, j) that returns a weight, { weight, delay }, or nothing for no synapse',
    ),
    matrix: object({ weights: floats('pre × post row-major'), shape: optional(pair(whole(), whole())) }),
  },
  { help: 'who is connected to whom' },
);

/** Options of `Network.projection`. */
export const projectionOptions = object({
  name: optional(text({ help: 'default: source->target' })),
  connect: connectOptions,
  ...projectionShape,
  shortTerm: optional(factory('model of short-term plasticity')),
  device: optional(factory('device model')),
  itemised: flag({ help: 'whether pulses and joules are booked for each device' }),
  rule: optional(factory('plasticity rule')),
  modulator: optional(
    object({
      from: customValue((v) => has(v, 'kind', 'name'), 'a population of this network'),
      model: factory('modulator'),
      delay: modulatorDelay,
    }),
  ),
});

/** What `Network.population` takes: a model of neurons or of a stimulus, and options. */
export const populationModel = customValue(
  (v) => has(v, 'kind', 'create'),
  'a model called with its parameters, such as lif({ size: 10 })',
);
export const populationOptions = object({
  winnerTakeAll: optional(winnerTakeAll),
  positions: optional(positionsOption),
});
