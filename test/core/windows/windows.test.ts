/** Delivery in windows against the exact engine with the same synapses; its bits, synapses, background and refusals. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../../core/checkpoint/state.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import { Network, type ProjectionOptions } from '../../../core/network.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import { ideal } from '../../../synapses/devices/index.ts';
import { tsodyksMarkram } from '../../../synapses/shortTerm/index.ts';
import { Rows } from '../../support.ts';

const WINDOW = 0.1;
type LifOptions = Partial<Parameters<typeof lif>[0]>;
const cells = (size: number, more: LifOptions = {}) =>
  lif({
    ...{ size, tau: 10, capacitance: 250, threshold: 15, refractory: 2, synapse: 'exponential' as const },
    ...{ tauSynExc: 0.5, tauSynInh: 0.8, current: 420, initial: { uniform: [0, 14] } },
    ...more,
  });

/** Source, target, number of synapses, mean weight (pA), mean delay (ms). */
const PROJECTIONS = [
  ['E', 'E', 4000, 60, 1.5],
  ['E', 'I', 1500, 70, 1.5],
  ['I', 'E', 1500, -250, 0.8],
  ['I', 'I', 400, -250, 0.8],
] as const;

const truncate = (mean: number) => (mean < 0 ? { max: 0 } : { min: 0 });
const drawn = (n: number, mean: number, delay: number): ProjectionOptions => ({
  connect: { total: { n, weight: { normal: { mean, sd: 0.1 * Math.abs(mean), ...truncate(mean) } } } },
  delay: { normal: { mean: delay, sd: delay / 2, min: 0.05 }, step: 0.1 },
});

function createNetwork(
  options: Omit<ConstructorParameters<typeof Network>[0], 'seed'> & { seed?: number },
  optionsOf = (k: number): ProjectionOptions => drawn(...(PROJECTIONS[k]!.slice(2) as [number, number, number])),
): Network {
  const net = new Network({ seed: 5, ...options });
  const populations = {
    E: net.population('E', cells(203)),
    I: net.population('I', cells(51, { capacitance: 200, refractory: 1.05, threshold: 14 })),
  };
  for (const [k, [from, to]] of PROJECTIONS.entries()) net.projection(populations[from], populations[to], optionsOf(k));
  return net;
}

/** Decodes the synapses of a projection from the compact rows. */
function listSynapses(net: Network, { source, target }: Projection) {
  const { synapses, state } = net.windows!;
  const first = state.members.find(({ population }) => population === source)!.firstNeuron;
  const pre: number[] = [];
  const post: number[] = [];
  const weight: number[] = [];
  const delay: number[] = [];
  for (let i = first; i < first + source.size; i++)
    for (let d = 1; d <= synapses.delayCount; d++) {
      const at = i * (synapses.delayCount + 1) + d;
      for (let k = synapses.segmentEnds[at - 1]!; k < synapses.segmentEnds[at]!; k++) {
        const word = synapses.words[synapses.rowStarts[i]! + k]!;
        const member = state.members[state.memberOf[word >>> 15]!]!;
        if (member.population !== target) continue;
        pre.push(i - first);
        post.push((word >>> 15) - member.firstNeuron);
        weight.push((word & 0x7fff) * synapses.weightUnits.get(source)!);
        delay.push(d * WINDOW);
      }
    }
  return {
    pre: Uint32Array.from(pre),
    post: Uint32Array.from(post),
    weight: Float64Array.from(weight),
    delay: Float64Array.from(delay),
  };
}

const run = (net: Network, ms: number): Rows => {
  const rows = net.recordSpikes(
    [...net.populations.values()].filter(({ kind }) => kind === 'neurons'),
    new Rows(),
  );
  net.run(ms);
  net.flush();
  return rows;
};

test('spikes of the exact engine with the same synapses', () => {
  const net = createNetwork({ delivery: { window: WINDOW } });
  const found = run(net, 200).rows;
  const edges = [...net.projections.values()].map((projection) => ({
    connect: { edges: listSynapses(net, projection) },
  }));
  const names = [...net.projections.keys()];
  const expected = run(
    createNetwork({}, (k) => edges[names.indexOf(`${PROJECTIONS[k]![0]}->${PROJECTIONS[k]![1]}`)]!),
    200,
  ).rows;
  assert.ok(found.length > 500, `${found.length} spikes`);
  assert.is(found.length, expected.length);
  const order = (rows: Rows['rows']) =>
    [...rows].sort((a, b) => a.population! - b.population! || a.neuron! - b.neuron! || a.time! - b.time!);
  for (const [k, spike] of order(found).entries()) {
    const other = order(expected)[k]!;
    assert.is(`${spike.population}/${spike.neuron}`, `${other.population}/${other.neuron}`);
    assert.ok(Math.abs(spike.time! - other.time!) < 1e-7, `${spike.time} ms, expected ${other.time} ms`); // a few ticks
  }
});

test('same bits if all neurons are integrated event by event: the bound misses no crossing', () => {
  const expected = run(createNetwork({ delivery: { window: WINDOW } }), 200).rows;
  const net = createNetwork({ delivery: { window: WINDOW } });
  net.build();
  for (const { record } of net.windows!.state.members) record.limit = -1e300;
  assert.equal(run(net, 200).rows, expected);
});

test('same bits without recorder, in pieces, from a checkpoint and in another order of declaration', () => {
  const options = { delivery: { window: WINDOW }, emit: { grid: 0.1 } };
  const whole = createNetwork(options);
  run(whole, 60);
  const expected = save(whole);
  const pieces = createNetwork(options);
  for (const ms of [0.05, 13.33, 26.62]) pieces.run(ms);
  const resumed = createNetwork(options);
  resumed.build();
  load(resumed, save(pieces));
  resumed.run(20);
  const found = save(resumed);
  assert.equal([...found.keys()], [...expected.keys()]);
  for (const [key, values] of expected) assert.equal(found.get(key), values, key);
  const other = new Network({ seed: 5, ...options });
  const I = other.population('I', cells(51, { capacitance: 200, refractory: 1.05, threshold: 14 }));
  const E = other.population('E', cells(203));
  for (const [from, to, n, mean, delay] of [...PROJECTIONS].reverse())
    other.projection(from === 'E' ? E : I, to === 'E' ? E : I, drawn(n, mean, delay));
  other.run(60);
  assert.equal(save(other).get('windows.potentials'), expected.get('windows.potentials'));
});

test('synapses: exact number, moments of truncated weights and delays', () => {
  const net = new Network({ seed: 3, delivery: { window: WINDOW } });
  const a = net.population('a', cells(400));
  const b = net.population('b', cells(301));
  const n = 400_000;
  const weight = { normal: { mean: 50, sd: 40, min: 0 } };
  net.projection(a, b, {
    connect: { total: { n, weight } },
    delay: { normal: { mean: 1, sd: 1, min: 0.05 }, step: 0.1 },
  });
  net.build();
  const { pre, post, weight: weights, delay: delays } = listSynapses(net, [...net.projections.values()][0]!);
  assert.is(pre.length, n);
  const mean = (x: ArrayLike<number>) => Array.from(x).reduce((sum, v) => sum + v, 0) / x.length;
  const near = (found: number, wanted: number, tolerance: number, what: string) =>
    assert.ok(Math.abs(found - wanted) < tolerance, `${what} ${found}, expected ${wanted}`);
  near(mean(pre), 199.5, 1, 'mean source');
  near(mean(post), 150, 1, 'mean target');
  const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const above = 0.894350226; // standard normal distribution at 1.25
  const shift = density(1.25) / above;
  near(mean(weights), 50 + 40 * shift, 0.3, 'mean weight');
  const m = mean(weights);
  near(
    Math.sqrt(mean(Array.from(weights, (w) => (w - m) ** 2))),
    40 * Math.sqrt(1 - 1.25 * shift - shift ** 2),
    0.3,
    'sd',
  );
  assert.ok(weights.every((w) => w >= 0 && w < 250));
  const part = 0.95; // of a standard deviation from mean 1 to the smallest delay 0.05
  const upper = 0.828943873;
  near(mean(delays), 1 + density(part) / upper, 0.01, 'mean delay');
  assert.ok(delays.every((d) => d >= 0.1));
});

test('Poisson input: mean and variance of the potential (Campbell), number of spikes', () => {
  const net = new Network({ seed: 8, delivery: { window: WINDOW } });
  const size = 2001;
  const [rate, w, tau, tauSyn, capacitance] = [60_000, 5, 10, 0.5, 250];
  const target = net.population('cells', cells(size, { current: 0, threshold: 1e6, initial: 0 }));
  const input = net.population('input', poisson({ size, rate }));
  net.projection(input, target, { connect: { oneToOne: { weight: w } } });
  net.run(100);
  const expectedSpikes = rate * 0.1 * size;
  assert.ok(Math.abs(input.spikes - expectedSpikes) < 4 * Math.sqrt(expectedSpikes), `${input.spikes} spikes`);
  const potentials = Array.from({ length: size }, (_, j) => target.model.potential(j, 100));
  const mean = potentials.reduce((sum, v) => sum + v, 0) / size;
  const variance = potentials.reduce((sum, v) => sum + (v - mean) ** 2, 0) / size;
  const expectedMean = ((rate / 1000) * w * tauSyn * tau) / capacitance;
  const expectedVariance = ((rate / 1000) * (w / capacitance) ** 2 * (tau * tauSyn) ** 2) / (2 * (tau + tauSyn));
  assert.ok(Math.abs(mean - expectedMean) < 4 * Math.sqrt(expectedVariance / size) + 1e-3, `${mean}, ${expectedMean}`);
  assert.ok(Math.abs(variance / expectedVariance - 1) < 4 * Math.sqrt(2 / size), `${variance}, ${expectedVariance}`);
});

test('emit: a spike leaves at the next multiple of the grid', () => {
  const potentialAfter = (grid: number) => {
    const net = new Network({ seed: 1, delivery: { window: WINDOW }, emit: { grid } });
    const source = net.population('source', cells(1, { current: 500, initial: 0 }));
    const target = net.population('target', cells(1, { current: 0, initial: 0 }));
    net.projection(source, target, { connect: { total: { n: 1, weight: 100 } }, delay: 1.5 });
    const [{ time }] = run(net, 17).rows as [{ time: number }];
    return { time, potential: target.model.potential(0, 17) };
  };
  const response = (t: number) => ((100 / 250) * 10 * 0.5 * (Math.exp(-t / 10) - Math.exp(-t / 0.5))) / 9.5;
  for (const grid of [0, 0.05, 0.1]) {
    const { time, potential } = potentialAfter(grid);
    assert.ok(Math.abs(time - 10 * Math.log(20 / 5)) < 1e-7, `crossing at ${time} ms`);
    const leaves = grid === 0 ? time : Math.ceil(time / grid) * grid;
    const expected = response(17 - leaves - 1.5);
    assert.ok(Math.abs(potential - expected) < 1e-6, `grid ${grid}: ${potential} mV, expected ${expected} mV`);
  }
});

test('refused: parts that windows do not support, by name', () => {
  const refused = (
    expected: RegExp,
    change: (net: Network) => void,
    options: object = { delivery: { window: WINDOW } },
  ) => {
    try {
      const net = new Network({ seed: 1, ...options });
      change(net);
      net.run(1);
    } catch (error) {
      assert.match((error as Error).message, expected);
      return;
    }
    assert.unreachable(`${expected} was not refused`);
  };
  const total = { total: { n: 10, weight: 1 } };
  const pair =
    (o: ProjectionOptions, more: LifOptions = {}) =>
    (net: Network) => {
      const a = net.population('a', cells(4));
      net.projection(a, net.population('b', cells(4, more)), { delay: 1, ...o });
    };
  refused(/projections\.a->b has `shortTerm`/, pair({ connect: total, shortTerm: tsodyksMarkram({ U: 0.5 }) }));
  refused(/has `device`/, pair({ connect: total, device: ideal({ wMax: 1 }) }));
  refused(/has connect `all` instead of `total`/, pair({ connect: { all: { weight: 1 } } }));
  refused(/weights of both signs/, pair({ connect: { total: { n: 9, weight: { uniform: [-1, 1] } } } }));
  refused(
    /delay is 0.25 ms, but must be a positive multiple of `delivery.window`, 0.1 ms/,
    pair({ connect: total, delay: 0.25 }),
  );
  refused(/delay is 0 ms/, pair({ connect: total, delay: 0 }));
  refused(/delays below the window/, pair({ connect: total, delay: { uniform: [0, 1], step: 0.1 } }));
  refused(/delays of more than 255 windows/, pair({ connect: total, delay: 26 }));
  refused(/populations\.b has refractory 0 ms/, pair({ connect: total }, { refractory: 0 }));
  refused(/populations\.b has time constants unlike/, pair({ connect: total }, { tau: 11 }));
  refused(
    /populations\.b has unequal values of `threshold`/,
    pair({ connect: total }, { threshold: [15, 15, 15, 14] }),
  );
  refused(/populations\.b has a changing threshold/, pair({ connect: total }, { adaptive: { increment: 1, tau: 10 } }));
  refused(/populations\.b has `initialSynaptic`/, pair({ connect: total }, { initialSynaptic: { excitatory: 5 } }));
  refused(/a model other than `lif`/, pair({ connect: total }, { synapse: 'delta', tauSynExc: 2, tauSynInh: 2 }));
  refused(/at has given times/, (net) => {
    net.population('a', cells(4));
    net.at('at', { every: 1 }, () => {});
  });
  refused(/populations\.in has a model other than `poisson` with one constant rate/, (net) => {
    const input = net.population('in', poisson({ size: 4, rate: [1, 2, 3, 4] }));
    net.projection(input, net.population('a', cells(4)), { connect: { oneToOne: { weight: 1 } } });
  });
  refused(/131072 are allowed/, (net) => net.population('a', cells(131_074)));
  refused(/resetDynamicState: `delivery` in windows/, (net) => net.resetDynamicState());
  refused(/`emit` needs `delivery`/, () => {}, { emit: { grid: 0.1 } });
  refused(/delivery.window is 0.1 ms, but must be a positive multiple of `emit.grid`/, () => {}, {
    ...{ delivery: { window: 0.1 }, emit: { grid: 0.03 } },
  });
});

test('refused before building: more synapses than fit the memory', () => {
  const net = new Network({ seed: 1, delivery: { window: WINDOW } });
  const a = net.population('a', cells(100_000));
  net.projection(a, a, { connect: { total: { n: 2e9, weight: 1 } }, delay: 1 });
  const before = process.memoryUsage.rss();
  assert.throws(() => net.run(1), /A network of 100000 neurons and 2000000000 synapses would need 8\.\d+ GB of memory/);
  assert.ok(process.memoryUsage.rss() - before < 2e8);
});

test.run();
