/** LIF under Poisson noise: mean and variance of the potential, rate of firing. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../core/network.ts';
import { lif, poisson } from '../../neurons/index.ts';
import { Rows } from '../support.ts';

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

/** e^(u²) (1 + erf u), by the continued fraction of erfc where u is far below 0. */
function integrand(u: number): number {
  if (u < -3) {
    let fraction = 0;
    for (let k = 60; k > 0; k--) fraction = k / 2 / (-u + fraction);
    return 1 / (Math.sqrt(Math.PI) * (-u + fraction));
  }
  let term = u; // erf by its series
  let sum = u;
  for (let n = 1; n < 200; n++) {
    term *= (-u * u) / n;
    sum += term / (2 * n + 1);
  }
  return Math.exp(u * u) * (1 + (2 / Math.sqrt(Math.PI)) * sum);
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
});

test('Siegert: the rate under dense weak Poisson input is that of the diffusion within 5 %', () => {
  for (const [mu, sigma] of [
    [20, 5],
    [25, 5],
  ] as const) {
    // excitation and inhibition of one size w: mu = tau w (rateExc - rateInh), sigma² = tau w² (rateExc + rateInh)
    const w = 0.1;
    const [difference, sum] = [mu / (BRUNEL.tau * w), sigma ** 2 / (BRUNEL.tau * w * w)];
    const n = 40;
    const net = new Network({ seed: 9 });
    const neurons = net.population('neurons', lif({ size: n, ...BRUNEL }));
    for (const sign of [1, -1]) {
      const noise = net.population(`noise${sign}`, poisson({ size: n, rate: (1000 * (sum + sign * difference)) / 2 }));
      net.projection(noise, neurons, { connect: { oneToOne: { weight: sign * w } } });
    }
    net.run(200);
    const before = neurons.spikes;
    net.run(1500);
    const rate = (neurons.spikes - before) / n / 1.5;
    const expected = siegert(BRUNEL, mu, sigma);
    assert.ok(Math.abs(rate / expected - 1) < 0.05, `mu ${mu}, sigma ${sigma}: ${rate} Hz, not ${expected} Hz`);
  }
});

test.run();
