/** Poisson stimuli with sinusoidal rates: counts by phase, order of spikes, checkpoints' state and errors. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../../core/network.ts';
import { sinusoidalPoisson } from '../../../neurons/index.ts';
import { Rows } from '../../support.ts';
import { chiSquared, trainsOf } from '../statistics.ts';

const BINS = 20;
const [RATE, FREQUENCY, DURATION] = [40, 8, 200_000];

/** Integral of max(0, rate + amplitude sin(x + phase)) over one bin of the period, as a share of the integral over the period. */
function shares(amplitude: number, phase: number): number[] {
  const fine = 1000;
  const sums = Array.from({ length: BINS }, (_, b) => {
    let sum = 0;
    for (let i = 0; i < fine; i++)
      sum += Math.max(0, RATE + amplitude * Math.sin((2 * Math.PI * (b + (i + 0.5) / fine)) / BINS + phase));
    return sum;
  });
  const total = sums.reduce((a, b) => a + b);
  return sums.map((sum) => sum / total);
}

test('spikes follow the rate of their neuron over the period', () => {
  const amplitude = [0, 30, 40, 90];
  const phase = [0, 0, 1.5, -2];
  const trains = trainsOf(
    (net) => net.population('p', sinusoidalPoisson({ size: 4, rate: RATE, amplitude, phase, frequency: FREQUENCY })),
    7,
    DURATION,
  );
  for (const [j, train] of trains.entries()) {
    const counts = new Array<number>(BINS).fill(0);
    for (const t of train) counts[Math.floor((((t * FREQUENCY) / 1000) % 1) * BINS)]!++;
    const expected = shares(amplitude[j]!, phase[j]!).map((share) => share * train.length);
    for (const [b, count] of expected.entries()) if (count === 0) assert.is(counts[b], 0);
    const used = expected.flatMap((count, b) => (count > 0 ? [b] : []));
    const statistic = chiSquared(
      used.map((b) => counts[b]!),
      used.map((b) => expected[b]!),
    );
    assert.ok(statistic < 4, `neuron ${j}: standardised chi squared ${statistic}`);
  }
  const mean = (trains[1]!.length / DURATION) * 1000;
  assert.ok(Math.abs(mean - RATE) < 4 * Math.sqrt(RATE / (DURATION / 1000)), `${mean} Hz`);
});

test('start, stop and rate 0 are kept; equal bits in one run and in pieces', () => {
  const run = (pieces: readonly number[]) => {
    const net = new Network({ seed: 3 });
    const input = { size: 30, rate: 50, amplitude: 50, frequency: 5, start: 100, stop: 900 };
    const p = net.population('p', sinusoidalPoisson(input));
    net.population('silent', sinusoidalPoisson({ size: 2 }));
    const spikes = new Rows();
    net.recordSpikes([p], spikes);
    for (const ms of pieces) net.run(ms);
    net.flush();
    return spikes.column('time');
  };
  const whole = run([1000]);
  assert.ok(whole.length > 800 && whole[0]! >= 100 && whole.at(-1)! <= 900);
  assert.equal(run([33.3, 500, 466.7]), whole);
});

test('negative rates and amplitudes are refused', () => {
  for (const bad of [{ rate: -1 }, { amplitude: -1 }, { frequency: -1 }, { rate: [1, 2] }])
    assert.throws(
      () => new Network({ seed: 1 }).population('p', sinusoidalPoisson({ size: 3, ...bad })),
      /must be|has 2 values/,
    );
});

test.run();
