/** Two ways to sample one hazard: thinning agrees with inversion, and with the law itself. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { diffusiveNeuron, escapeRate, poisson, spikeTrains } from '../../neurons/index.ts';
import { relaxingHazard } from '../../neurons/parts/hazard.ts';
import { intervals, kolmogorovSmirnov, moments, trainsOf, twoSampleKs } from './statistics.ts';

/** Neurons under noise that they do not share. */
const noisy = (method: 'inversion' | 'thinning', seed: number) =>
  trainsOf(
    (net) => {
      const noise = net.population('noise', poisson({ size: 40, rate: 300 }));
      const cells = net.population('cells', escapeRate({ size: 40, method, threshold: 8, slope: 3, rate: 40 }));
      net.projection(noise, cells, { connect: { oneToOne: { weight: 3 } } });
      return cells;
    },
    seed,
    2000,
  );

test('under Poisson noise the intervals of thinning and inversion are of one distribution', () => {
  for (const seed of [1, 2, 3]) {
    const [a, b] = [intervals(noisy('inversion', seed)), intervals(noisy('thinning', seed))];
    assert.ok(a.length > 2000);
    assert.not.equal(a, b);
    const ks = twoSampleKs(a, b);
    assert.ok(ks < 1.95, `seed ${seed}: KS ${ks}`);
    const difference = moments(a).mean / moments(b).mean - 1;
    assert.ok(Math.abs(difference) < 4 * Math.sqrt(2 / a.length), `means differ by ${difference}`);
  }
});

test('thinning: after one arrival the first spike follows the relaxing hazard, whether the potential falls or rises', () => {
  for (const weight of [8, -8]) {
    const trains = trainsOf(
      (net) => {
        const source = net.population('source', spikeTrains({ trains: [[0]] }));
        const many = net.population(
          'many',
          escapeRate({ size: 4000, method: 'thinning', tau: 20, threshold: 0, slope: 4, rate: 10 }),
        );
        net.projection(source, many, { connect: { all: { weight } } });
        return many;
      },
      5,
      100,
    );
    const survivor = (t: number) => Math.exp(-0.01 * relaxingHazard(weight / 4, t, 20));
    const first = trains.flatMap((train) => train.slice(0, 1));
    const share = 1 - first.length / 4000;
    assert.ok(Math.abs(share - survivor(100)) < 4 * Math.sqrt(0.25 / 4000), `${share} survive`);
    const ks = kolmogorovSmirnov(first, (t) => (1 - survivor(t)) / (1 - survivor(100)));
    assert.ok(ks < 1.95, `KS ${ks}`);
  }
});

test('diffusive neuron: the delay to fire under a constant current has the distribution that C and R say', () => {
  for (const [capacitance, resistanceOff] of [
    [250, 0.04],
    [1000, 0.04],
    [250, 0.16],
  ] as const) {
    const [current, delay, fieldScale] = [300, 200, 3];
    const tau = capacitance * resistanceOff;
    const high = current * resistanceOff;
    const trains = trainsOf(
      (net) =>
        net.population('d', diffusiveNeuron({ size: 2000, capacitance, resistanceOff, current, delay, fieldScale })),
      7,
      400,
    );
    const floor = Math.exp(high / fieldScale) / delay;
    const share = (t: number) => 1 - Math.exp(-floor * relaxingHazard(-high / fieldScale, t, tau));
    const first = trains.map((train) => train[0] ?? Number.POSITIVE_INFINITY);
    const ks = kolmogorovSmirnov(first, (t) => share(Math.min(t, 400)));
    assert.ok(ks < 1.95, `C ${capacitance}, R ${resistanceOff}: KS ${ks}`);
    // Each further interval is the relaxation and then the same delay from 0 mV.
    const further = intervals(trains).map((interval) => interval - 20);
    assert.ok(further.every((interval) => interval > 0));
  }
});

test.run();
