/** White noise on membranes: statistics in closed form, the noise alone, and results that no event but a spike changes. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../../core/checkpoint/state.ts';
import type { STRATEGY_NAMES } from '../../../core/engine/engine.ts';
import { Network } from '../../../core/network.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import { MembraneNoise } from '../../../neurons/lif/membraneNoise.ts';
import { Rows } from '../../support.ts';
import { intervals, kolmogorovSmirnov, moments, trainsOf } from '../statistics.ts';
import { CELL, firstPassage, populationOf, REGIMES } from './whiteNoise.ts';

for (const regime of REGIMES) {
  const { mu, sigma, rate, cv } = regime;
  test(`mu ${mu}, sigma ${sigma}: rate, CV and distribution of the intervals`, () => {
    const trains = trainsOf(populationOf(regime, 60), 3, 120_000 / rate);
    const each = intervals(trains);
    const n = each.length;
    const found = moments(each);
    // Four standard errors: sd / sqrt(n) of the mean; of the CV, for intervals at most as variable as exponential ones, 1 / sqrt(n).
    assert.ok(Math.abs(found.mean * (rate / 1000) - 1) < (4 * cv) / Math.sqrt(n), `mean ${found.mean} of ${n}`);
    assert.ok(Math.abs(found.cv - cv) < 4 / Math.sqrt(n), `CV ${found.cv} of ${n}`);
    const passed = firstPassage(regime, 12_000 / rate, 1500);
    const distance = kolmogorovSmirnov(each, (t) => passed(Math.max(t - CELL.refractory, 0)));
    assert.ok(distance < 1.63, `KS ${distance} of ${n}`); // exceeded in one of 100 cases
  });
}

test('first passages from reset: golden values of the integral equation, and first spikes', () => {
  const golden = [
    [0.00532, 0.09245, 0.28142],
    [0.02253, 0.48848, 0.89618],
    [0.51325, 0.99868, 1],
  ];
  for (const [k, regime] of REGIMES.entries()) {
    const passed = firstPassage(regime, 100, 2000);
    for (const [i, t] of [20, 50, 100].entries())
      assert.ok(Math.abs(passed(t) - golden[k]![i]!) < 2e-5, `${passed(t)}`);
  }
  const net = new Network({ seed: 5 });
  const cells = lif({ size: 1500, ...CELL, current: 25, noise: { sigma: 2 }, initial: 10 });
  const rows = new Rows();
  net.recordSpikes([net.population('cells', cells)], rows);
  net.run(80);
  net.flush();
  const first = new Map(rows.rows.toReversed().map(({ neuron, time }) => [neuron, time!]));
  assert.is(first.size, 1500);
  assert.ok(kolmogorovSmirnov([...first.values()], firstPassage(REGIMES[2], 80, 1500)) < 1.63);
});

test('the free potential has standard deviation sigma and correlation e^(-t / tau), also for sigma by neuron', () => {
  const net = new Network({ seed: 9 });
  const cells = lif({ size: 400, tau: 10, threshold: 1000, noise: { sigma: { uniform: [2, 2] } } });
  const rows = new Rows();
  const times = Array.from({ length: 80 }, (_, k) => 100 + 7.3 * k);
  net.recordPotential(net.population('cells', cells), [...Array(400).keys()], { times }, rows);
  net.run(700);
  net.flush();
  const v = rows.column('potential'); // by time, then neuron
  const n = v.length;
  const mean = v.reduce((a, b) => a + b) / n;
  const variance = v.reduce((sum, x) => sum + x * x, 0) / n;
  const shared = v.slice(400).reduce((sum, x, k) => sum + x * v[k]!, 0) / (n - 400);
  assert.ok(Math.abs(mean) < 0.06, `${mean}`); // 4 x 2 / sqrt(n / 1.9), the variables being correlated
  assert.ok(Math.abs(variance - 4) < 0.17, `${variance}`); // 4 x 4 sqrt(2 / n) x 1.3
  assert.ok(Math.abs(shared - 4 * Math.exp(-0.73)) < 0.15, `${shared}`);
});

const SYNAPSES = [
  { synapse: 'delta' },
  { synapse: 'delta', refractoryPotential: 'free' },
  { synapse: 'exponential', tauSynExc: 3, tauSynInh: 20, capacitance: 4, homeostasis: { gain: 0.1, minimum: 5 } },
  {
    synapse: 'multiExponential',
    capacitance: 4,
    refractoryPotential: 'free',
    receptors: { excitatory: { tau: 4, rise: 4 }, inhibitory: { tau: 9, rise: 1 } },
  },
] as const;

interface Way {
  readonly silentArrivals?: boolean;
  readonly reads?: boolean;
  readonly cut?: number;
  readonly strategies?: readonly (typeof STRATEGY_NAMES)[number][];
}

/** Spikes of a recurrent network; zero-weight arrivals, reads, checkpoints after each piece and strategies must not change them. */
function spikesOf(synapse: object, way: Way, noise?: { readonly sigma: number }, current = 0): [number, number][] {
  const build = () => {
    const net = new Network({ seed: 2, ...(way.strategies && { strategies: way.strategies }) });
    const cells = net.population(
      'cells',
      lif({ size: 30, tau: 20, threshold: 8, ...synapse, current, ...(noise && { noise }) }),
    );
    const drive = net.population('drive', poisson({ size: 30, rate: 600 }));
    net.projection(drive, cells, { connect: { probability: { p: 0.1, weight: 1.5 } } });
    net.projection(cells, cells, { connect: { probability: { p: 0.3, weight: -0.5 } }, delay: 1.25 });
    const silent = net.population('silent', poisson({ size: 30, rate: 2000 }));
    if (way.silentArrivals) net.projection(silent, cells, { connect: { oneToOne: { weight: 0 } } });
    net.recordSpikes([cells], rows);
    if (way.reads) net.recordPotential(cells, [0, 7, 29], { every: 0.13 }, new Rows());
    return net;
  };
  const rows = new Rows();
  let net = build();
  while (net.now < 150) {
    net.run(Math.min(way.cut ?? 150, 150 - net.now));
    net.flush();
    if (way.cut === undefined) continue;
    const snapshot = save(net);
    net = build();
    load(net, snapshot);
  }
  return rows.rows.map(({ neuron, time }) => [neuron!, time!]);
}

for (const synapse of SYNAPSES) {
  const name = JSON.stringify(synapse);
  test(`arrivals of weight 0, reads, checkpoints and strategies move no spike: ${name}`, () => {
    const expected = spikesOf(synapse, {}, { sigma: 3 });
    assert.ok(expected.length > 50, `${expected.length} spikes`);
    const ways: readonly Way[] = [
      { silentArrivals: true },
      { reads: true },
      { cut: 3.7 },
      { strategies: [] },
      { silentArrivals: true, reads: true, cut: 11.3, strategies: ['merged', 'singleQueue'] },
    ];
    for (const way of ways) assert.equal(spikesOf(synapse, way, { sigma: 3 }), expected, JSON.stringify(way));
  });

  test(`sigma 0 gives the spikes without noise, one tick later at most, which the recurrent network enlarges: ${name}`, () => {
    const current = synapse.synapse === 'delta' ? 150 : 2;
    const expected = spikesOf(synapse, {}, undefined, current);
    const found = spikesOf(synapse, {}, { sigma: 0 }, current);
    assert.ok(expected.length > 50, `${expected.length} spikes`);
    assert.equal(
      found.map(([neuron]) => neuron),
      expected.map(([neuron]) => neuron),
    );
    for (const [k, [, t]] of found.entries()) assert.ok(Math.abs(t - expected[k]![1]) < 1e-5, `${t - expected[k]![1]}`);
  });
}

test('conductances and parameters that noise excludes are refused by name', () => {
  const create = (p: object) => () =>
    new Network({ seed: 1 }).population('p', lif({ size: 1, noise: { sigma: 1 }, ...p }));
  assert.throws(create({ synapse: 'conductance' }), /noise cannot be combined with synapse "conductance"/);
  assert.throws(create({ thresholdNoise: {} }), /noise cannot be combined with thresholdNoise/);
  assert.throws(create({ adaptive: { increment: 1, tau: 5 } }), /combined with adaptive.tau/);
  assert.throws(create({ refractoryInput: 'integrate' }), /refractoryPotential "free"/);
  assert.throws(create({ precision: 'f32' }), /precision "f32"/);
  assert.throws(create({ noise: { sigma: -1 } }), /sigma/);
});

test('the path that is read is the one that is searched: at a crossing it is at the boundary', () => {
  const n = 40;
  const arena = { f64: (length: number) => new Float64Array(length) };
  const tau = { values: Float64Array.of(20) };
  const noise = new MembraneNoise({ sigma: 2 }, tau as never, n, { arena, seed: 5, name: 'cells' } as never);
  for (let j = 0; j < n; j++) {
    const find = () => noise.findCrossing(j, noise.getCellEnd(j) - 4, noise.getCellEnd(j), () => 1, 1 / 400); // X = 1 mV, in cells of 4 ms
    while (find() === Infinity) noise.startNextCell(j);
    const value = noise.getValue(j, find());
    assert.ok(Math.abs(value - 1) < 0.002 || (find() === noise.getCellEnd(j) - 4 && value > 1), `${value} mV`);
  }
});

test.run();
