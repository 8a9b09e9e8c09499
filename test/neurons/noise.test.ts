/** LIF under Poisson noise: mean and variance of the potential, rate of firing. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../core/network.ts';
import { lif, poisson } from '../../neurons/index.ts';
import { Rows } from '../support.ts';
import { normalDistribution } from './statistics.ts';

test('Campbell: Poisson input of 1 per ms and 0.5 mV gives mean 5 mV and variance 1.25 mV² at tau = 10 ms', () => {
  const n = 50;
  const net = new Network({ seed: 8 });
  const noise = net.population('noise', poisson({ size: n, rate: 1000 }));
  const neurons = net.population('neurons', lif({ size: n, threshold: 1000 }));
  net.projection(noise, neurons, { connect: { oneToOne: { weight: 0.5 } } });
  const rows = new Rows();
  const times = Array.from({ length: 400 }, (_, k) => 100 + 20 * k);
  net.recordPotential(neurons, [...Array(n).keys()], { times }, rows);
  net.run(8100);
  net.flush();
  const v = rows.column('potential');
  const mean = v.reduce((a, b) => a + b) / v.length;
  const variance = v.reduce((sum, x) => sum + (x - mean) ** 2, 0) / v.length;
  assert.is(v.length, 20_000);
  assert.ok(Math.abs(mean - 5) < 0.04 * 5, `mean ${mean}`);
  assert.ok(Math.abs(variance - 1.25) < 0.04 * 1.25, `variance ${variance}`);
});

/** e^(u²) (1 + erf u) = 2 e^(u²) Phi(u sqrt 2), by a continued fraction where u is far below 0. */
function integrand(u: number): number {
  if (u >= -3) return 2 * Math.exp(u * u) * normalDistribution(u * Math.SQRT2);
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / 2 / (-u + fraction);
  return 1 / (Math.sqrt(Math.PI) * (-u + fraction));
}

/** Firing rate in Hz under white noise (Siegert 1951), sigma² twice the variance of the free potential. */
function siegert(
  p: { tau: number; threshold: number; reset: number; refractory: number },
  mu: number,
  sigma: number,
): number {
  const [from, to] = [(p.reset - mu) / sigma, (p.threshold - mu) / sigma];
  const n = 2000; // Simpson
  let sum = 0;
  for (let i = 0; i <= n; i++)
    sum += integrand(from + ((to - from) * i) / n) * (i === 0 || i === n ? 1 : i % 2 ? 4 : 2);
  return 1000 / (p.refractory + p.tau * Math.sqrt(Math.PI) * ((sum * (to - from)) / n / 3));
}

const N0 = { tau: 10, threshold: 15, reset: 0, refractory: 2 };
const BRUNEL = { tau: 20, threshold: 20, reset: 10, refractory: 2 };

test('the Siegert formula of this test gives the reference rates', () => {
  for (const [mu, sigma, rate] of [
    [15, 5, 9.460799806],
    [20, 5, 27.340567353],
    [25, 5, 47.217443304],
    [22, 1, 27.179754527],
    [18, 2, 7.667845762],
    [15, 3, 2.288043016],
  ] as const) {
    assert.ok(Math.abs(siegert(BRUNEL, mu, sigma) / rate - 1) < 1e-8, `${mu}, ${sigma}: ${siegert(BRUNEL, mu, sigma)}`);
  }
  for (const [mu, sigma, rate] of [
    [10, 5, 16.760209247],
    [12, 4, 21.649540186],
    [15, 3, 35.702668547],
    [20, 5, 69.64899802],
  ] as const) {
    assert.ok(Math.abs(siegert(N0, mu, sigma) / rate - 1) < 1e-8, `${mu}, ${sigma}: ${siegert(N0, mu, sigma)}`);
  }
});

/**
 * Relative deviation from the Siegert rate under independent Poisson input of weight ±w: mu = tau w (exc - inh),
 * sigma² = tau w² (exc + inh), rates per ms.
 */
function deviation(p: typeof BRUNEL, mu: number, sigma: number, w: number, duration: number): number {
  const [difference, sum] = [mu / (p.tau * w), sigma ** 2 / (p.tau * w * w)];
  const n = 40;
  const net = new Network({ seed: 9 });
  const neurons = net.population('neurons', lif({ size: n, ...p }));
  for (const sign of [1, -1]) {
    const noise = net.population(`noise${sign}`, poisson({ size: n, rate: (1000 * (sum + sign * difference)) / 2 }));
    net.projection(noise, neurons, { connect: { oneToOne: { weight: sign * w } } });
  }
  net.run(200);
  const before = neurons.spikes;
  net.run(duration);
  return ((neurons.spikes - before) * 1000) / n / duration / siegert(p, mu, sigma) - 1;
}

test('Siegert: under dense weak Poisson input the rate is that of the diffusion within 3 %', () => {
  // Some 5000 spikes each: the statistical error is about 1 %, that of the finite size of the inputs too.
  for (const [p, mu, sigma, w, duration] of [
    [BRUNEL, 20, 5, 0.2, 5000],
    [BRUNEL, 25, 5, 0.2, 3000],
    [BRUNEL, 22, 1, 0.04, 5000],
    [N0, 15, 3, 0.15, 4000],
    [N0, 20, 5, 0.2, 2000],
  ] as const) {
    const off = deviation(p, mu, sigma, w, duration);
    assert.ok(Math.abs(off) < 0.03, `mu ${mu}, sigma ${sigma}, w ${w}: off by ${100 * off} %`);
  }
});

test('Siegert: smaller and more frequent inputs come closer to the diffusion', () => {
  const [coarse, middle, fine] = [1, 0.5, 0.2].map((w) => Math.abs(deviation(BRUNEL, 25, 5, w, 4000)));
  assert.ok(coarse! > middle! && middle! > fine!, `${coarse}, ${middle}, ${fine}`);
  assert.ok(fine! < coarse! / 2, `${coarse}, ${fine}`);
});

test.run();
