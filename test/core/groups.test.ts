/** Winner-take-all groups of one population on windows of a map: the same as populations of their own. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../core/checkpoint/state.ts';
import type { StrategyName } from '../../core/engine/engine.ts';
import type { NeuronFactory } from '../../core/factories.ts';
import { Network } from '../../core/network.ts';
import { bernoulli, escapeRate, lif, poisson } from '../../neurons/index.ts';
import { exponential } from '../../synapses/devices/index.ts';
import { postTriggered } from '../../synapses/rules/index.ts';
import { atLeast, Rows, runs } from '../support.ts';
import { bits } from './zoo.ts';

const COLUMNS = 6;
const ROWS = 5;
const MS = 120;

const spec = fc.record({
  each: fc.constantFrom(1, 3, 4, 9, 17, 40),
  channels: fc.constantFrom(1, 2),
  size: fc.constantFrom([3, 3] as const, [2, 4] as const, [5, 6] as const),
  stride: fc.constantFrom([2, 3] as const, [1, 2] as const),
  hold: fc.constantFrom(0, 2, 700),
  refractory: fc.constantFrom(0, 1, 4),
  refractoryInput: fc.constantFrom('discard' as const, 'integrate' as const),
  current: fc.constantFrom(0, 60, 250),
  reset: fc.constantFrom(0, -1),
  adaptTau: fc.constantFrom(Infinity, 15),
  gain: fc.constantFrom(0, 0.5),
  precision: fc.constantFrom('f32' as const, 'f64' as const),
  seed: fc.nat(1e6),
});
type Spec = typeof spec extends fc.Arbitrary<infer T> ? T : never;

/** Its third neuron is both refractory and held with its group when it is cut at 1 ms. */
const HELD: Spec = {
  each: 1,
  channels: 2,
  size: [3, 3],
  stride: [2, 3],
  hold: 700,
  refractory: 4,
  refractoryInput: 'integrate',
  current: 250,
  reset: 0,
  adaptTau: Infinity,
  gain: 0,
  precision: 'f32',
  seed: 0,
};

/** A neuron is refractory for longer than its group is held, and hears of both when both are over. */
const LATE: Spec = {
  each: 1,
  channels: 1,
  size: [3, 3],
  stride: [2, 3],
  hold: 2,
  refractory: 4,
  refractoryInput: 'discard',
  current: 60,
  reset: 0,
  adaptTau: Infinity,
  gain: 0,
  precision: 'f32',
  seed: 843517,
};

const down = ({ size, stride }: Spec) => Math.floor((ROWS - size[0]) / stride[0]) + 1;
const across = ({ size, stride }: Spec) => Math.floor((COLUMNS - size[1]) / stride[1]) + 1;
const weightOf = (group: number, row: number, j: number): number => ((group * 31 + row * 7 + j * 3) % 10) / 8 + 0.05;

const model = (s: Spec, neurons: number) =>
  lif({
    size: neurons,
    tau: 20,
    threshold: 4,
    reset: s.reset,
    refractory: s.refractory,
    refractoryInput: s.refractoryInput,
    current: s.current,
    precision: s.precision,
    adaptive: { increment: 0.1, tau: s.adaptTau },
    homeostasis: { gain: s.gain, minimum: 3.9 },
  });
const learning = () => ({
  device: exponential({ weightAtGMax: 2, alphaUp: 0.1, alphaDown: 0.05 }),
  rule: postTriggered({ window: 5 }),
});

/** Weights of `windows`: by row, then by window that it lies in, then by neuron. */
function weightsOf(s: Spec): Float64Array {
  const all: number[] = [];
  for (let y = 0; y < ROWS; y++)
    for (let x = 0; x < COLUMNS; x++)
      for (let c = 0; c < s.channels; c++)
        for (let g = 0; g < down(s) * across(s); g++) {
          const [top, left] = [Math.floor(g / across(s)) * s.stride[0], (g % across(s)) * s.stride[1]];
          const inside = y >= top && y < top + s.size[0] && x >= left && x < left + s.size[1];
          const row = ((y - top) * s.size[1] + x - left) * s.channels + c;
          if (inside) for (let j = 0; j < s.each; j++) all.push(weightOf(g, row, j));
        }
  return Float64Array.from(all);
}

function grouped(s: Spec, way: { strategies?: readonly StrategyName[]; spikes?: number } = {}) {
  const { spikes: most, ...options } = way;
  const net = new Network({ seed: s.seed, ...options });
  const input = net.population('input', poisson({ size: ROWS * COLUMNS * s.channels, rate: 60 }));
  const groups = down(s) * across(s);
  const output = net.population('output', model(s, groups * s.each), {
    winnerTakeAll: { hold: s.hold, groups, ...(most && { spikes: most }) },
  });
  const { channels, size, stride } = s;
  const windows = { columns: COLUMNS, channels, size, stride, weight: weightsOf(s) };
  const synapses = net.projection(input, output, { connect: { windows }, ...learning() });
  const [spikes, weights] = [new Rows(), new Rows()];
  net.recordSpikes([output], spikes);
  net.recordWeights(synapses, { times: [MS] }, weights);
  return { net, output, synapses, spikes, weights };
}

/** The same as one population a window. */
function apart(s: Spec) {
  const net = new Network({ seed: s.seed });
  const input = net.population('input', poisson({ size: ROWS * COLUMNS * s.channels, rate: 60 }));
  const rows = s.size[0] * s.size[1] * s.channels;
  const outputs = Array.from({ length: down(s) * across(s) }, (_, g) => {
    const output = net.population(`output${String(g).padStart(2, '0')}`, model(s, s.each), {
      winnerTakeAll: { hold: s.hold },
    });
    const at = [Math.floor(g / across(s)) * s.stride[0], (g % across(s)) * s.stride[1]] as const;
    const synapses = net.projection(input, output, {
      sources: { window: { columns: COLUMNS, channels: s.channels, at, size: s.size } },
      connect: {
        matrix: {
          weights: Float64Array.from({ length: rows * s.each }, (_, k) =>
            weightOf(g, Math.floor(k / s.each), k % s.each),
          ),
        },
      },
      ...learning(),
    });
    return { output, synapses };
  });
  const spikes = new Rows();
  net.recordSpikes(
    outputs.map(({ output }) => output),
    spikes,
  );
  net.run(MS);
  net.flush();
  const first = Math.min(...outputs.map(({ output }) => output.id));
  return {
    spikes: spikes.rows.map((r) => [r.time, (r.population! - first) * s.each + r.neuron!]),
    thresholds: outputs.flatMap(({ output }) =>
      Array.from({ length: s.each }, (_, j) => output.model.thresholds.thresholdAt(j, MS)),
    ),
    events: outputs.reduce((sum, { synapses }) => sum + synapses.synapticEvents, 0),
    energy: outputs.reduce((sum, { synapses }) => sum + synapses.devices!.energy.write, 0),
  };
}

/** What became of one population with groups. */
function outcomeOf({ net, output, synapses, spikes }: ReturnType<typeof grouped>) {
  net.run(MS);
  net.flush();
  return {
    spikes: spikes.rows.map((r) => [r.time, r.neuron]),
    thresholds: Array.from({ length: output.size }, (_, j) => output.model.thresholds.thresholdAt(j, MS)),
    events: synapses.synapticEvents,
    energy: synapses.devices!.energy.write,
  };
}

test('groups fire, learn and move their thresholds as populations of their own do', () => {
  let spikes = 0;
  fc.assert(
    fc.property(spec, (given) => {
      const s = { ...given, precision: 'f64' as const };
      const [found, expected] = [outcomeOf(grouped(s)), apart(s)];
      spikes += expected.spikes.length;
      // Potentials have reference times of their own there, which moves a predicted crossing by rounding.
      assert.equal(
        found.spikes.map(([_, neuron]) => neuron),
        expected.spikes.map(([_, neuron]) => neuron),
      );
      found.spikes.forEach(([t], k) => {
        assert.ok(Math.abs(t! - expected.spikes[k]![0]!) < 1e-6);
      });
      found.thresholds.forEach((mV, j) => {
        assert.ok(Math.abs(mV - expected.thresholds[j]!) < 1e-9, `threshold ${j}`);
      });
      assert.is(found.events, expected.events);
      assert.ok(Math.abs(found.energy / expected.energy - 1 || 0) < 1e-9);
    }),
    { ...runs(12), examples: [[LATE]] },
  );
  assert.ok(spikes > atLeast(50), `${spikes} spikes`);
});

test('groups: the same bits in any way to run, cut, and gone on with from a checkpoint', () => {
  fc.assert(
    fc.property(spec, fc.double({ min: 1, max: MS - 1, noNaN: true }), (s, cut) => {
      const expected = outcomeOf(grouped(s, { strategies: [] }));
      assert.equal(outcomeOf(grouped(s, { strategies: ['singleQueue'] })), expected);
      const [whole, first, rest] = [grouped(s), grouped(s), grouped(s)];
      whole.net.run(MS);
      first.net.run(cut);
      load(rest.net, save(first.net));
      rest.net.run(MS - first.net.now);
      assert.equal(bits(save(rest.net)), bits(save(whole.net)));
    }),
    { ...runs(12), examples: [[HELD, 1]] },
  );
});

test('a group falls silent after so many spikes, until the network rests', () => {
  fc.assert(
    fc.property(spec, fc.constantFrom(1, 2), (s, most) => {
      const groups = down(s) * across(s);
      // In f32 the reference times, which silence moves, show in the last digits.
      const alike: Spec = { ...s, gain: 0, adaptTau: Infinity, precision: 'f64' };
      const without = grouped(alike);
      const { net, output, spikes } = grouped(alike, { spikes: most });
      for (const run of [without.net, net]) run.run(MS);
      without.net.flush();
      net.flush();
      const seen = new Uint32Array(groups);
      const first = without.spikes.rows.filter((r) => seen[Math.floor(r.neuron! / s.each)]!++ < most);
      assert.equal(spikes.rows, first);
      const winners = [...output.groupInhibition!.lastWinners];
      seen.fill(0);
      winners.forEach((winner, g) => {
        assert.is(winner, spikes.rows.filter((r) => Math.floor(r.neuron! / s.each) === g).at(-1)?.neuron ?? -1);
      });
      net.resetDynamicState();
      const before = output.spikes;
      net.run(MS, { population: output, spikes: groups * most });
      assert.ok(output.spikes - before <= groups * most);
      if (before === groups * most && s.current === 0) assert.ok(output.spikes > before);
    }),
    runs(10),
  );
});

const oneByOne: Record<string, NeuronFactory> = {
  bernoulli: bernoulli({ size: 6, threshold: 8, slope: 1 }),
  escapeRate: escapeRate({ size: 6, threshold: 8, slope: 1, rate: 500 }),
};
for (const [name, model] of Object.entries(oneByOne))
  test(`groups of a model whose neurons are advanced one by one: ${name}`, () => {
    const make = (groups: number) => {
      const net = new Network({ seed: 4 });
      const input = net.population('input', poisson({ size: 30, rate: 60 }));
      const output = net.population('output', model, {
        winnerTakeAll: { hold: 5, groups },
      });
      net.projection(input, output, { connect: { all: { weight: 1 } } });
      const spikes = new Rows();
      net.recordSpikes([output], spikes);
      net.run(400);
      net.flush();
      return spikes.rows;
    };
    const gaps = (rows: ReturnType<typeof make>, size: number) =>
      rows.map(
        (r, i) =>
          r.time! -
          (rows.slice(0, i).findLast((o) => Math.floor(o.neuron! / size) === Math.floor(r.neuron! / size))?.time ??
            -99),
      );
    const two = make(2);
    assert.ok(two.length > 20);
    assert.ok(Math.min(...gaps(two, 3)) >= 5);
    assert.ok(Math.min(...gaps(two, 6)) < 5, 'one group does not wait for the other');
  });

test('what does not go together is refused in one sentence', () => {
  const net = new Network({ seed: 1 });
  const input = net.population('input', poisson({ size: 30 }));
  assert.throws(
    () => net.population('a', lif({ size: 10 }), { winnerTakeAll: { hold: 1, groups: 3 } }),
    /populations\.a\.winnerTakeAll\.groups is 3, which does not divide the population of 10 neurons\.$/,
  );
  assert.throws(
    () => net.population('b', lif({ size: 9, synapse: 'exponential' }), { winnerTakeAll: { hold: 1, groups: 3 } }),
    /winnerTakeAll has groups or spikes, which this neuron model does not support/,
  );
  const output = net.population('output', lif({ size: 9 }), { winnerTakeAll: { hold: 1, groups: 9 } });
  const windows = { columns: 6, size: [3, 4], stride: [1, 1], weight: 1 } as const;
  const refused = (over: object, said: RegExp) =>
    assert.throws(() => net.projection(input, output, { connect: { windows: { ...windows, ...over } } }), said);
  refused({ columns: 7 }, /columns and 1 channels, but the 30 presynaptic neurons do not fill whole rows/);
  refused({ size: [6, 3] }, /size is \[6, 3\], which is larger than a map of 5 rows\./);
  refused({ stride: [2, 1] }, /has 6 windows \(2 by 3\), but the 9 target neurons cannot be divided equally/);
  refused(
    { weight: new Float64Array(7) },
    /weight has length 7, but must be 108 \(one per synapse\) or 12 \(one window\)/,
  );
});

test.run();
