/** Neurons made of a threshold switch: oscillator, random thresholds, refractoriness, arrivals in either phase. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import type { Population } from '../../core/graph/population.ts';
import { Network } from '../../core/network.ts';
import { mott, spikeTrains, thresholdSwitch } from '../../neurons/index.ts';
import { near } from './oneNeuron.ts';
import { intervals, kolmogorovSmirnov, moments, normalDistribution, trainsOf } from './statistics.ts';

/** 10 kΩ, 1 nF, 2 V, hold 0.5 V, threshold 1.2 V. */
const GOLDEN = {
  size: 1,
  resistanceSeries: 1e-5,
  resistanceOn: 1e-6,
  capacitance: 1000,
  supply: 2000,
  hold: 500,
  threshold: 1200,
};
const OFF = 6.286086594e-3; // ms

test('relaxation oscillator: charging takes 6.286 µs, discharging follows the parallel resistances', () => {
  const [train] = trainsOf((net) => net.population('m', mott({ ...GOLDEN, initial: 500 })), 1, 0.1) as [number[]];
  near(train[0]!, OFF, 2e-8);
  const on = (1e-6 / 1.1) * 1000; // ms
  const low = 2000 / 11;
  const period = OFF + on * Math.log((1200 - low) / (500 - low));
  assert.ok(train.length > 10);
  for (const interval of intervals([train])) near(interval, period, 1e-7);
});

test('f-I curve: silent below threshold, the closed form between, latched where the supply reaches hold through the switch', () => {
  for (const supply of [1100, 1200, 1201, 1500, 3000, 5000, 5400, 5600, 8000]) {
    const spikes = trainsOf((net) => net.population('m', mott({ ...GOLDEN, supply })), 1, 5)[0]!;
    const low = supply / 11;
    if (supply <= 1200) assert.is(spikes.length, 0);
    else if (low >= 500) assert.is(spikes.length, 1);
    else {
      const off = 0.01 * Math.log((supply - 500) / (supply - 1200));
      const on = (0.01 / 11) * Math.log((1200 - low) / (500 - low));
      const { mean, cv } = moments(intervals([spikes]));
      near(mean / (off + on), 1, 1e-5);
      assert.ok(cv < 1e-5);
    }
  }
});

test('a silent oscillator is excitable: all or nothing', () => {
  const fires = (weight: number) =>
    trainsOf(
      (net) => {
        const source = net.population('source', spikeTrains({ trains: [[40]] }));
        const m = net.population('m', mott({ size: 1, supply: 14 }));
        net.projection(source, m, { connect: { all: { weight } } });
        return m;
      },
      1,
      200,
    )[0]!.length;
  const missing = 15 - 14 * (1 - Math.exp(-4)); // 40 ms at 10 ms from 0
  assert.is(fires(missing * (1 - 1e-12)), 0);
  assert.is(fires(missing * (1 + 1e-12)), 1);
});

test('with a constant threshold the interval is charging plus the time that the switch takes to discharge', () => {
  const trains = trainsOf((net) => net.population('t', thresholdSwitch({ size: 1, spread: 0, current: 500 })), 1, 1000);
  // R I = 20 mV off, 2 mV on; tau 10 ms and 1 ms
  const expected = 10 * Math.log((20 - 4.5) / 5) + Math.log((15 - 2) / (4.5 - 2));
  for (const interval of intervals(trains)) near(interval, expected, 1e-7);
});

const drive = (gap: number, n: number, weight: number, spread: number) => (net: Network) => {
  const trains = Array.from({ length: n }, (_, k) => gap * (k + 1));
  const source = net.population('source', spikeTrains({ trains: [trains] }));
  const cells = net.population('t', thresholdSwitch({ size: 1, spread, resistanceOff: 1e6 }));
  net.projection(source, cells, { connect: { all: { weight } } });
  return cells;
};

test('without current the refractory time is R_on C ln(V_th/V_hold); what arrives meanwhile prolongs it', () => {
  const net = new Network({ seed: 1 });
  const cells = drive(1, 1, 15, 0)(net) as ReturnType<ReturnType<typeof drive>> & {
    model: { potential(j: number, t: number): number };
  };
  net.run(1);
  assert.is(cells.spikes, 1);
  const end = 1 + Math.log(15 / 4.5);
  net.run(0.5);
  near(cells.model.potential(0, 1.5), 15 * Math.exp(-0.5), 1e-12);
  net.run(end - 1.5);
  near(cells.model.potential(0, net.now), 4.5, 1e-7);
  net.run(5);
  near(cells.model.potential(0, net.now), 4.5, 1e-6); // the node leaks through 1 PΩ only
  const again = new Network({ seed: 1 });
  const pushed = drive(0.5, 2, 15, 0)(again) as typeof cells;
  again.run(1);
  assert.is(pushed.spikes, 1, 'a switch that is on does not switch on');
  near(pushed.model.potential(0, 1), 15 * Math.exp(-0.5) + 15, 1e-12);
});

test('the potentials at which it switches are a normal distribution, truncated above hold', () => {
  // steps of 1/64 mV every 1/64 ms on a node without leak: threshold = hold + charging time, up to a step
  for (const [spread, hold] of [
    [1.5, 4.5],
    [4, 13],
  ] as const) {
    const isi = [];
    for (const seed of [1, 2]) {
      const trains = trainsOf(
        (net) => {
          const source = net.population(
            's',
            spikeTrains({ trains: [Array.from({ length: 64 * 300 }, (_, k) => k / 64)] }),
          );
          const cells = net.population(
            't',
            thresholdSwitch({ size: 60, spread, hold, resistanceOff: 1e6, resistanceOn: 1e-9 }),
          );
          net.projection(source, cells, { connect: { all: { weight: 1 / 64 } } });
          return cells;
        },
        seed,
        300,
      );
      isi.push(...intervals(trains));
    }
    const below = normalDistribution((hold - 15) / spread);
    const share = (x: number) =>
      Math.max(0, normalDistribution((hold + x - 1 / 128 - 15) / spread) - below) / (1 - below);
    // Long intervals are cut off by the end of the run, but each neuron only loses its last one of many.
    const ks = kolmogorovSmirnov(isi, share);
    assert.ok(isi.length > 1000 && ks < 1.95, `KS ${ks} of ${isi.length}`);
  }
});

test('nonsense is refused by name', () => {
  const make = (build: (net: Network) => Population) => () => build(new Network({ seed: 1 }));
  for (const factory of [thresholdSwitch({ size: 1, hold: 15 }), mott({ size: 1, hold: 15 })]) {
    assert.throws(
      make((net) => net.population('p', factory)),
      (e: unknown) =>
        e instanceof UserError && /populations\.p\.hold is 15, but must be < the threshold/.test(e.message),
    );
  }
});

test.run();
