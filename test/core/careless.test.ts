/** What a careless user of the TypeScript API does: every slip is one sentence, never a raw error, never ignored. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import { Network } from '../../core/network.ts';
import { escapeRate, images, lif, poisson, replay, spikeTrains, thresholdSwitch } from '../../neurons/index.ts';
import { softBound } from '../../synapses/devices/index.ts';
import { gate } from '../../synapses/modulators/index.ts';
import { pairStdp } from '../../synapses/rules/index.ts';
import { Rows } from '../support.ts';

// biome-ignore lint/suspicious/noExplicitAny: the types would refuse what is tried here
type Loose = any;

function pair() {
  const net: Loose = new Network({ seed: 1 });
  const a: Loose = net.population('a', poisson({ size: 2, rate: 100 }));
  const b: Loose = net.population('b', lif({ size: 2 }));
  const join = (options: Loose) => net.projection(a, b, options);
  return { net, a, b, join, sink: new Rows() };
}
type Pair = ReturnType<typeof pair>;

const all = { all: { weight: 1 } };
const SLIPS: readonly (readonly [string, (p: Pair) => unknown, RegExp])[] = [
  [
    'an option under its former name',
    () => new (Network as Loose)({ seed: 1, receptions: [] }),
    /^new Network: receptions is unknown; it is now named `strategies`\.$/,
  ],
  [
    'a rule whose methods have their former names',
    ({ join }) => join({ connect: all, device: softBound({}), rule: { create: () => ({ arrive() {}, fire() {} }) } }),
    /^projections\.a->b\.rule has no `onPre`; `arrive` is now named `onPre`\.$/,
  ],
  [
    'short-term plasticity with a former method',
    ({ join }) => join({ connect: all, shortTerm: { create: () => ({ state: {}, onPre: () => 1, rest() {} }) } }),
    /^projections\.a->b\.shortTerm has no `resetDynamicState`; `rest` is now named `resetDynamicState`\.$/,
  ],
  [
    'a stimulus with a former member',
    ({ net }) => {
      const { create: _, ...factory } = poisson({ size: 1, rate: 1 });
      net.population('clock', {
        ...factory,
        create: () => ({ size: 1, next: 3, emit: () => 0, restart() {} }),
      } as Loose);
    },
    /^populations\.clock has no `nextSpikeTime`; `next` is now named `nextSpikeTime`\.$/,
  ],
  ['no options of a network', () => new (Network as Loose)(), /^new Network: undefined is not valid here: it must be/],
  ['no seed', () => new Network({} as Loose), /^new Network: seed is missing: it must be an integer or a text/],
  ['an object as seed', () => new Network({ seed: {} as Loose }), /^new Network: seed is \{\}, but/],
  [
    'a slip in an option',
    () => new Network({ seed: 1, strategie: [] } as Loose),
    /strategie is unknown, did you mean "strategies"/,
  ],
  [
    'kernels of version 0.1',
    () => new Network({ seed: 1, kernels: 'plain' } as Loose),
    /kernels is unknown; it was removed, because kernels always run as WebAssembly SIMD\.$/,
  ],
  ['no name', ({ net }) => net.population(lif({ size: 1 })), /^population: the name: \{.*\} is not valid/],
  [
    'a name with a space',
    ({ net }) => net.population('a b', lif({ size: 1 })),
    /"a b" is not valid here: it must be a letter/,
  ],
  ['no model', ({ net }) => net.population('c'), /^populations\.c: undefined is not valid here: .* lif\(/],
  [
    'a model that was not called',
    ({ net }) => net.population('c', lif),
    /^populations\.c: a function is not valid here/,
  ],
  ['no parameters', ({ net }) => net.population('c', (lif as Loose)()), /^lif: undefined is not valid here/],
  [
    'a slip in a parameter',
    ({ net }) => net.population('c', lif({ size: 1, tua: 3 } as Loose)),
    /^lif: tua is unknown, did you mean "tau"/,
  ],
  [
    'options of neurons',
    ({ net }) => net.population('c', lif({ size: 1 }), { winnerTakesAll: {} }),
    /did you mean "winnerTakeAll"/,
  ],
  [
    'a negative hold',
    ({ net }) => net.population('c', lif({ size: 1 }), { winnerTakeAll: { hold: -1 } }),
    /winnerTakeAll\.hold is -1/,
  ],
  [
    'inhibition of a stimulus',
    ({ net }) => net.population('c', poisson({ size: 1 }), { winnerTakeAll: { hold: 1 } }),
    /needs a neuron model/,
  ],
  [
    'a name as source',
    ({ net, b }) => net.projection('a', b, { connect: all }),
    /the source is "a", but must be a return value/,
  ],
  ['no target', ({ net, a }) => net.projection(a), /the target is undefined, but must be a return value/],
  ['no options', ({ join }) => join(undefined), /^projections\.a->b: undefined is not valid here/],
  ['no connect', ({ join }) => join({}), /^projections\.a->b: connect is missing/],
  ['delays', ({ join }) => join({ connect: all, delays: 3 }), /delays is unknown, did you mean "delay"/],
  [
    'a negative delay',
    ({ join }) => join({ connect: all, delay: -3 }),
    /delay is -3, but must be a number >= 0 \(ms\)/,
  ],
  ['a text as delay', ({ join }) => join({ connect: all, delay: '3' }), /delay is "3", but/],
  [
    'everyone',
    ({ join }) => join({ connect: { everyone: { weight: 1 } } }),
    /connect\.everyone is unknown; known here: all/,
  ],
  ['two ways', ({ join }) => join({ connect: { ...all, oneToOne: { weight: 1 } } }), /exactly one of the keys/],
  ['no weight', ({ join }) => join({ connect: { all: {} } }), /connect\.all\.weight is missing/],
  [
    'a slip in a distribution',
    ({ join }) => join({ connect: { all: { weight: { normal: { mean: 1, std: 1 } } } } }),
    /std is unknown, did you mean "sd"/,
  ],
  ['p of 2', ({ join }) => join({ connect: { probability: { p: 2, weight: 1 } } }), /connect\.probability\.p is 2/],
  [
    'a flat list',
    ({ join }) => join({ connect: { list: [0, 1, 2] } }),
    /connect\.list is \[0, 1, 2\], but must be a list of \[pre, post, weight\]/,
  ],
  [
    'a list as text',
    ({ join }) => join({ connect: { list: [['0', 1, 2]] } }),
    /list\[0\] names presynaptic neuron "0"/,
  ],
  [
    'a plain matrix',
    ({ join }) =>
      join({
        connect: {
          matrix: {
            weights: [
              [1, 2],
              [3, 4],
            ],
          },
        },
      }),
    /matrix\.weights is \[\[1, 2\], \[3, 4\]\], but must be a Float64Array/,
  ],
  [
    'a short matrix',
    ({ join }) => join({ connect: { matrix: { weights: new Float64Array(3) } } }),
    /has length 3, but must have 2 × 2/,
  ],
  [
    'a device that was not called',
    ({ join }) => join({ connect: all, device: softBound }),
    /device is a function, but must be the return value of a device model/,
  ],
  [
    'a rule as text',
    ({ join }) => join({ connect: all, device: softBound({}), rule: 'pairStdp' }),
    /rule is "pairStdp", but must be/,
  ],
  ['sources as one number', ({ join }) => join({ connect: all, sources: 1 }), /sources is 1, but must be a list of 2/],
  [
    'a modulator from a name',
    ({ join }) =>
      join({ connect: all, device: softBound({}), rule: pairStdp({}), modulator: { from: 'a', model: gate({}) } }),
    /modulator\.from is "a", but must be a population/,
  ],
  [
    'a neighbour network',
    ({ net, a }) => net.projection(a, pair().b, { connect: all }),
    /the target is population "b", which belongs to another network/,
  ],
  [
    'a modulator of another network',
    ({ join }) =>
      join({ connect: all, device: softBound({}), rule: pairStdp({}), modulator: { from: pair().b, model: gate({}) } }),
    /modulator\.from is population "b", which belongs to another/,
  ],
  [
    'one population to record',
    ({ net, b, sink }) => net.recordSpikes(b, sink),
    /^recordSpikes: the first argument must be a list of populations/,
  ],
  ['a name to record', ({ net, sink }) => net.recordSpikes(['b'], sink), /^recordSpikes: an entry is "b"/],
  ['no sink', ({ net, b }) => net.recordSpikes([b], []), /^recordSpikes: the sink is \[\]/],
  [
    'potential of a stimulus',
    ({ net, a, sink }) => net.recordPotential(a, [0], { every: 1 }, sink),
    /"a", which is not a population of neurons/,
  ],
  [
    'one neuron',
    ({ net, b, sink }) => net.recordPotential(b, 0, { every: 1 }, sink),
    /potential\.neurons is 0, but must be a list of indices/,
  ],
  [
    'a neuron that is not there',
    ({ net, b, sink }) => net.recordPotential(b, [2], { every: 1 }, sink),
    /names 2, but neurons of \w+ are 0 to 1/,
  ],
  [
    'no schedule',
    ({ net, b, sink }) => net.recordPotential(b, [0], undefined, sink),
    /potential: undefined is not valid here/,
  ],
  [
    'an empty schedule',
    ({ net, b, sink }) => net.recordPotential(b, [0], {}, sink),
    /exactly one of the keys every, times/,
  ],
  [
    'weights of nothing',
    ({ net, sink }) => net.recordWeights(undefined, { every: 1 }, sink),
    /^recordWeights: the first argument must be a projection/,
  ],
  [
    'weights at both',
    ({ net, join, sink }) => net.recordWeights(join({ connect: all }), { on: 'both' }, sink),
    /on is "both", but must be one of/,
  ],
  ['no function', ({ net }) => net.at('x', { every: 1 }), /^at: `action` is undefined, but must be a function/],
  ['a negative run', ({ net }) => net.run(-5), /^duration is -5/],
  ['a run as text', ({ net }) => net.run('5'), /^duration is "5"/],
  ['a stop without spikes', ({ net, b }) => net.run(5, { population: b }), /^run: stopAfter: spikes is missing/],
  [
    'a stop at nobody',
    ({ net }) => net.run(5, { population: [], spikes: 1 }),
    /stopAfter: population is \[\], but must be a population of neurons/,
  ],
  [
    'a stop at a stimulus',
    ({ net, a }) => net.run(5, { population: a, spikes: 1 }),
    /stopAfter\.population is population "a", which is no/,
  ],
  [
    'a change of neurons',
    ({ net, b }) => net.change(b, () => {}),
    /^change: the first argument is population "b", which is not a stimulus/,
  ],
  [
    'a change by nothing',
    ({ net, a }) => net.change(a),
    /^change: the second argument is undefined, but must be a function that/,
  ],
  [
    'rates that are no numbers',
    ({ net, a }) => net.change(a, (m: Loose) => m.setRates('fast')),
    /populations\.a\.rate is "fast", but must be a number/,
  ],
  [
    'too few rates',
    ({ net, a }) => net.change(a, (m: Loose) => m.setRates([1])),
    /rate lists 1 rates, but the population has 2/,
  ],
  ['a negative rate', ({ net, a }) => net.change(a, (m: Loose) => m.setRates([1, -1])), /rate.*-1/],
  [
    'a sum that is NaN',
    ({ join }) => join({ connect: all, device: softBound({}) }).normaliseWeights(Number.NaN, 0),
    /normalise.*NaN/,
  ],
  [
    'a recording without neurons',
    ({ net }) => net.population('c', replay({ log: { times: [1] } } as Loose)),
    /^replay: log is .*must be/,
  ],
  [
    'images without a size',
    ({ net }) => net.population('c', images({ file: { pixels: [1] } } as Loose)),
    /^images: file is .*must be/,
  ],
];

for (const [name, slip, sentence] of SLIPS) {
  test(name, () => {
    assert.throws(
      () => slip(pair()),
      (e: Error) => {
        if (!(e instanceof UserError)) throw e;
        assert.match(e.message, sentence);
        assert.not.match(e.message, /\[object Object\]|\n/);
        return true;
      },
    );
  });
}

test('a potential is known up to now, also while the network runs, and of neurons that are there', () => {
  const net = new Network({ seed: 1 });
  const b = net.population('b', lif({ size: 1, current: 1000, threshold: 100 }));
  net.run(1);
  const v = b.model.potential(0, 1);
  assert.ok(v > 0);
  const refused = (message: RegExp, n: number, t: number) =>
    assert.throws(
      () => b.model.potential(n, t),
      (e: unknown) => e instanceof UserError && message.test(e.message),
    );
  refused(
    /^populations\.b: the potential of neuron 0 at 100 ms is not known yet, because the clock is at 1 ms/,
    0,
    100,
  );
  refused(/at NaN ms is not known/, 0, Number.NaN);
  refused(/has no neuron 1; its neurons are 0 to 0/, 1, 1);
  const seen: number[] = [];
  net.at('look', { times: [2] }, (t) => {
    seen.push(b.model.potential(0, t));
    refused(/clock is at 2 ms/, 0, 2.5);
  });
  net.run(2);
  assert.is(seen.length, 1);
});

test('a threshold at or below rest without an opposing current is refused as most likely not counted from rest', () => {
  const make = (model: Loose) => new Network({ seed: 1 }).population('b', model);
  const refused = (model: Loose) =>
    assert.throws(
      () => make(model),
      (e: unknown) => e instanceof UserError && /populations\.b\.threshold is .* relative to rest/.test(e.message),
    );
  for (const synapse of ['delta', 'exponential', 'multiExponential', 'conductance'] as const) {
    refused(lif({ size: 1, threshold: -50, reset: -70, synapse }));
  }
  refused(lif({ size: 1, threshold: -50 }));
  refused(lif({ size: 1, threshold: 0, reset: -5 }));
  refused(lif({ size: 1, threshold: -50, reset: -70, current: 300 }));
  make(lif({ size: 1, threshold: -10, reset: -20, current: -500 })); // held 20 mV below rest
  refused(escapeRate({ size: 1, threshold: -50, reset: -70 }));
  make(escapeRate({ size: 1, threshold: -4 })); // fires by itself 27 times a second
  refused(thresholdSwitch({ size: 1, threshold: -50, hold: -70 }));
});

test('spike trains in typed arrays, in text or empty are told', () => {
  const bad = (trains: Loose) => assert.throws(() => spikeTrains({ trains }), /^spikeTrains: trains/);
  bad([]);
  bad([['1']]);
  bad(3);
});

test.run();
