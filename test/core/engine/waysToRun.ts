/** Random networks that exercise every delivery strategy, and ways to run them that must not change the results. */
import fc from 'fast-check';
import { load, save } from '../../../core/checkpoint/state.ts';
import { STRATEGY_NAMES, type StrategyName } from '../../../core/engine/engine.ts';
import type { DeviceFactory, NeuronFactory, RuleFactory, ShortTermFactory } from '../../../core/factories.ts';
import type { Neurons, Population } from '../../../core/graph/population.ts';
import { Network } from '../../../core/network.ts';
import { escapeRate, lif, poisson, quadratic, spikeTrains } from '../../../neurons/index.ts';
import { exponential, ideal, softBound, stmLtm } from '../../../synapses/devices/index.ts';
import {
  diehlCook,
  pairStdp,
  postTriggered,
  pulseOverlap,
  stochasticBinary,
  tripletStdp,
  vogelsInhibitory,
} from '../../../synapses/rules/index.ts';
import { tsodyksMarkram } from '../../../synapses/shortTerm/index.ts';
import { Rows } from '../../support.ts';
import { bits } from '../zoo.ts';

export const DURATION = 30;
/** Numbers of neurons; rows of 40 synapses are long enough for kernels. */
const SIZES = [9, 9, 40];

/** Time constants of excitatory and inhibitory conductances, ms. Weights are of the order of 1 in all networks. */
const TWO_TAUS = { excitatory: 5, inhibitory: 10 };
const SHUNTS = { capacitance: 30, reversalExc: 60, reversalInh: -20 };
const NEURONS: Readonly<Record<string, (size: number) => NeuronFactory>> = {
  arrivals: (size) => lif({ size, threshold: 4 }),
  single: (size) => lif({ size, threshold: 4, precision: 'f32', adaptive: { increment: 0.1 } }),
  driven: (size) => lif({ size, threshold: 8, current: 180 }),
  decaying: (size) => lif({ size, threshold: 4, adaptive: { increment: 1, tau: 10 }, refractoryInput: 'integrate' }),
  currents: (size) => lif({ size, synapse: 'exponential', threshold: 5, capacitance: 4 }),
  free: (size) => lif({ size, threshold: 4, refractoryPotential: 'free' }),
  freeCurrents: (size) =>
    lif({ size, synapse: 'exponential', threshold: 5, capacitance: 4, refractoryPotential: 'free' }),
  noisy: (size) => lif({ size, threshold: 4, noise: { sigma: 2 } }),
  noisyCurrents: (size) => lif({ size, synapse: 'exponential', threshold: 5, capacitance: 4, noise: { sigma: 1 } }),
  several: (size) =>
    lif({
      size,
      synapse: 'multiExponential',
      threshold: 3,
      capacitance: 2,
      receptors: { excitatory: { tau: 2, rise: 2 }, inhibitory: { tau: 5, rise: 1 } },
    }),
  shunted: (size) => lif({ size, synapse: 'conductance', threshold: 8, ...SHUNTS, tauSyn: 5 }),
  shuntedByTwo: (size) => lif({ size, synapse: 'conductance', threshold: 8, ...SHUNTS, tauSyn: TWO_TAUS }),
  quadratic: (size) => quadratic({ size }),
  random: (size) => escapeRate({ size, threshold: 4, rate: 100 }),
};
/** Models whose state depends on the times of their threshold checks. */
const CHECK_DEPENDENT: readonly string[] = ['currents', 'freeCurrents', 'several'];
const DEVICES: Readonly<Record<string, () => DeviceFactory>> = {
  ideal: () => ideal({}),
  softBound: () => softBound({}),
  spread: () => exponential({ deviceToDevice: 0.3, cycleToCycle: 0.3 }),
  fading: () => softBound({ retention: { tau: 20, rest: 0.3 } }),
  forgetful: () => stmLtm({}),
  noisy: () => ideal({ readNoise: { sd: 0.1 }, levels: { count: 20 } }),
};
const RULES: Readonly<Record<string, () => RuleFactory>> = {
  pairs: () => pairStdp({ aPlus: 0.3, aMinus: 0.2 }),
  soft: () => pairStdp({ aPlus: 0.3, aMinus: 0.2, muPlus: 1, muMinus: 1, pairing: 'nearest' }),
  atPost: () => postTriggered({ up: 0.1, down: 0.05 }),
  atBoth: () => diehlCook({ aPlus: 0.3, aMinus: 0.2 }),
  deliveredFirst: () => pairStdp({ aPlus: 0.3, aMinus: 0.2, order: 'deliverThenDepress' }),
  triplets: () => tripletStdp({ a2Plus: 0.1, a3Plus: 0.3, a2Minus: 0.2, a3Minus: 0.1 }),
  towardsRate: () => vogelsInhibitory({ rate: 0.1, targetRate: 100 }),
  byChance: () => stochasticBinary({ pSet: 0.3, pReset: 0.1 }),
  overlapping: () => pulseOverlap({ gainUp: 0.1, gainDown: 0.05 }),
};
const SHORT_TERMS: Readonly<Record<string, () => ShortTermFactory>> = { depressing: () => tsodyksMarkram({}) };

const nameOf = (index: object) => fc.constantFrom(...Object.keys(index));
/** A value, or null in `nulls` of ten cases. */
const maybe = <T>(value: fc.Arbitrary<T>, nulls: number) =>
  fc.oneof({ arbitrary: fc.constant(null), weight: nulls }, { arbitrary: value, weight: 10 - nulls });

const projection = fc.record({
  /** Source: -2 noise, -1 trains with ties, otherwise the index of a population. */
  from: fc.constantFrom(-2, -2, -1, 0, 1),
  to: fc.nat(1),
  connect: fc.constantFrom('all', 'probability', 'oneToOne'),
  weight: fc.constantFrom(1, 2, -0.5, null),
  delay: fc.constantFrom(0, 0, 0.5, 3),
  delays: fc.boolean(),
  device: maybe(nameOf(DEVICES), 5),
  rule: maybe(nameOf(RULES), 2),
  shortTerm: maybe(nameOf(SHORT_TERMS), 8),
  dendriticDelay: fc.constantFrom(0, 0, 0, 1.5),
});

const anyNetwork = fc.record({
  seed: fc.nat(),
  size: fc.constantFrom(...SIZES),
  rate: fc.constantFrom(50, 300, 1000),
  populations: fc.array(
    fc.record({ model: nameOf(NEURONS), hold: fc.constantFrom(undefined, undefined, undefined, 1) }),
    { minLength: 1, maxLength: 2 },
  ),
  projections: fc.array(projection, { minLength: 1, maxLength: 5 }),
});
/** Networks with dense plastic rows onto neurons with currents, as in most studies; rare among random networks. */
const learning = fc
  .tuple(anyNetwork, fc.constantFrom('ideal', 'ideal', 'softBound', 'spread'), fc.constantFrom(0, 0.5))
  .map(([network, device, delay]) => ({
    ...network,
    populations: [{ model: 'currents', hold: undefined }],
    projections: [
      {
        from: -2,
        to: 0,
        connect: 'all',
        weight: null,
        delay,
        delays: false,
        device,
        rule: 'pairs',
        shortTerm: null,
        dendriticDelay: 0,
      },
      ...network.projections.slice(3),
    ],
  }));
/** Networks with sparse static rows onto neurons that spike at arrivals only. */
const sparse = anyNetwork.map((network) => ({
  ...network,
  rate: 1000,
  populations: network.populations.map(({ model, hold }, k) =>
    k === 0 ? { model: model === 'free' ? model : 'arrivals', hold: undefined } : { model, hold },
  ),
  projections: network.projections.map((p) => ({
    ...p,
    connect: p.connect === 'all' ? 'probability' : p.connect,
    rule: null,
    shortTerm: null,
  })),
}));
/** Networks with sparse static rows with many delays onto neurons with currents. */
const streams = sparse.map((network) => ({
  ...network,
  populations: network.populations.map((one, k) =>
    k === 0 ? { model: one.model === 'freeCurrents' ? one.model : 'currents', hold: undefined } : one,
  ),
  projections: network.projections.map((p) => ({ ...p, delays: true })),
}));
/** Networks that recurrent delivery serves: neurons with conductances that are connected with each other, delayed and without devices. */
const recurrent = sparse.map((network) => ({
  ...network,
  populations: [{ model: 'shunted', hold: undefined }, ...network.populations.slice(1)],
  projections: network.projections.map((p, k) => ({
    ...p,
    ...(k === 0 && { from: 0, to: 0, weight: 2, delay: 0.5 }),
    device: null,
    dendriticDelay: 0,
  })),
}));
const networkSpec = fc.oneof(
  { arbitrary: anyNetwork, weight: 3 },
  { arbitrary: learning, weight: 1 },
  { arbitrary: sparse, weight: 3 },
  { arbitrary: streams, weight: 2 },
);
export type NetworkSpec = typeof networkSpec | typeof recurrent extends fc.Arbitrary<infer T> ? T : never;

/** Options that must not change results. */
const way = fc.record({
  network: fc.record({
    strategies: fc.subarray([...STRATEGY_NAMES]),
  }),
  recorded: fc.subarray(['input', 'weights', 'potential'] as const),
  /** Schedule of recorded weights. */
  when: fc.constantFrom({ on: 'pre' as const }, { on: 'post' as const }, { every: 4 }),
  /** Duration of one call of `run`, ms. */
  slice: fc.constantFrom<number>(DURATION, DURATION, 7.3, 0.05),
  /** True if the run is interrupted at every opportunity. */
  interrupted: fc.boolean(),
  /** Time, ms, after which the state is loaded into a new network at the end of a slice; null for never. */
  resumedAt: maybe(fc.double({ min: 0, max: DURATION, noNaN: true }), 7),
});
export type Way = typeof way extends fc.Arbitrary<infer T> ? T : never;

/** Networks that recurrent delivery serves, with this strategy enabled and nothing recorded that disables it. */
const recurrentCase = fc.tuple(
  recurrent,
  way.map((w) => ({
    ...w,
    network: { strategies: [...new Set<StrategyName>([...w.network.strategies, 'recurrent'])] },
    recorded: w.recorded.filter((table) => table !== 'weights'),
    interrupted: false,
  })),
);
/** A network and a way to run it. */
export const networkAndWay: fc.Arbitrary<[NetworkSpec, Way]> = fc.oneof(
  { arbitrary: fc.tuple(networkSpec, way), weight: 9 },
  { arbitrary: recurrentCase, weight: 1 },
);
/** Cases that every run of the property includes, so that recurrent delivery is tested whatever the seed. */
export const RECURRENT_CASES: readonly [NetworkSpec, Way][] = fc.sample(recurrentCase, { numRuns: 6, seed: 1 });

/** Reference delivery in one call. */
export const REFERENCE_WAY: Way = {
  network: { strategies: [] },
  recorded: [],
  when: { on: 'pre' },
  slice: DURATION,
  interrupted: false,
  resumedAt: null,
};

const TIES = [1, 1.5, 2].map((gap) => Array.from({ length: 12 }, (_, k) => 1 + k * gap));
const NAMES = ['b', 'a'];

function wire(net: Network, populations: readonly Population[], p: NetworkSpec['projections'][number], k: number) {
  const to = p.to % populations.length;
  const from = p.from < 0 ? p.from : p.from % populations.length;
  const source = net.populations.get(['noise', 'ties', ...NAMES][from + 2]!)!;
  const connect = source.size === populations[to]!.size || p.connect !== 'oneToOne' ? p.connect : 'probability';
  const weight = p.device !== null || p.weight === null ? { uniform: [0.2, 0.9] as [number, number] } : p.weight;
  const least = from >= to && p.delay + p.dendriticDelay === 0 ? 0.25 : p.delay; // none only from earlier to later
  return net.projection(source, populations[to]!, {
    name: `p${k}`,
    connect: { [connect]: connect === 'probability' ? { p: 0.4, weight } : { weight } } as never,
    delay: p.delays ? { uniform: [least, least + 1], step: 0.5 } : least,
    dendriticDelay: p.dendriticDelay,
    ...(p.shortTerm !== null && { shortTerm: SHORT_TERMS[p.shortTerm]!() }),
    ...(p.device !== null && { device: DEVICES[p.device]!() }),
    ...(p.device !== null && p.rule !== null && { rule: RULES[p.rule]!() }),
  });
}

function build(s: NetworkSpec, w: Way, spikes: Rows): Network {
  const net = new Network({ seed: s.seed, ...w.network });
  net.interruptBy(Int32Array.of(w.interrupted ? 1 : 0));
  const noise = net.population('noise', poisson({ size: s.size, rate: s.rate }));
  net.population('ties', spikeTrains({ trains: TIES }));
  const populations = s.populations.map(({ model, hold }, k) =>
    net.population(NAMES[k]!, NEURONS[model]!(s.size), hold === undefined ? {} : { winnerTakeAll: { hold } }),
  );
  const projections = s.projections.map((p, k) => wire(net, populations, p, k));
  net.recordSpikes(w.recorded.includes('input') ? [noise, ...populations] : populations, spikes);
  if (w.recorded.includes('weights')) for (const p of projections) net.recordWeights(p, w.when, new Rows());
  if (w.recorded.includes('potential'))
    for (const p of populations) net.recordPotential(p as Neurons, [0], { every: 2.5 }, new Rows());
  return net;
}

export interface Outcome {
  /** Spikes of the neurons as `population.neuron@time`. */
  readonly spikes: readonly string[];
  /** Bits of the final state, without the parts below. */
  readonly end: Readonly<Record<string, string>>;
  /** Counters and energies of all devices. The order of reads, and so the last bits of energies, depends on the strategy. */
  readonly counters: readonly number[];
  /** Final potentials, mV, in place of the states of `CHECK_DEPENDENT` models. */
  readonly potentials: readonly number[];
}

export function run(s: NetworkSpec, w: Way): Outcome {
  const spikes = new Rows();
  let net = build(s, w, spikes);
  let resumed = w.resumedAt === null;
  while (net.now < DURATION) {
    net.run(Math.min(w.slice, DURATION - net.now));
    if (resumed || net.now < w.resumedAt!) continue;
    resumed = true;
    net.flush();
    const snapshot = save(net);
    net = build(s, w, spikes);
    load(net, snapshot);
  }
  net.flush();
  const { id } = net.populations.get('noise')!;
  const own = spikes.rows.filter((row) => row.population !== id);
  const snapshot = save(net);
  const totals = [...snapshot].filter(([key]) => key.endsWith('.devices.totals'));
  const looks = NAMES.filter((_, k) => CHECK_DEPENDENT.includes(s.populations[k]?.model ?? '')).map(
    (name) => `populations.${name}.model.`,
  );
  for (const key of snapshot.keys()) {
    if (key.endsWith('.devices.totals') || looks.some((start) => key.startsWith(start))) snapshot.delete(key);
  }
  const neurons = [...net.populations.values()].filter((p) => p.kind === 'neurons');
  return {
    spikes: own.map((row) => `${row.population}.${row.neuron}@${row.time}`),
    end: bits(snapshot),
    counters: totals.flatMap(([, array]) => [...array]),
    potentials: neurons.flatMap(({ model }) => Array.from({ length: s.size }, (_, j) => model.potential(j, DURATION))),
  };
}
