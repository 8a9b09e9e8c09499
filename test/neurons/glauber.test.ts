/** Neurons with two states: waits, the law of Boltzmann in small networks, and changes of state passed on with their sign. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import { Network } from '../../core/network.ts';
import { glauber, spikeTrains } from '../../neurons/index.ts';
import { alternating } from '../../synapses/shortTerm/index.ts';
import { Rows } from '../support.ts';
import { kolmogorovSmirnov, trainsOf } from './statistics.ts';

const SIZE = 4000;

/** First changes of neurons that are down, under a field that a train of arrivals makes. */
function firstChanges(slope: number, arrivals: readonly (readonly [time: number, mV: number])[], threshold = 0) {
  const trains = trainsOf(
    (net) => {
      const cells = net.population('cells', glauber({ size: SIZE, tau: 5, slope, threshold }));
      for (const [k, [time, mV]] of arrivals.entries()) {
        const source = net.population(`source${k}`, spikeTrains({ trains: [[time]] }));
        net.projection(source, cells, { connect: { all: { weight: mV } } });
      }
      return cells;
    },
    11,
    200,
  );
  return trains.filter((train) => train.length > 0).map((train) => train[0]!);
}

test('a step: it changes after an exponential wait, counted over the time in which its field is against it', () => {
  const changes = firstChanges(0, [
    [10, 1],
    [12, -3],
    [20, 2.5],
  ]);
  assert.is(changes.length, SIZE);
  const exposed = (t: number) => (t < 10 ? 0 : t < 12 ? t - 10 : t < 20 ? 2 : t - 18);
  const ks = kolmogorovSmirnov(changes, (t) => 1 - Math.exp(-exposed(t) / 5));
  assert.ok(ks < 1.95, `KS ${ks}`);
});

test('a step: a field at threshold changes nothing', () => {
  assert.equal(firstChanges(0, [[1, 2]], 2), []);
});

test('a sigmoid: the rate of changes is its value over tau', () => {
  const changes = firstChanges(2, [[30, 3]], 1);
  const [before, after] = [1 / (1 + Math.exp(0.5)), 1 / (1 + Math.exp(-1))];
  const updates = (t: number) => (Math.min(t, 30) * before + Math.max(t - 30, 0) * after) / 5;
  const ks = kolmogorovSmirnov(changes, (t) => 1 - Math.exp(-updates(t)));
  assert.ok(ks < 1.95, `KS ${ks}`);
});

/** Share of the time that a network spends in each of its 2^n states, neuron 0 the lowest bit. */
function occupation(weights: readonly (readonly number[])[], threshold: number, slope: number, up: number[]) {
  const n = weights.length;
  const net = new Network({ seed: 3 });
  const cells = net.population('cells', glauber({ size: n, tau: 1, threshold, slope, up }));
  net.projection(cells, cells, {
    connect: { matrix: { weights: Float64Array.from(weights.flat()) } },
    shortTerm: alternating({ up }),
    delay: 2 ** -26,
  });
  const start = net.population('start', spikeTrains({ trains: [[0]] }));
  const fields = Float64Array.from({ length: n }, (_, j) => up.reduce((sum, i) => sum + weights[i]![j]!, 0));
  net.projection(start, cells, { connect: { matrix: { weights: fields } } });
  const spikes = new Rows();
  net.recordSpikes([cells], spikes);
  const duration = 60_000;
  net.run(duration);
  net.flush();
  const spent = new Float64Array(2 ** n);
  let state = up.reduce((bits, j) => bits | (1 << j), 0);
  let since = 0;
  for (const { time, neuron } of [...spikes.rows, { time: duration, neuron: 0 }]) {
    spent[state]! += (time! - since) / duration;
    state ^= 1 << neuron!;
    since = time!;
  }
  return spent;
}

test('with symmetric weights states have the probabilities of Boltzmann, whatever was up at the start', () => {
  const w = [
    [0, 2, -1],
    [2, 0, 1.5],
    [-1, 1.5, 0],
  ];
  const [threshold, slope] = [0.8, 1.3];
  const factors = Array.from({ length: 8 }, (_, bits) => {
    const s = [0, 1, 2].map((j) => (bits >> j) & 1);
    const pairs = s.reduce((sum, a, i) => sum + s.reduce((row, b, j) => row + (a * b * w[i]![j]!) / 2, 0), 0);
    return Math.exp((pairs - threshold * s.reduce((a, b) => a + b)) / slope);
  });
  const all = factors.reduce((a, b) => a + b);
  for (const up of [[], [0, 2]]) {
    const spent = occupation(w, threshold, slope, up);
    // Some 30,000 visits that hang together over a few ms: 0.01 is beyond four standard deviations.
    for (const [k, f] of factors.entries())
      assert.ok(Math.abs(spent[k]! - f / all) < 0.01, `${up}: ${k} ${spent[k]} ${f / all}`);
  }
});

test('rest puts states, fields and signs back to the start', () => {
  const net = new Network({ seed: 3 });
  const cells = net.population('cells', glauber({ size: 3, tau: 1, slope: 1, up: [1] }));
  const out = net.population('out', glauber({ size: 1, threshold: 100 }));
  net.projection(cells, out, { connect: { all: { weight: 1 } }, shortTerm: alternating({ up: [1] }) });
  const up = () => [0, 1, 2].map((j) => cells.model.dynamics.isUp(j));
  const sum = () => up().filter(Boolean).length - 1; // neuron 1 was up before anybody was told
  for (let k = 0; k < 20; k++) {
    net.run(0.7);
    assert.is(out.model.potential(0, net.now), sum());
  }
  net.resetDynamicState();
  assert.equal(up(), [false, true, false]);
  assert.is(out.model.potential(0, net.now), 0);
  net.run(5.3);
  assert.is(out.model.potential(0, net.now), sum());
});

test('a number that is not of a neuron is refused', () => {
  const net = new Network({ seed: 1 });
  const refused = (made: () => unknown) => {
    try {
      made();
      assert.unreachable();
    } catch (error) {
      assert.instance(error, UserError);
      assert.match((error as Error).message, /up lists neuron 4, but neurons are 0 to 3\.$/);
    }
  };
  refused(() => net.population('a', glauber({ size: 4, up: [0, 4] })));
  const b = net.population('b', glauber({ size: 4 }));
  refused(() =>
    net.projection(b, b, { connect: { all: { weight: 1 } }, shortTerm: alternating({ up: [4] }), delay: 1 }),
  );
});

test.run();
