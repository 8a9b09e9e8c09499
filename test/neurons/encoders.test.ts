/** Encoders: what they make of intensities, as functions and as populations whose image changes. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import type { Stimulus } from '../../core/graph/population.ts';
import { Network } from '../../core/network.ts';
import { TICK } from '../../core/time.ts';
import {
  amplitudeTrains,
  burstTrains,
  intervalTrains,
  latencyTrains,
  rankOrderTrains,
} from '../../neurons/encoders/codes.ts';
import type { EncodedStimulus } from '../../neurons/encoders/encoded.ts';
import { gammatoneEnvelopes, levelCrossingTrains } from '../../neurons/encoders/signals.ts';
import { amplitudeCode, latencyCode, levelCrossing, lif, rankOrderCode, rateCode } from '../../neurons/index.ts';
import { Rows } from '../support.ts';
import { near } from './oneNeuron.ts';
import { intervals, kolmogorovSmirnov, trainsOf } from './statistics.ts';

const X = [0, 0.25, 1, 0.5];

test('latency: the stronger, the earlier; nothing up to the cutoff', () => {
  assert.equal(latencyTrains(X, { window: 20, cutoff: 0 }), [[], [15], [0], [10]]);
  assert.equal(latencyTrains(X, { window: 20, cutoff: 0.25 }), [[], [], [0], [10]]);
});

test('interval: the stronger, the shorter', () => {
  assert.equal(intervalTrains(X, { shortest: 2, longest: 10, count: 3, cutoff: 0 }), [
    [],
    [0, 8, 16],
    [0, 2, 4],
    [0, 6, 12],
  ]);
});

test('burst: the stronger, the more and the closer', () => {
  assert.equal(burstTrains(X, { most: 4, shortest: 2, longest: 10, cutoff: 0 }), [[], [0], [0, 2, 4, 6], [0, 6]]);
});

test('rank order: only the order counts; of equal ones the first', () => {
  assert.equal(rankOrderTrains(X, { step: 2, cutoff: 0 }), [[], [4], [0], [2]]);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (values) => {
      const p = { step: 1, cutoff: 0 };
      const trains = rankOrderTrains(values, p);
      const ranks = trains.flat().sort((a, b) => a - b);
      assert.equal(ranks, [...ranks.keys()]);
      values.forEach((x, i) => {
        for (const [j, y] of values.entries()) if (x > y && y > 0) assert.ok(trains[i]![0]! < trains[j]![0]!);
      });
      assert.equal(
        rankOrderTrains(
          values.map((x) => x / 2 ** 20),
          p,
        ).map((train) => train.length),
        values.map((x) => (x / 2 ** 20 > 0 ? 1 : 0)),
      );
    }),
  );
});

test('amplitude: as many neurons fire together as the value has levels, and the target gets the sum', () => {
  assert.equal(amplitudeTrains([0.5, 0], { levels: 4, period: 10, window: 20 }), [
    [0, 10],
    [0, 10],
    [],
    [],
    [],
    [],
    [],
    [],
  ]);
  const net = new Network({ seed: 1 });
  const input = net.population('input', amplitudeCode({ values: [0.7], levels: 100, window: 10 }));
  const cell = net.population('cell', lif({ size: 1 }));
  net.projection(input, cell, { connect: { all: { weight: 0.1 } }, delay: 1 });
  net.run(1);
  near(cell.model.potential(0, 1), 7, 1e-12);
});

test('level crossing: times at which lines between samples reach levels, rising and falling per channel', () => {
  const p = { window: 4, channels: 1, step: 0.25 };
  // From 0.5 to 1 in the first interval, 1 to 0 in the second, then constant.
  const [up, down] = levelCrossingTrains([1, 0, 0, 0.2], p);
  assert.equal(up, [0.5, 1]);
  assert.equal(down, [1.25, 1.5, 1.75, 2]);
  const two = levelCrossingTrains([1, 0.5, 0, 0.5, 0, 0.5, 0.2, 0.5], { ...p, channels: 2 });
  assert.equal(two, [up, down, [], []]);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (values) => {
      const [rises, falls] = levelCrossingTrains(values, p);
      const level = 0.5 + (rises!.length - falls!.length) * p.step;
      assert.ok(Math.abs(values.at(-1)! - level) < p.step + 1e-12);
    }),
  );
});

test('gammatone: a tone excites the band at its frequency most', () => {
  const bank = { sampleRate: 8000, bands: 12, band: [200, 3000] as [number, number], compression: 1 };
  const tone = (hz: number) => Float64Array.from({ length: 1600 }, (_, n) => Math.sin((2 * Math.PI * hz * n) / 8000));
  const strongest = (hz: number) => {
    const last = gammatoneEnvelopes(tone(hz), 4, bank).slice(36);
    return { band: last.indexOf(Math.max(...last)), envelope: Math.max(...last) };
  };
  assert.equal(
    [200, 3000].map((hz) => strongest(hz).band),
    [0, 11],
  );
  const single = gammatoneEnvelopes(tone(1000), 4, { ...bank, bands: 1, band: [1000, 1000] });
  near(single[3]!, 1, 1e-3); // gain 1 at the centre frequency
  assert.throws(
    () => new Network({ seed: 1 }).population('l', levelCrossing({ values: [0.5], channels: 2 })).size,
    /multiple/,
  );
});

test('rate: regular spikes are evenly spaced, Poisson ones exponential, both as many as the rate says', () => {
  const values = [0, 0.5, 1];
  const regular = trainsOf(
    (net) => net.population('r', rateCode({ values, low: 10, high: 110, window: 1000 })),
    1,
    2000,
  );
  assert.equal(
    regular.map((train) => train.length),
    [10, 60, 110],
  );
  near(regular[1]![0]!, 1000 / 60 / 2, 1e-7);
  for (const interval of intervals([regular[1]!])) near(interval, 1000 / 60, 1e-7);
  for (const seed of [1, 2]) {
    const trains = trainsOf(
      (net) => net.population('p', rateCode({ values, high: 200, process: 'poisson', window: 20_000 })),
      seed,
      30_000,
    );
    assert.equal(trains[0], []);
    const count = trains[2]!.length;
    assert.ok(Math.abs(count - 4000) < 4 * Math.sqrt(4000), `${count} spikes`);
    for (const [k, r] of [
      [1, 0.1],
      [2, 0.2],
    ] as const) {
      const ks = kolmogorovSmirnov(intervals([trains[k]!]), (x) => 1 - Math.exp(-r * x));
      assert.ok(ks < 1.95, `KS ${ks}`);
    }
  }
});

test('a new image is shown from the moment it is set; what the old one would have sent is gone', () => {
  const net = new Network({ seed: 1 });
  const input = net.population('input', latencyCode({ values: [1, 0.5, 0.1], window: 20, start: 2 }));
  const rows = new Rows();
  net.recordSpikes([input], rows);
  net.run(15);
  const show = (values: number[]) => net.change(input as Stimulus<EncodedStimulus>, (model) => model.setValues(values));
  show([0, 1, 0.75]);
  net.run(5);
  net.change(input as Stimulus<EncodedStimulus>, () => {});
  net.run(30);
  net.flush();
  assert.equal(
    rows.rows.map(({ time, neuron }) => [neuron, time]),
    [
      [0, 2],
      [1, 12],
      [1, 15 + TICK],
      [2, 20],
    ],
  );
  assert.throws(
    () => show([1]),
    (e: unknown) => e instanceof UserError && /input\.values must list 3 values \(got 1\)/.test(e.message),
  );
  assert.throws(
    () => show([1, 2, 0]),
    (e: unknown) => e instanceof UserError && /input\.values\[1\] is 2/.test(e.message),
  );
});

test('an image set before the first run is shown at its start', () => {
  const net = new Network({ seed: 1 });
  const input = net.population('input', rankOrderCode({ values: [0.1, 0.2], start: 3 })) as Stimulus<EncodedStimulus>;
  net.change(input, (model) => model.setValues([0.5, 0.4]));
  const rows = new Rows();
  net.recordSpikes([input], rows);
  net.run(10);
  net.flush();
  assert.equal(
    rows.rows.map(({ time, neuron }) => [neuron, time]),
    [
      [0, 3],
      [1, 4],
    ],
  );
});

test.run();
