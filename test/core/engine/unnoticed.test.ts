/** A population whose spikes nothing else has to know of is taken on beyond them: the bits of one instant after the other. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { save } from '../../../core/checkpoint/state.ts';
import type { Faster } from '../../../core/engine/receptions.ts';
import { KERNELS, type KernelChoice } from '../../../core/kernels/arena.ts';
import { Network } from '../../../core/network.ts';
import { lif, poisson, relay } from '../../../neurons/index.ts';
import { linear } from '../../../synapses/devices/index.ts';
import { Rows } from '../../support.ts';
import { bits } from '../zoo.ts';

const SUBSETS: readonly (readonly Faster[])[] = [[], ['oneLane'], ['confluence', 'oneLane']];

const spec = fc.record({
  seed: fc.nat(1e6),
  hold: fc.constantFrom(0, 0, 2),
  spikes: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  gated: fc.boolean(),
  silent: fc.uniqueArray(fc.integer({ min: 0, max: 24 }), { maxLength: 20 }),
  stop: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  device: fc.boolean(),
  relays: fc.boolean(),
});
type Spec = typeof spec extends fc.Arbitrary<infer T> ? T : never;

function outcome(s: Spec, receptions: readonly Faster[], kernels: KernelChoice) {
  const net = new Network({ seed: s.seed, receptions, kernels });
  const rows = new Rows();
  const input = net.population('input', poisson({ size: 50, rate: 40 }));
  const winnerTakeAll = { hold: s.hold, groups: 25, ...(s.spikes && { spikes: s.spikes }) };
  const output = s.relays
    ? net.population('output', relay({ size: 75, normalise: { rate: 800 } }))
    : net.population('output', lif({ size: 75, tau: 30, threshold: 3, refractory: 0, precision: 'f32' }), {
        winnerTakeAll,
      });
  const synapses = net.projection(input, output, {
    connect: {
      convolution: {
        ...{ columns: 5, channels: 2, size: [3, 3], stride: [1, 1], padding: 1, weight: { uniform: [0.1, 0.9] } },
        ...(s.gated && !s.relays && { gate: 0 }),
        shared: false,
      },
    },
    ...(s.device && { device: linear({}) }),
  });
  net.recordSpikes([output], rows);
  const stopped: boolean[] = [];
  for (let image = 0; image < 3; image++) {
    net.rest();
    if (!s.relays) net.silence(output as never, s.silent);
    stopped.push(net.run(40, s.stop === undefined ? undefined : { population: output as never, spikes: s.stop }));
  }
  net.flush();
  const { arrivals, synapticEvents, devices } = synapses;
  return {
    stopped,
    arrivals,
    synapticEvents,
    reads: devices?.accounts.reads,
    now: net.now,
    state: bits(save(net)),
    rows: rows.rows,
  };
}

test('groups, gates, silent ones, devices, relays, runs that end after so many spikes', () => {
  let fired = 0;
  fc.assert(
    fc.property(spec, (s) => {
      const first = outcome(s, [], 'plain');
      fired += first.rows.length;
      for (const receptions of SUBSETS)
        for (const kernels of KERNELS)
          assert.equal(outcome(s, receptions, kernels), first, `${receptions.join(' and ')}, ${kernels}`);
    }),
    { numRuns: 40 },
  );
  assert.ok(fired > 1000, `${fired} spikes`);
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
  net.silence(output, [0, 2]);
  net.run(50);
  net.flush();
  assert.ok(rows.rows.length > 20);
  assert.ok(rows.rows.every(({ neuron }) => neuron === 2 || neuron === 3));
  assert.is(synapses.synapticEvents, 2 * synapses.arrivals);
  const before = rows.rows.length;
  net.rest();
  net.run(50);
  net.flush();
  assert.ok(rows.rows.slice(before).some(({ neuron }) => neuron! < 2));
  assert.throws(() => net.silence(one, [0]), /population "one" has no groups under winner-take-all inhibition/);
  assert.throws(() => net.silence(output, [3]), /population "output" has no group 3, but 3 \(from 0\)/);
});

test.run();
