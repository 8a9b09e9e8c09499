/** Neurons integrated in adaptive steps: golden spike times at two tolerances, clamp, ways to run, own equations and errors. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../core/checkpoint/state.ts';
import { STRATEGY_NAMES, type StrategyName } from '../../core/engine/engine.ts';
import type { NeuronFactory } from '../../core/factories.ts';
import { Network } from '../../core/network.ts';
import { createOdePopulation, type OdeEquations } from '../../experiments/extend.ts';
import { summariseNetwork } from '../../experiments/run/summary.ts';
import { adex, izhikevich, lif, poisson, spikeTrains } from '../../neurons/index.ts';
import { Rows } from '../support.ts';

interface Trial {
  readonly cell: NeuronFactory;
  readonly duration: number;
  readonly arrivals?: readonly number[];
  readonly weight?: number;
}

function simulate({ cell, duration, arrivals = [], weight = 0 }: Trial) {
  const net = new Network({ seed: 1 });
  const cells = net.population('cells', cell);
  const source = net.population('source', spikeTrains({ trains: [[...arrivals]] }));
  net.projection(source, cells, { connect: { list: [[0, 0, weight]] } });
  const rows = new Rows();
  net.recordSpikes([cells], rows);
  net.run(duration);
  net.flush();
  return { net, cells, times: rows.column('time') };
}

const EVERY_5_MS = Array.from({ length: 50 }, (_, k) => 5 + 5 * k);
/** Golden spike times, ms, by DOP853 of SciPy 1.17 with rtol = atol = 1e-12 and event location. */
const GOLDEN: readonly [string, (tolerance: number) => Trial, readonly number[]][] = [
  [
    'adex',
    (tolerance) => ({ cell: adex({ size: 1, current: 700, threshold: 40, tolerance }), duration: 300 }),
    [24.610788384119427, 63.21970169657604, 142.41330605936102, 266.4287496423134],
  ],
  [
    'adex with conductances and clamp',
    (tolerance) => ({
      cell: adex({ size: 1, current: 500, threshold: 40, refractory: 2, synapse: 'conductance', tolerance }),
      duration: 300,
      arrivals: EVERY_5_MS,
      weight: 5,
    }),
    [48.5401777395948],
  ],
  [
    'regular spiking izhikevich',
    (tolerance) => ({ cell: izhikevich({ size: 1, drive: 10, tolerance }), duration: 300 }),
    [
      3.451624915473123, 20.5561056005943, 65.49206527736955, 110.30447894529466, 155.11689261338879,
      199.92930628148275, 244.74171994957686, 289.5541336176712,
    ],
  ],
  [
    'fast spiking izhikevich',
    (tolerance) => ({ cell: izhikevich({ size: 1, a: 0.1, d: 2, drive: 10, tolerance }), duration: 30 }),
    [3.4944029242041594, 7.419705286135604, 12.845018672426777, 19.647368247082355, 26.921794667755137],
  ],
];

for (const [name, trial, golden] of GOLDEN)
  test(`${name}: golden spike times, to 5e-3 ms at tolerance 1e-6 and 1e-6 ms at 1e-11`, () => {
    for (const [tolerance, limit] of [
      [1e-6, 5e-3],
      [1e-11, 1e-6],
    ] as const) {
      const { times } = simulate(trial(tolerance));
      assert.is(times.length, golden.length);
      const worst = Math.max(...times.map((t, k) => Math.abs(t - golden[k]!)));
      assert.ok(worst < limit, `${worst} ms at ${tolerance}`);
    }
  });

/** Leaky integrate-and-fire neuron as equations. */
const leaky: OdeEquations = {
  variables: { potential: 'mV' },
  initial: () => [0],
  derivative: (y, slopes) => {
    slopes[0] = (20 - y[0]!) / 10;
  },
  threshold: () => 15,
  reset: (y) => {
    y[0] = 0;
  },
  refractory: 2,
};
const own = (equations: OdeEquations, size = 1): NeuronFactory => ({
  kind: 'neurons',
  precision: 'f64',
  create: (context) => createOdePopulation(size, equations, 1e-12, context),
});

test('own equations of a LIF neuron give the spikes and potentials of lif', () => {
  const trial = { duration: 100, arrivals: [2.5, 14, 15.25, 40, 41], weight: 3 };
  const numeric = simulate({ cell: own(leaky), ...trial });
  const exact = simulate({ cell: lif({ size: 1, current: 500, capacitance: 250 }), ...trial });
  assert.ok(exact.times.length > 5);
  assert.is(numeric.times.length, exact.times.length);
  for (const [k, t] of exact.times.entries())
    assert.ok(Math.abs(numeric.times[k]! - t) < 1e-7, `${numeric.times[k]} ${t}`);
  assert.ok(Math.abs(numeric.cells.model.potential(0, 100) - exact.cells.model.potential(0, 100)) < 1e-7);
  assert.equal(summariseNetwork(numeric.net).populations.cells, {
    spikes: exact.times.length,
    rate: exact.times.length * 10,
    exact: false,
    tolerance: 1e-12,
  });
});

test('variables that are not finite stop the run with population, neuron and time', () => {
  const derivative: OdeEquations['derivative'] = (_, slopes) => slopes.fill(Number.NaN);
  assert.throws(
    () => simulate({ cell: own({ ...leaky, derivative }), duration: 1 }),
    /cells: at 0 ms the variables of neuron 0/,
  );
});

const PERIOD = 10; // ms
/** Harmonic oscillator, V = 10 sin(2 pi t / PERIOD), which no reset takes below the threshold of 5 mV. */
const oscillator: OdeEquations = {
  variables: { potential: 'mV', slope: 'mV/ms' },
  initial: () => [0, (20 * Math.PI) / PERIOD],
  derivative(y, slopes) {
    slopes[0] = y[1]!;
    slopes[1] = -(((2 * Math.PI) / PERIOD) ** 2) * y[0]!;
  },
  threshold: () => 5,
  reset() {},
};
/** Upward crossings of 5 mV: sin(2 pi t / PERIOD) = 1/2. */
const CROSSINGS = Array.from({ length: 6 }, (_, k) => PERIOD * (1 / 12 + k));

test('a neuron without reset fires once per upward crossing, as Hodgkin-Huxley neurons do', () => {
  const { times, cells } = simulate({ cell: own(oscillator), duration: 52.5 });
  assert.is(times.length, CROSSINGS.length);
  for (const [k, t] of CROSSINGS.entries()) assert.ok(Math.abs(times[k]! - t) < 1e-6, `${times[k]} ${t}`);
  assert.ok(Math.abs(cells.model.potential(0, 52.5) - 10) < 1e-8, 'the potential above threshold is not cut');
});

test('refractoryPotential free: the potential continues, and crossings within the refractory time are no spikes', () => {
  const cell = (refractory: number) => own({ ...oscillator, refractory, refractoryPotential: 'free' });
  // 4 ms after a crossing the potential is below the threshold; 11 ms after it, it is above, and the crossing has passed.
  for (const [refractory, every] of [
    [4, 1],
    [11, 2],
  ] as const) {
    const { times, cells } = simulate({ cell: cell(refractory), duration: 52.5 });
    const expected = CROSSINGS.filter((_, k) => k % every === 0);
    assert.is(times.length, expected.length);
    for (const [k, t] of expected.entries()) assert.ok(Math.abs(times[k]! - t) < 1e-6, `${times[k]} ${t}`);
    assert.ok(Math.abs(cells.model.potential(0, 52.5) - 10) < 1e-8);
  }
});

test('an arrival that lifts the potential over the threshold is an upward crossing', () => {
  const still: OdeEquations = { ...leaky, derivative: (_, slopes) => slopes.fill(0), reset() {}, refractory: 0 };
  assert.equal(simulate({ cell: own(still), duration: 20, arrivals: [3, 6, 9], weight: 8 }).times, [6]);
});

interface Way {
  readonly strategies?: readonly StrategyName[];
  readonly reads?: boolean;
  readonly cut?: number;
}

/** Spikes and final variables of a recurrent network of adex and izhikevich neurons; none of the ways may change them. */
function runNetwork({ strategies, reads, cut }: Way) {
  const rows = new Rows();
  const build = () => {
    const net = new Network({ seed: 3, ...(strategies && { strategies }) });
    const current: [number, number][] = [
      [0, 400],
      [30.3, 700],
      [60, 300],
    ];
    const a = net.population('a', adex({ size: 8, synapse: 'exponential', refractory: 1.5, current }), {
      winnerTakeAll: { hold: 3 },
    });
    const b = net.population('b', izhikevich({ size: 8, d: { uniform: [2, 8] }, drive: { uniform: [2, 9] } }));
    const noise = net.population('noise', poisson({ size: 8, rate: 200 }));
    for (const [from, to, weight] of [
      [noise, a, 300],
      [noise, b, 4],
      [a, b, 2],
      [b, a, -90],
    ] as const)
      net.projection(from, to, { connect: { probability: { p: 0.5, weight } }, delay: 0.5 });
    net.recordSpikes([a, b], rows);
    if (reads) net.recordPotential(a, [0, 3], { every: 0.7 }, new Rows());
    return net;
  };
  let net = build();
  while (net.now < 90) {
    net.run(Math.min(cut ?? 90, 90 - net.now));
    net.flush();
    if (cut === undefined) continue;
    const snapshot = save(net);
    net = build();
    load(net, snapshot);
  }
  return {
    rows: rows.rows,
    end: [...save(net).get('populations.a.model.variables')!, ...save(net).get('populations.b.model.variables')!],
  };
}

test('strategies, reads and checkpoints change no bit', () => {
  const expected = runNetwork({});
  assert.ok(expected.rows.length > 30, `${expected.rows.length} spikes`);
  for (const way of [{ strategies: [] }, { strategies: STRATEGY_NAMES }, { reads: true }, { cut: 7.7 }])
    assert.equal(runNetwork(way), expected, JSON.stringify(way));
});

test.run();
