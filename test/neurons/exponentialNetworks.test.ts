import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../core/checkpoint/state.ts';
import type { Neurons } from '../../core/graph/population.ts';
import { Network } from '../../core/network.ts';
import { lif, poisson, spikeTrains } from '../../neurons/index.ts';
import { Rows } from '../support.ts';
import { type Arrival, near, network } from './oneNeuron.ts';

test('reading potentials changes nothing', () => {
  const arrivals: Arrival[] = Array.from({ length: 200 }, (_, i) => [i * 0.7, i % 4 === 3 ? -300 : 500]);
  const plain = network({ tauSynInh: 5 }, arrivals);
  const watched = network({ tauSynInh: 5 }, arrivals);
  watched.net.recordPotential(watched.neuron, [0], { every: 0.013 }, new Rows());
  for (const { net } of [plain, watched]) {
    net.run(160);
    net.flush();
  }
  assert.equal(watched.spikes.rows, plain.spikes.rows);
  assert.ok(plain.spikes.rows.length > 5);
});

/** A recurrent network under noise, with everything switched on. */
function noisy() {
  const net = new Network({ seed: 'noise' });
  const noise = net.population('noise', poisson({ size: 50, rate: 100 }));
  const neurons = net.population(
    'neurons',
    lif({
      size: 20,
      synapse: 'exponential',
      tauSynExc: 3,
      tauSynInh: 6,
      current: 200,
      initial: { uniform: [-5, 14] },
      adaptive: { increment: 2, tau: 30 },
      homeostasis: { gain: 0.5, minimum: 5 },
    }),
  );
  net.projection(noise, neurons, { connect: { probability: { p: 0.3, weight: { uniform: [20, 200] } } } });
  net.projection(neurons, neurons, {
    connect: { probability: { p: 0.3, weight: { uniform: [-300, 200] } } },
    delay: 1.5,
  });
  const spikes = new Rows();
  net.recordSpikes([neurons], spikes);
  return { net, neurons, spikes };
}

test('a checkpoint mid-run goes on with the same bits', () => {
  const whole = noisy();
  whole.net.run(400);
  whole.net.flush();
  const first = noisy();
  first.net.run(157.3);
  first.net.flush();
  const second = noisy();
  load(second.net, save(first.net));
  second.net.run(400 - 157.3);
  second.net.flush();
  assert.ok(whole.spikes.rows.length > 100);
  assert.equal([...first.spikes.rows, ...second.spikes.rows], whole.spikes.rows);
  assert.equal([...save(second.net)], [...save(whole.net)]);
});

test('winner-take-all: one fires, all are reset and held, currents go on', () => {
  const net = new Network({ seed: 1 });
  const neurons = net.population('neurons', lif({ size: 3, synapse: 'exponential', refractory: 0 }), {
    winnerTakeAll: { hold: 4 },
  });
  const source = net.population('source', spikeTrains({ trains: [[0], [3]] }));
  net.projection(source, neurons, {
    connect: {
      list: [
        [0, 0, 3900],
        [0, 1, 4000],
        [0, 2, 100],
        [1, 0, 9000],
      ],
    },
  });
  const spikes = new Rows();
  net.recordSpikes([neurons], spikes);
  net.run(4);
  net.flush();
  const [fired] = spikes.column('time');
  near(fired!, 1.4138707963967, 2e-8);
  for (let j = 0; j < 3; j++) assert.is(neurons.model.potential(j, 4), 0);
  net.run(100);
  net.flush();
  assert.equal(spikes.column('neuron'), [1]);
  const dt = 104 - fired! - 4;
  const current = 3900 * Math.exp(-(fired! + 4) / 2);
  near(neurons.model.potential(0, 104), current * 0.01 * (Math.exp(-dt / 10) - Math.exp(-dt / 2)), 1e-9);
});

test('rest: currents and potentials are gone, thresholds stay', () => {
  const { net, neuron } = network({ adaptive: { increment: 5 } }, [
    [0, 4000],
    [30, 4000],
  ]);
  net.run(3);
  net.resetDynamicState();
  assert.is(neuron.model.potential(0, 3), 0);
  net.run(20);
  assert.is(neuron.model.potential(0, net.now), 0);
  assert.is(
    (neuron as Neurons<ReturnType<ReturnType<typeof lif>['create']>>).model.thresholds.thresholdAt(0, net.now),
    20,
  );
});

test('an imported threshold is met', () => {
  const { net, neuron, spikes } = network({ current: 500 }, []);
  neuron.model.setThreshold(0, 0, 10);
  neuron.next = neuron.model.nextSpikeTime;
  net.run(8);
  net.flush();
  near(spikes.column('time')[0]!, 10 * Math.log(2), 2e-8);
});

test('Campbell: mean and variance under Poisson input', () => {
  const net = new Network({ seed: 3 });
  const size = 50;
  const neurons = net.population('neurons', lif({ size, synapse: 'exponential', threshold: 1000 }));
  const noise = net.population('noise', poisson({ size, rate: 500 }));
  net.projection(noise, neurons, { connect: { oneToOne: { weight: 100 } } });
  const samples = new Rows();
  net.recordPotential(
    neurons,
    Array.from({ length: size }, (_, j) => j),
    { every: 40 },
    samples,
  );
  net.run(8000);
  net.flush();
  const v = samples.rows.filter((row) => row.time! >= 100).map((row) => row.potential!);
  const mean = v.reduce((a, b) => a + b, 0) / v.length;
  const variance = v.reduce((a, b) => a + (b - mean) ** 2, 0) / (v.length - 1);
  near(mean, 4, 0.04 * 4);
  near(variance, 4 / 3, 0.06 * (4 / 3));
});

test('Siegert rate with coloured noise', () => {
  // mu 12 mV, sigma 4 mV, tau 10, tauSyn 0.2: threshold and reset shifted by (alpha/2) sqrt(tauSyn/tau) sigma
  const [tau, ts, mu, sigma, alpha] = [10, 0.2, 12, 4, 2.0652531522312172];
  const shift = (alpha / 2) * Math.sqrt(ts / tau);
  const integrand = (u: number) => Math.exp(u * u) * (1 + erf(u));
  const [low, high] = [(0 - mu) / sigma + shift, (15 - mu) / sigma + shift];
  let integral = 0;
  const n = 2000;
  for (let k = 0; k < n; k++) integral += (integrand(low + ((k + 0.5) * (high - low)) / n) * (high - low)) / n;
  const expected = 1000 / (2 + tau * Math.sqrt(Math.PI) * integral);
  const net = new Network({ seed: 5 });
  const size = 10;
  const w = 125; // pA: as delta current 0.1 mV
  const area = (w * tau * ts) / 250;
  // balanced input: mean lambda (1 - r) area = mu, variance (sigma^2 / 2) = lambda (1 + r) (w/C)^2 (tau ts)^2 / (2 (tau + ts))
  const square = (((w / 250) * tau * ts) ** 2 / (2 * (tau + ts))) * ((tau + ts) / tau); // diffusion limit ts -> 0
  const [difference, sum] = [mu / area, sigma ** 2 / 2 / square];
  const neurons = net.population('neurons', lif({ size, synapse: 'exponential', tauSynExc: ts, tauSynInh: ts }));
  const exc = net.population('exc', poisson({ size, rate: 500 * (sum + difference) }));
  const inh = net.population('inh', poisson({ size, rate: 500 * (sum - difference) }));
  net.projection(exc, neurons, { connect: { oneToOne: { weight: w } } });
  net.projection(inh, neurons, { connect: { oneToOne: { weight: -w } } });
  net.run(4000);
  near(neurons.spikes / (size * 4), expected, 0.07 * expected);
});

/** Error function by its series. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

test.run();
