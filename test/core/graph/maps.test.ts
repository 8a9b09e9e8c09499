/** Windows, convolution and pooling of maps: the same as synapses that are listed one by one. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { StrategyName } from '../../../core/engine/engine.ts';
import { getWeight } from '../../../core/graph/edges.ts';
import type { Connect } from '../../../core/graph/schema.ts';
import { Network } from '../../../core/network.ts';
import { lif, poisson, relay, spikeTrains } from '../../../neurons/index.ts';
import { softBound } from '../../../synapses/devices/index.ts';
import { atLeast, Rows, runs } from '../../support.ts';

const ROWS = 5;
const COLUMNS = 4;
const CHANNELS = 2;
const KERNEL = 3; // neurons a place

const shape = fc.record({
  size: fc.constantFrom([3, 3] as const, [1, 2] as const, [5, 3] as const),
  stride: fc.constantFrom([1, 1] as const, [2, 1] as const),
  padding: fc.constantFrom(0, 1, 2),
  precision: fc.constantFrom('f32' as const, 'f64' as const),
  hold: fc.constantFrom(0, 3),
  seed: fc.nat(1e6),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

const placesOf = ({ size, stride, padding }: Shape) =>
  [
    Math.floor((ROWS + 2 * padding - size[0]) / stride[0]) + 1,
    Math.floor((COLUMNS + 2 * padding - size[1]) / stride[1]) + 1,
  ] as const;
const kernelOf = ({ size }: Shape) =>
  Float64Array.from({ length: size[0] * size[1] * CHANNELS * KERNEL }, (_, k) => ((k * 37) % 16) / 16 - 0.25);

/** [pre, post, weight], by the definition of a convolution. */
function listOf(s: Shape): number[][] {
  const [down, across] = placesOf(s);
  const list: number[][] = [];
  for (let py = 0; py < down; py++)
    for (let px = 0; px < across; px++)
      for (let dy = 0; dy < s.size[0]; dy++)
        for (let dx = 0; dx < s.size[1]; dx++) {
          const [y, x] = [py * s.stride[0] + dy - s.padding, px * s.stride[1] + dx - s.padding];
          if (y < 0 || y >= ROWS || x < 0 || x >= COLUMNS) continue;
          for (let c = 0; c < CHANNELS; c++)
            for (let k = 0; k < KERNEL; k++)
              list.push([
                (y * COLUMNS + x) * CHANNELS + c,
                (py * across + px) * KERNEL + k,
                kernelOf(s)[((dy * s.size[1] + dx) * CHANNELS + c) * KERNEL + k]!,
              ]);
        }
  return list;
}

function run(s: Shape, connect: Connect, way: { strategies?: readonly StrategyName[] } = {}) {
  const net = new Network({ seed: s.seed, ...way });
  const input = net.population('input', poisson({ size: ROWS * COLUMNS * CHANNELS, rate: 80 }));
  const places = placesOf(s)[0] * placesOf(s)[1];
  const output = net.population(
    'output',
    lif({ size: places * KERNEL, tau: 30, threshold: 1.5, refractory: 0, precision: s.precision }),
    { winnerTakeAll: { hold: s.hold, groups: places } },
  );
  const made = net.projection(input, output, { connect });
  const [spikes, weights] = [new Rows(), new Rows()];
  net.recordSpikes([output], spikes);
  net.recordWeights(made, { times: [150] }, weights);
  net.run(150);
  net.flush();
  return { edges: made.edges, events: made.synapticEvents, spikes: spikes.rows, weights: weights.rows };
}

const convolution = (s: Shape, more: object = {}) => ({
  convolution: {
    columns: COLUMNS,
    channels: CHANNELS,
    size: s.size,
    stride: s.stride,
    padding: s.padding,
    weight: kernelOf(s),
    ...more,
  },
});

test('a convolution, with one kernel or with replicas, is what its synapses are one by one, in any way to run', () => {
  let spikes = 0;
  fc.assert(
    fc.property(shape, (s) => {
      const expected = run(s, { list: listOf(s) });
      spikes += expected.spikes.length;
      for (const shared of [true, false])
        for (const strategies of [[], ['singleQueue']] as const) {
          const found = run(s, convolution(s, { shared }), { strategies });
          assert.equal(found.spikes, expected.spikes, `${shared} ${strategies}`);
          assert.equal(found.weights, expected.weights);
          assert.is(found.events, expected.events);
          if (shared) assert.is(found.edges.weights!.length, kernelOf(s).length);
        }
    }),
    runs(12),
  );
  assert.ok(spikes > atLeast(200), `${spikes} spikes`);
});

test('a gate lets neurons fire at spikes of the channel at the centre of their patch only', () => {
  fc.assert(
    fc.property(shape, (given) => {
      const s = { ...given, size: [3, 3] as const, stride: [1, 1] as const, padding: 1 as const };
      const ways = ([[], ['singleQueue']] as const).map((strategies) =>
        run(s, convolution(s, { gate: 1 }), { strategies }),
      );
      for (const way of ways) assert.equal(way.spikes, ways[0]!.spikes);
      const net = new Network({ seed: s.seed });
      const input = net.population('input', poisson({ size: ROWS * COLUMNS * CHANNELS, rate: 80 }));
      const inputs = new Rows();
      net.recordSpikes([input], inputs);
      net.run(150);
      net.flush();
      const gates = new Set(inputs.rows.map((r) => `${r.time} ${r.neuron}`));
      for (const { time, neuron } of ways[0]!.spikes)
        assert.ok(gates.has(`${time} ${Math.floor(neuron! / KERNEL) * CHANNELS + 1}`));
    }),
    runs(10),
  );
});

test('pooling has the weights of its formula', () => {
  const net = new Network({ seed: 1 });
  const input = net.population('input', poisson({ size: 4 * 6 * 2, rate: 1 }));
  const output = net.population('output', lif({ size: 2 * 3 * 2 }));
  const { edges } = net.projection(input, output, {
    connect: { pooling: { columns: 6, channels: 2, to: [2, 3], reach: 1.3, weight: 0.5 } },
  });
  const found = new Map<string, number>();
  for (let row = 0; row < edges.rows; row++)
    for (let k = edges.starts![row]!; k < edges.starts![row + 1]!; k++)
      found.set(`${row} ${edges.targets![k]}`, getWeight(edges, k));
  let synapses = 0;
  const share = (at: number, from: number, to: number, cell: number) =>
    Math.max(0, 1 - Math.abs(((at + 0.5) * to) / from - 0.5 - cell) / 1.3);
  for (let i = 0; i < 48; i++)
    for (let j = 0; j < 12; j++) {
      const [y, x] = [Math.floor(i / 12), Math.floor(i / 2) % 6];
      const w = 0.5 * share(y, 4, 2, Math.floor(j / 6)) * share(x, 6, 3, Math.floor(j / 2) % 3);
      if (i % 2 !== j % 2 || w === 0) assert.not(found.has(`${i} ${j}`));
      else {
        synapses++;
        assert.ok(Math.abs(found.get(`${i} ${j}`)! - w) < 1e-12);
      }
    }
  assert.is(found.size, synapses);
});

test('relays pass on what weights say, and keep the rate of their population whatever arrives', () => {
  const counts = (rate: number, weight: number, normalise?: { rate: number }) => {
    const net = new Network({ seed: 5 });
    const input = net.population('input', poisson({ size: 50, rate }));
    const output = net.population('output', relay({ size: 50, ...(normalise && { normalise }) }));
    net.projection(input, output, { connect: { oneToOne: { weight } }, delay: 1 });
    net.run(2000);
    return [input.spikes, output.spikes] as const;
  };
  const [all, passed] = counts(100, 0.3);
  assert.ok(Math.abs(passed / all - 0.3) < 0.02, `${passed} of ${all}`);
  assert.is(counts(100, 1)[1] >= counts(100, 1)[0] - 20, true);
  for (const rate of [100, 400]) {
    const spikes = counts(rate, 0.5, { rate: 2000 })[1];
    assert.ok(Math.abs(spikes / 4000 - 1) < 0.03, `${spikes}`);
  }
});

test('relays that add up: one spike for each whole weight, fewer than in proportion where spikes raise the threshold', () => {
  const spikes = (weight: number, count: number, sum: { adaptation?: number; tau?: number }) => {
    const net = new Network({ seed: 5 });
    const trains = [Array.from({ length: count }, (_, k) => 1 + k)];
    const input = net.population('input', spikeTrains({ trains }));
    const output = net.population('output', relay({ size: 200, sum }));
    net.projection(input, output, { connect: { all: { weight } } });
    const log = net.recordSpikes([output]);
    net.run(count + 1);
    return log.trains('output').map((times) => times.length);
  };
  // Sums begin evenly below the threshold: 10 x 0.25 are two spikes or three, half of each.
  const counts = spikes(0.25, 10, {});
  assert.ok(counts.every((n) => n === 2 || n === 3));
  assert.ok(Math.abs(counts.filter((n) => n === 3).length - 100) < 30);
  // With thresholds of 1, 1.5, 2, 2.5 … that never come back, n spikes take n + n (n - 1) / 4.
  const raised = spikes(0.25, 40, { adaptation: 0.5, tau: 1e12 });
  const needed = (n: number) => n + (n * (n - 1)) / 4;
  for (const n of raised) assert.ok(needed(n) <= 10 + 1 && needed(n + 1) > 10 - 1e-9, `${n} spikes`);
});

test('what cannot be is refused in one sentence', () => {
  const net = new Network({ seed: 1 });
  const input = net.population('input', poisson({ size: 40, rate: 1 }));
  const output = net.population('output', lif({ size: 60 }));
  const currents = net.population('currents', lif({ size: 60, synapse: 'exponential' }));
  const s = { columns: COLUMNS, channels: CHANNELS, size: [3, 3], stride: [1, 1], padding: 1, weight: 1 } as const;
  const refused = (over: object, said: RegExp, more: object = {}) =>
    assert.throws(() => net.projection(input, output, { connect: { convolution: { ...s, ...over } }, ...more }), said);
  refused({ size: [8, 3] }, /size is \[8, 3\], which is larger than a map of 5 rows with a padding of 1\.$/);
  refused({ size: [2, 3] }, /has 24 windows \(6 by 4\), but the 60 target neurons cannot be divided equally/);
  refused({ gate: 2 }, /gate is 2, but the map has 2 channels/);
  refused({}, /shares one kernel, but a device belongs to one synapse; set shared: false/, {
    device: softBound({}),
  });
  assert.throws(
    () => net.projection(input, currents, { connect: { convolution: s } }),
    /with a shared kernel \(set shared: false\) requires target neurons of model lif with synapse: delta/,
  );
  const pooling = { columns: COLUMNS, channels: CHANNELS, to: [6, 5] as const, reach: 1, weight: 1 };
  assert.throws(() => net.projection(input, output, { connect: { pooling } }), /larger than a map of 5 by 4/);
});

test.run();
