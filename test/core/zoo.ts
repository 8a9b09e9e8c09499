/** Network with a part of each kind, declared in any order and recorded or not, for properties of whole runs. */
import fc from 'fast-check';
import type { Snapshot } from '../../core/checkpoint/state.ts';
import type { StrategyName } from '../../core/engine/engine.ts';
import type { Neurons, Population, Stimulus } from '../../core/graph/population.ts';
import { Network } from '../../core/network.ts';
import { snap } from '../../core/time.ts';
import { escapeRate, lif, poisson, spikeTrains } from '../../neurons/index.ts';
import type { Poisson } from '../../neurons/stimuli/poisson.ts';
import { exponential, ideal, softBound } from '../../synapses/devices/index.ts';
import { eligibility, gate } from '../../synapses/modulators/index.ts';
import { pairStdp, postTriggered } from '../../synapses/rules/index.ts';
import { tsodyksMarkram } from '../../synapses/shortTerm/index.ts';
import { Rows } from '../support.ts';

export const DURATION = 60;
/** Changes of the Poisson rate, Hz, at ticks with and without other events. */
const CHANGES = [
  { at: 12.5, rate: 0 },
  { at: 17.25, rate: 700 },
  { at: 40, rate: 250 },
];

export interface ZooSpec {
  readonly seed: number;
  readonly current: number;
  readonly refractory: number;
  readonly refractoryInput: 'discard' | 'integrate';
  readonly refractoryPotential: 'clamp' | 'free';
  readonly adaptTau: number;
  readonly hold: number;
  readonly pairing: 'allToAll' | 'nearest' | 'presynapticCentred';
  readonly dendriticDelay: number;
  readonly cycleToCycle: number;
}

export const zooSpec: fc.Arbitrary<ZooSpec> = fc.record({
  seed: fc.nat(),
  current: fc.constantFrom(0, 240, 500),
  refractory: fc.constantFrom(0.5, 2),
  refractoryInput: fc.constantFrom('discard', 'integrate'),
  refractoryPotential: fc.constantFrom('clamp', 'free'),
  adaptTau: fc.constantFrom(Infinity, 15),
  hold: fc.constantFrom(0.5, 3),
  pairing: fc.constantFrom('allToAll', 'nearest', 'presynapticCentred'),
  dendriticDelay: fc.constantFrom(0, 1, 6.5),
  cycleToCycle: fc.constantFrom(0, 0.3),
});

export const PARTS = { populations: 6, projections: 11 };

export interface ZooOptions {
  /** Orders of declaration: permutations of 0 … n - 1. */
  readonly populations?: readonly number[];
  readonly projections?: readonly number[];
  /** Order of the entries of the connection list. */
  readonly list?: readonly number[];
  readonly record?: boolean;
  /** Enabled delivery strategies; default: all. */
  readonly strategies?: readonly StrategyName[];
}

const CLOCKWORK = [0, 1, 2, 3].map((i) => Array.from({ length: 40 }, (_, k) => 0.5 * (i + 1) * k)); // many ties
export const LIST = CLOCKWORK.flatMap((_, pre) =>
  [0, 1, 2, 3, 4].map((post) => [pre, post, 1.1 + 0.7 * pre + 0.3 * post, post % 2 === 0 ? 1 : 2.5]),
);

export interface Zoo {
  readonly net: Network;
  readonly spikes: Rows;
  readonly weights: Rows;
  readonly potentials: Rows;
}

export function zoo(s: ZooSpec, options: ZooOptions = {}): Zoo {
  const { strategies } = options;
  const net = new Network({ seed: s.seed, ...(strategies && { strategies }) });
  const population = [
    () => net.population('noise', poisson({ size: 20, rate: 400 })),
    () => net.population('clockwork', spikeTrains({ trains: CLOCKWORK })),
    () => net.population('teacher', spikeTrains({ trains: [CLOCKWORK[1]!, CLOCKWORK[3]!] })),
    () =>
      net.population(
        'a',
        lif({
          size: 8,
          current: s.current,
          refractory: s.refractory,
          refractoryInput: s.refractoryInput,
          refractoryPotential: s.refractoryPotential,
          adaptive: { increment: 2, tau: s.adaptTau },
          initial: { uniform: [0, 10] },
        }),
      ),
    () =>
      net.population(
        'b',
        lif({ size: 6, threshold: 8, refractory: 0, homeostasis: { gain: 0.2, minimum: 2 }, precision: 'f32' }),
        { winnerTakeAll: { hold: s.hold } },
      ),
    () => net.population('c', escapeRate({ size: 5, rate: 100 })),
  ];
  const get = (name: string): Population => net.populations.get(name)!;
  const connect = (from: string, to: string, o: Parameters<Network['projection']>[2]) =>
    net.projection(get(from), get(to), o);
  const spread = { cycleToCycle: s.cycleToCycle, deviceToDevice: s.cycleToCycle };
  const projection = [
    () =>
      connect('noise', 'a', {
        connect: { all: { weight: { uniform: [0, 6] } } },
        delay: { uniform: [0, 2], step: 0.5 },
        dendriticDelay: s.dendriticDelay,
        device: softBound({ weightAtGMax: 7, ...spread }),
        rule: pairStdp({ pairing: s.pairing, aPlus: 0.5, aMinus: 0.6 }),
      }),
    () =>
      connect('clockwork', 'a', {
        connect: { list: (options.list ?? [...LIST.keys()]).map((i) => LIST[i]!) },
        shortTerm: tsodyksMarkram({ tauFacil: 30, tauRec: 60 }),
      }),
    () =>
      connect('noise', 'b', {
        connect: { all: { weight: { uniform: [0, 3] } } },
        delay: 1,
        device: exponential({ weightAtGMax: 4, alphaUp: 0.1, alphaDown: 0.05, ...spread }),
        rule: postTriggered({ window: 5 }),
        dendriticDelay: s.dendriticDelay / 4,
        modulator: { from: get('a'), delay: 0.5, model: gate({ baseline: 0.5, gain: 0.1 }) },
      }),
    () => connect('a', 'b', { connect: { probability: { p: 0.5, weight: 2 } } }),
    () => connect('b', 'a', { connect: { inDegree: { k: 3, weight: -1 } }, delay: 1.5 }),
    () =>
      connect('a', 'a', {
        connect: { probability: { p: 0.4, weight: { uniform: [0, 2] }, selfConnections: false } },
        delay: 0.5,
        device: ideal({ wMax: 3, ...spread }),
        rule: pairStdp({ pairing: s.pairing, muPlus: 0.4, muMinus: 0.4, aPlus: 0.2, aMinus: 0.2 }),
        modulator: { from: get('clockwork'), model: eligibility({ gain: [0.3, 0.2, -0.1, 0.1], tau: 20 }) },
      }),
    () => connect('b', 'c', { connect: { all: { weight: 9 } } }),
    () => connect('noise', 'c', { connect: { all: { weight: { uniform: [0, 4] } } }, sources: [5, 8], delay: 0.25 }),
    () => connect('c', 'a', { connect: { all: { weight: 1 } }, delay: 2 }),
    () =>
      connect('c', 'teacher', {
        connect: { all: { weight: 0.5 } },
        delay: 0.5,
        device: ideal({}),
        rule: pairStdp({ aPlus: 0.3, aMinus: 0.2 }),
      }),
    () => connect('noise', 'noise', { connect: { oneToOne: { weight: 1 } }, device: ideal({}), rule: pairStdp({}) }),
  ];
  for (const i of options.populations ?? population.keys()) population[i]!();
  for (const i of options.projections ?? projection.keys()) projection[i]!();
  const [spikes, weights, potentials] = [new Rows(), new Rows(), new Rows()];
  if (options.record !== false) {
    net.recordSpikes(net.populations.values(), spikes);
    const on = (name: string) => net.projections.get(name)!;
    net.recordWeights(on('noise->a'), { on: 'post' }, weights);
    net.recordWeights(on('a->a'), { on: 'pre' }, weights);
    net.recordWeights(on('noise->b'), { every: 7.5 }, weights);
    net.recordPotential(get('a') as Neurons, [0, 3, 7], { every: 0.75 }, potentials);
    net.recordPotential(get('c') as Neurons, [4], { times: [3, 14.5, 55] }, potentials);
  }
  return { net, spikes, weights, potentials };
}

/** Runs on to time `to` and changes the Poisson rates on the way; a change due at `to` is left to the next call. */
export function runTo(net: Network, to: number): void {
  for (const { at, rate } of CHANGES) {
    if (at < net.now || at >= to) continue;
    net.run(at - net.now);
    net.change(net.populations.get('noise') as Stimulus<Poisson>, (model) => model.setRates(rate));
  }
  net.run(to - net.now);
}

/** Every array of a snapshot as text: equal if and only if all bits are. */
export const bits = (snapshot: Snapshot): Record<string, string> =>
  Object.fromEntries(
    [...snapshot]
      .map(([key, a]) => [key, Buffer.from(a.buffer, a.byteOffset, a.byteLength).toString('hex')] as const)
      .sort(([x], [y]) => (x < y ? -1 : 1)),
  );

/** An instant to cut a run at: on the grid of the ties, or anywhere. */
export const instant: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 0, max: 4 * DURATION }).map((n) => n / 4),
  fc.double({ min: 0, max: DURATION, noNaN: true }).map(snap),
);
