/** A population whose spikes nothing else has to know of is taken on beyond them: the bits of one instant after the other. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { save } from '../../../core/checkpoint/state.ts';
import type { StrategyName } from '../../../core/engine/engine.ts';
import { Network } from '../../../core/network.ts';
import { RandomStream } from '../../../core/random/random.ts';
import { lif, poisson, relay, spikeTrains } from '../../../neurons/index.ts';
import { linear } from '../../../synapses/devices/index.ts';
import { atLeast, Rows, runs } from '../../support.ts';
import { bits } from '../zoo.ts';

const SUBSETS: readonly (readonly StrategyName[])[] = [[], ['singleQueue'], ['merged', 'singleQueue']];

const spec = fc.record({
  seed: fc.nat(1e6),
  hold: fc.constantFrom(0, 2),
  spikes: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  /** Neurons of a group: a kernel races through those of 16 or more, and of others that are gated. */
  each: fc.constantFrom(3, 16, 21),
  reset: fc.constantFrom(0, -0.7),
  /** ms; the scale of the shorter one has to be set back within a run. */
  tau: fc.constantFrom(30, 0.8),
  /** Spikes every millisecond in place of any time: many arrivals of one instant. */
  beat: fc.boolean(),
  gated: fc.boolean(),
  silent: fc.uniqueArray(fc.integer({ min: 0, max: 24 }), { maxLength: 20 }),
  /** After so many spikes, or all that there can be. */
  stop: fc.option(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant('all' as const)), { nil: undefined }),
  device: fc.boolean(),
  relays: fc.constantFrom(false, false, false, true),
  /** Somebody has to know of each spike after all. */
  noticed: fc.boolean(),
});
type Spec = typeof spec extends fc.Arbitrary<infer T> ? T : never;

function outcome(s: Spec, strategies: readonly StrategyName[]) {
  const net = new Network({ seed: s.seed, strategies });
  const rows = new Rows();
  const draw = new RandomStream(s.seed, 'beats');
  const trains = Array.from({ length: 50 }, () =>
    Array.from({ length: 120 }, (_, t) => t + 1).filter(() => draw.uniform() < 0.2),
  );
  const input = s.beat
    ? net.population('input', spikeTrains({ trains }))
    : net.population('input', poisson({ size: 50, rate: 40 }));
  const winnerTakeAll = { hold: s.hold, groups: 25, ...(s.spikes && { spikes: s.spikes }) };
  const output = s.relays
    ? net.population('output', relay({ size: 25 * s.each, normalise: { rate: 800 } }))
    : net.population(
        'output',
        lif({
          size: 25 * s.each,
          tau: s.tau,
          threshold: s.tau < 1 ? 0.8 : 3,
          reset: s.reset,
          refractory: 0,
          precision: 'f32',
        }),
        {
          winnerTakeAll,
        },
      );
  const synapses = net.projection(input, output, {
    connect: {
      convolution: {
        columns: 5,
        channels: 2,
        size: [3, 3],
        stride: [1, 1],
        padding: 1,
        weight: { uniform: [0.1, 0.9] },
        ...(s.gated && !s.relays && { gate: 0 }),
        shared: false,
      },
    },
    ...(s.device && { device: linear({}) }),
  });
  if (s.noticed)
    net.projection(output, net.population('other', lif({ size: 2 })), { connect: { all: { weight: 0.1 } }, delay: 1 });
  net.recordSpikes([output], rows);
  const stopped: boolean[] = [];
  for (let image = 0; image < 3; image++) {
    net.resetDynamicState();
    if (!s.relays) net.disableGroups(output as never, s.silent);
    const all = Math.max(1, (s.spikes ?? 2) * (25 - s.silent.length));
    const spikes = s.stop === 'all' ? all : s.stop;
    stopped.push(net.run(40, spikes === undefined ? undefined : { population: output as never, spikes }));
  }
  net.flush();
  const { arrivals, synapticEvents, devices } = synapses;
  return {
    stopped,
    arrivals,
    synapticEvents,
    reads: devices?.usage.reads,
    now: net.now,
    state: bits(save(net)),
    rows: rows.rows,
  };
}

test('groups, gates, silent ones, devices, relays, runs that end after so many spikes', () => {
  let fired = 0;
  fc.assert(
    fc.property(spec, (s) => {
      const first = outcome(s, []);
      fired += first.rows.length;
      for (const strategies of SUBSETS) assert.equal(outcome(s, strategies), first, strategies.join(' and '));
    }),
    runs(80),
  );
  assert.ok(fired > atLeast(1000), `${fired} spikes`);
});

test('silent groups neither hear nor fire until the network rests; what cannot be silenced is refused', () => {
  const net = new Network({ seed: 1 });
  const input = net.population('input', poisson({ size: 4, rate: 500 }));
  const output = net.population('output', lif({ size: 6, threshold: 1, refractory: 0 }), {
    winnerTakeAll: { hold: 0, groups: 3 },
  });
  const one = net.population('one', lif({ size: 2 }));
  const synapses = net.projection(input, output, { connect: { all: { weight: 2 } } });
  const rows = new Rows();
  net.recordSpikes([output], rows);
  net.disableGroups(output, [0, 2]);
  net.run(50);
  net.flush();
  assert.ok(rows.rows.length > 20);
  assert.ok(rows.rows.every(({ neuron }) => neuron === 2 || neuron === 3));
  assert.is(synapses.synapticEvents, 2 * synapses.arrivals);
  const before = rows.rows.length;
  net.resetDynamicState();
  net.run(50);
  net.flush();
  assert.ok(rows.rows.slice(before).some(({ neuron }) => neuron! < 2));
  assert.throws(() => net.disableGroups(one, [0]), /population "one" has no winner-take-all groups/);
  assert.throws(() => net.disableGroups(output, [3]), /population "output" has no group 3; its groups are 0 to 2/);
});

test.run();
