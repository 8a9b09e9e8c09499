/** Escape noise: the integral of the hazard, its inverse, survival and intervals. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { integrateRelaxingHazard, invertHazardIntegral } from '../../neurons/escapeRate.ts';
import { escapeRate, spikeTrains } from '../../neurons/index.ts';
import { runs } from '../support.ts';
import { intervals, kolmogorovSmirnov, moments, trainsOf } from './statistics.ts';

const close = (found: number, expected: number, relative: number) =>
  assert.ok(Math.abs(found / expected - 1) < relative, `${found}, not ${expected}`);

test('the integral of exp(a e^(-s/20)) over 0 … 10', () => {
  close(integrateRelaxingHazard(2, 10, 20), 49.519288159303, 1e-13);
  close(integrateRelaxingHazard(-2, 10, 20), 2.12536948631525, 1e-13);
  close(integrateRelaxingHazard(0.5, 10, 20), 14.845030788638795, 1e-14);
  close(Math.exp(-0.01 * integrateRelaxingHazard(2, 10, 20)), 0.6094533436269, 1e-12);
});

/** Gauss-Legendre of order 5 on many pieces. */
function quadrature(a: number, t: number, tau: number): number {
  const nodes = [0, 0.5384693101056831, -0.5384693101056831, 0.906179845938664, -0.906179845938664];
  const shares = [
    0.5688888888888889, 0.47862867049936647, 0.47862867049936647, 0.23692688505618908, 0.23692688505618908,
  ];
  const n = 1000;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    nodes.forEach((x, k) => {
      sum += shares[k]! * Math.exp(a * Math.exp((-t * (i + (x + 1) / 2)) / n / tau));
    });
  }
  return (sum * t) / n / 2;
}

const between = (min: number, max: number) => fc.nat({ max: 2 ** 20 }).map((n) => min + ((max - min) * n) / 2 ** 20);

test('the integral agrees with quadrature to 1e-11, its inverse with the integral to 1e-11', () => {
  fc.assert(
    fc.property(between(-30, 20), between(0.01, 60), between(2, 30), (a, t, tau) => {
      const integral = integrateRelaxingHazard(a, t, tau);
      // where a series cancels, what counts is the error against the time that has passed
      const expected = quadrature(a, t, tau);
      assert.ok(Math.abs(integral - expected) < 1e-11 * expected + 1e-13 * t, `${integral}, not ${expected}`);
      fc.pre(integral > 1e-6);
      const back = invertHazardIntegral(a, integral, tau);
      assert.ok(Math.abs(integrateRelaxingHazard(a, back, tau) - integral) < 1e-11 * integral, `${back}, not ${t}`);
    }),
    runs(200),
  );
});

test('at a constant potential intervals are exponential with the hazard of that potential, after the dead time', () => {
  // 10 mV above rest, 10 mV / slope 4 = 2.5 above the hazard of 10 Hz at threshold 0
  const hazard = 0.12182493960703;
  for (const seed of [1, 2, 3]) {
    const trains = trainsOf(
      (net) =>
        net.population(
          'p',
          escapeRate({ size: 20, current: 250, tau: 10, reset: 10, threshold: 0, slope: 4, rate: 10, refractory: 1 }),
        ),
      seed,
      4000,
    );
    const isi = intervals(trains);
    close(moments(isi).mean, 1 + 1 / hazard, 4 / Math.sqrt(isi.length));
    const ks = kolmogorovSmirnov(isi, (x) => (x < 1 ? 0 : 1 - Math.exp(-hazard * (x - 1))));
    assert.ok(ks < 1.95, `seed ${seed}: KS ${ks}`);
  }
});

test('after one arrival the first spike comes with the survival function of the relaxing hazard', () => {
  for (const seed of [1, 2]) {
    const trains = trainsOf(
      (net) => {
        const source = net.population('source', spikeTrains({ trains: [[0]] }));
        const many = net.population('many', escapeRate({ size: 4000, tau: 20, threshold: 0, slope: 4, rate: 10 }));
        net.projection(source, many, { connect: { all: { weight: 8 } } });
        return many;
      },
      seed,
      10,
    );
    const first = trains.map((train) => train[0] ?? Infinity);
    const alive = first.filter((t) => t === Infinity).length / first.length;
    assert.ok(Math.abs(alive - 0.6094533436269) < 4 * Math.sqrt((0.61 * 0.39) / 4000), `${alive} survive`);
    const fired = first.filter((t) => t < Infinity);
    const share = (t: number) => (1 - Math.exp(-0.01 * integrateRelaxingHazard(2, t, 20))) / (1 - 0.6094533436269);
    assert.ok(kolmogorovSmirnov(fired, share) < 1.95);
  }
});

test('arrivals that leave the potential where it is change no spike by more than rounding', () => {
  const run = (weights: number[]) =>
    trainsOf(
      (net) => {
        const source = net.population(
          'source',
          spikeTrains({ trains: [Array.from({ length: 500 }, (_, k) => k / 2)] }),
        );
        const p = net.population('p', escapeRate({ size: 5, current: 250, threshold: 5 }));
        for (const w of weights) net.projection(source, p, { connect: { all: { weight: w } } });
        return p;
      },
      3,
      250,
    ).flat();
  const [plain, disturbed] = [run([]), run([0])];
  assert.is(disturbed.length, plain.length);
  plain.forEach((t, i) => {
    assert.ok(Math.abs(t - disturbed[i]!) < 1e-6);
  });
});

test.run();
