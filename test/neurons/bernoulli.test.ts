/** Firing at events: the sigmoid, its dependence on the rate of events, and the law that does not depend on it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../core/network.ts';
import { bernoulli, spikeTrains } from '../../neurons/index.ts';
import { intervals, kolmogorovSmirnov, trainsOf } from './statistics.ts';

/** Share of events that fire, and rate in Hz, of neurons at a constant potential with events of weight 0 every `gap` ms. */
function atConstant(law: 'perEvent' | 'perTime', mV: number, gap: number, refractory = 0) {
  const duration = 400;
  const events = Math.floor(duration / gap);
  const size = 50;
  const trains = trainsOf(
    (net) => {
      const source = net.population(
        'source',
        spikeTrains({ trains: [Array.from({ length: events }, (_, k) => (k + 1) * gap)] }),
      );
      const cells = net.population(
        'cells',
        // tau 10, C 250: 25 pA per mV; reset where it rests
        bernoulli({ size, law, threshold: 10, slope: 2, rate: 30, current: 25 * mV, reset: mV, refractory }),
      );
      net.projection(source, cells, { connect: { all: { weight: 0 } } });
      return cells;
    },
    3,
    duration,
  );
  // The first 100 ms, in which the potential rises, do not count.
  const count = trains.flat().filter((t) => t > 100).length;
  return { share: (count * gap) / (size * (duration - 100)), rate: (1000 * count) / (size * (duration - 100)), trains };
}

const within = (found: number, expected: number, n: number, what: string) =>
  assert.ok(
    Math.abs(found - expected) < 4 * Math.sqrt((expected * (1 - expected)) / n),
    `${what}: ${found}, not ${expected}`,
  );

test('per event: the share of events that fire is the sigmoid of the potential, whatever their rate', () => {
  for (const mV of [4, 10, 13]) {
    for (const gap of [0.25, 1]) {
      const p = 1 / (1 + Math.exp(-(mV - 10) / 2));
      within(atConstant('perEvent', mV, gap).share, p, (50 * 300) / gap, `${mV} mV, every ${gap} ms`);
    }
  }
});

test('per time: the rate is that of the hazard, whatever the rate of events', () => {
  for (const gap of [0.125, 1, 4]) {
    const hazard = 0.03 * Math.exp(1);
    const p = 1 - Math.exp(-hazard * gap);
    within(atConstant('perTime', 12, gap).share, p, (50 * 300) / gap, `every ${gap} ms`);
  }
  const { trains } = atConstant('perTime', 12, 2 ** -6, 1);
  const isi = intervals(trains.map((train) => train.filter((t) => t > 100)));
  const ks = kolmogorovSmirnov(isi, (x) => (x < 1 ? 0 : 1 - Math.exp(-0.03 * Math.exp(1) * (x - 1))));
  assert.ok(ks < 1.95, `KS ${ks}`);
});

test('all arrivals of an instant are one event, and it fires at events only', () => {
  const run = (copies: number) => {
    const net = new Network({ seed: 4 });
    const source = net.population('source', spikeTrains({ trains: [[1, 2, 3, 5, 8]] }));
    const cells = net.population('cells', bernoulli({ size: 200, threshold: 4, slope: 1 }));
    for (let k = 0; k < copies; k++) net.projection(source, cells, { connect: { all: { weight: 4 / copies } } });
    net.run(10);
    return cells.spikes;
  };
  assert.ok(run(1) > 100);
  assert.is(run(4), run(1));
});

test.run();
