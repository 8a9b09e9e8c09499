/** Golden values of short-term plasticity, pair STDP and devices. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network, type ProjectionOptions } from '../../core/network.ts';
import { poisson, spikeTrains } from '../../neurons/index.ts';
import { exponential, ideal, softBound } from '../../synapses/devices/index.ts';
import { pairStdp, postTriggered } from '../../synapses/rules/index.ts';
import { tsodyksMarkram } from '../../synapses/shortTerm/index.ts';
import { distance, Rows } from '../support.ts';

type Synapse = Omit<ProjectionOptions, 'connect' | 'name'> & { readonly start?: number };

/** One synapse between fixed trains: rows at each arrival, and the weight at the end. */
function synapse(pre: readonly number[], post: readonly number[], { start = 0.5, ...options }: Synapse) {
  const net = new Network({ seed: 1 });
  const a = net.population('pre', spikeTrains({ trains: [[...pre]] }));
  const b = net.population('post', spikeTrains({ trains: [[...post]] }));
  const projection = net.projection(a, b, { connect: { list: [[0, 0, start]] }, ...options });
  const rows = new Rows();
  net.recordWeights(projection, { on: 'pre' }, rows);
  net.run(Math.max(0, ...pre, ...post) + 100);
  net.flush();
  return { rows, weight: projection.edges.weights![0]! };
}

const every = (interval: number, n: number) => Array.from({ length: n }, (_, k) => interval * k);
const near = (found: number, expected: number, tolerance = 1e-12) =>
  assert.ok(Math.abs(found - expected) < tolerance, `${found}, not ${expected}`);

test('Tsodyks-Markram: the first five factors u x at 20 Hz, and the steady state', () => {
  for (const [U, tauRec, tauFacil, first, last] of [
    [0.5, 800, 0, [0.5, 0.265147, 0.154835, 0.10302, 0.078683], 0.05712585650663],
    [0.15, 130, 530, [0.15, 0.238859, 0.27319, 0.278932, 0.275821], 0.27456522842],
    [0.5, 800, 50, null, 0.05835215197],
  ] as const) {
    const shortTerm = tsodyksMarkram({ U, tauRec, tauFacil });
    const factors = synapse(every(50, 300), [], { shortTerm, start: 1 }).rows.column('efficacy');
    if (first) assert.ok(distance(factors.slice(0, 5), [...first]) < 1e-6);
    near(factors.at(-1)!, last, 1e-10);
  }
  const pair = synapse([0, 50], [], { shortTerm: tsodyksMarkram({ U: 0.15, tauRec: 130, tauFacil: 530 }), start: 1 });
  const [a, b] = pair.rows.column('efficacy');
  near(b! / a!, 1.59239338306, 1e-9); // paired-pulse ratio
});

const textbook = ideal({ wMin: -1, wMax: 1 }); // a range of 2: strengths below are halved
const stdp = (pairing: 'allToAll' | 'nearest' = 'allToAll') =>
  pairStdp({ pairing, aPlus: 0.01 / 2, aMinus: 0.012 / 2 });

test('pair STDP: the window at ±5, ±10, ±20 ms, nothing at 0; with a delay the arrival counts', () => {
  for (const [dt, change] of [
    [5, 0.007788007830714],
    [10, 0.006065306597126],
    [20, 0.003678794411714],
    [-5, -0.009345609396857],
    [-10, -0.007278367916552],
    [-20, -0.004414553294057],
    [0, 0],
  ] as const) {
    for (const pairing of ['allToAll', 'nearest'] as const) {
      const { weight } = synapse([30], [30 + dt], { device: textbook, rule: stdp(pairing) });
      near(weight - 0.5, change);
      const late = synapse([30], [33 + dt], { device: textbook, rule: stdp(pairing), delay: 3 });
      near(late.weight - 0.5, change);
    }
  }
});

test('pair STDP of trains: all-to-all and nearest neighbour', () => {
  const change = (pairing: 'allToAll' | 'nearest') =>
    synapse([0, 10, 20], [5, 15], { device: textbook, rule: stdp(pairing) }).weight - 0.5;
  near(change('allToAll'), -0.004059936237768);
  near(change('nearest'), -0.003115203132286);
});

test('pair STDP of simultaneous spikes: the pair at 0 counts for nothing, all others do', () => {
  const x = (dt: number) => Math.exp(-dt / 20);
  const expected = 0.01 * x(10) - 0.012 * x(10); // post 10 with pre 0, pre 10 with post 0; both 0-pairs drop out
  near(synapse([0, 10], [0, 10], { device: textbook, rule: stdp() }).weight - 0.5, expected);
});

/** The weight after each of n pulses up. */
function pulsed(device: Synapse['device'], n: number): number[] {
  const post = every(1, n).map((t) => t + 1);
  const net = new Network({ seed: 1 });
  const a = net.population('pre', spikeTrains({ trains: [[0]] }));
  const b = net.population('post', spikeTrains({ trains: [post] }));
  const rule = postTriggered({ window: 1e6 });
  const projection = net.projection(a, b, { connect: { list: [[0, 0, 0]] }, rule, ...(device ? { device } : {}) });
  const rows = new Rows();
  net.recordWeights(projection, { on: 'post' }, rows);
  net.run(n + 1);
  net.flush();
  return rows.column('weight');
}

test('exponential device: the recursion of Querlioz from 0', () => {
  const w = pulsed(exponential({ gMin: 0 }), 500);
  for (const [n, expected] of [
    [1, 0.01],
    [2, 0.019704455335],
    [10, 0.088483276509],
    [50, 0.307281019818],
    [100, 0.46384248313],
    [200, 0.650032922691],
    [500, 0.925065321368],
  ] as const) {
    near(w[n - 1]!, expected, 1e-11);
  }
});

test('exponential device: the weight settles at the log-odds of a coincidence', () => {
  for (const [q, expected] of [
    [0.1, 0.249320433871],
    [0.5, 0.615524530093],
    [0.9, 0.981728616316],
  ] as const) {
    // 200 inputs that come before each of the post spikes with probability q; the mean over inputs and time
    const n = 200;
    const steps = 6000;
    const net = new Network({ seed: 2 });
    const rate = -Math.log(1 - q) * 1000; // P(at least one in the last ms) = q
    const pre = net.population('pre', poisson({ size: n, rate }));
    const post = net.population('post', spikeTrains({ trains: [every(1, steps + 1).slice(1)] }));
    const projection = net.projection(pre, post, {
      connect: { all: { weight: expected } },
      device: exponential({ gMin: 0, alphaUp: 0.001, alphaDown: 0.0005 }),
      rule: postTriggered({ window: 1 }),
    });
    net.run(steps);
    const mean = [...projection.edges.weights!].reduce((a, b) => a + b) / n;
    assert.ok(Math.abs(mean - expected) < 0.006, `q ${q}: ${mean}, not ${expected}`);
  }
});

test('soft bound: 20 pulses from 0 with eta 0.05 give 1 - 0.95^20', () => {
  const w = pulsed(softBound({ gMin: 0 }), 20);
  near(w.at(-1)!, 0.641514077591);
  w.forEach((x, k) => {
    near(x, 1 - 0.95 ** (k + 1));
  });
});

test('energy of reads and writes: V² G t, never falling', () => {
  const device = softBound({
    gMin: 0,
    gMax: 1e-5,
    weightAtGMax: 1,
    readVoltage: 2,
    readTime: 1e-8,
    writeVoltage: 2,
    writeTime: 1e-8,
  });
  const net = new Network({ seed: 1 });
  const a = net.population('pre', spikeTrains({ trains: [[0, 1, 2, 3]] }));
  const b = net.population('post', spikeTrains({ trains: [[10, 11]] }));
  const rule = postTriggered({});
  const projection = net.projection(a, b, { connect: { list: [[0, 0, 1]] }, device, rule });
  let last = 0;
  net.at('look', { every: 0.5 }, () => {
    const { read, write } = projection.devices!.energy;
    assert.ok(read + write >= last);
    last = read + write;
  });
  net.run(20);
  near(projection.devices!.energy.read, 4 * 4e-13, 1e-25); // 2 V, 10 µS, 10 ns: 0.4 pJ each
  near(projection.devices!.energy.write, 2 * 4e-13, 1e-25);
  assert.is(projection.devices!.writes, 2);
});

test.run();
