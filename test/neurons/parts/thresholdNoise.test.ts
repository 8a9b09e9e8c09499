/** Thresholds drawn anew for every charging: their distribution, when they change, and what they leave alone. */
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lif, Network, spikeTrains } from '../../../experiments/index.ts';

const SIZE = 2000;
const noisy = (sd: number) => {
  const net = new Network({ seed: 5 });
  const input = net.population('input', spikeTrains({ trains: [[1]] }));
  const output = net.population('output', lif({ size: SIZE, threshold: 20, reset: 5, thresholdNoise: { sd } }));
  net.projection(input, output, { connect: { all: { weight: 20 } } });
  return { net, output };
};
const thresholds = ({ output }: ReturnType<typeof noisy>) =>
  Array.from({ length: SIZE }, (_, j) => output.model.thresholds.thresholdAt(j, 0));

test('normal about the mean, sd a share of threshold - reset', () => {
  const drawn = thresholds(noisy(0.1));
  assert.ok(Math.abs(mean(drawn) - 20) < 4 * (1.5 / Math.sqrt(SIZE)));
  assert.ok(Math.abs(sampleStandardDeviation(drawn) / 1.5 - 1) < 0.07);
  assert.ok(
    thresholds(noisy(2)).every((mV) => mV > 5),
    'never below reset',
  );
});

test('about half the neurons fire where the input reaches the mean, and those alone are drawn anew', () => {
  const made = noisy(0.1);
  const before = thresholds(made);
  made.net.run(2);
  const after = thresholds(made);
  const fired = before.filter((mV) => mV <= 20).length;
  assert.is(made.output.spikes, fired);
  assert.ok(fired > SIZE * 0.45 && fired < SIZE * 0.55);
  assert.ok(before.every((mV, j) => mV <= 20 === (after[j] !== mV)));
});

test('rest draws all anew, from a block the same ones; the mean can be set', () => {
  const made = noisy(0.1);
  const draw = () => {
    made.output.model.thresholdNoise!.useBlock(7);
    made.net.resetDynamicState();
    return thresholds(made);
  };
  const first = draw();
  made.net.resetDynamicState();
  assert.not.equal(thresholds(made), first);
  assert.equal(draw(), first);
  made.output.model.setThreshold(0, 0, 35);
  assert.ok(Math.abs((made.output.model.thresholds.thresholdAt(0, 0) - 5) / (first[0]! - 5) - 2) < 1e-9);
  assert.is(made.output.model.thresholds.thresholdAt(1, 0), first[1]);
});

test('homeostasis moves the means', () => {
  const net = new Network({ seed: 5 });
  const input = net.population('input', spikeTrains({ trains: [[1]] }));
  const model = lif({
    size: 2,
    threshold: 20,
    thresholdNoise: { sd: 1e-9 },
    adaptive: { increment: 1 },
    homeostasis: { gain: 2, minimum: 1 },
  });
  const output = net.population('output', model);
  net.projection(input, output, { connect: { list: [[0, 0, 25]] } });
  net.run(2);
  const [winner, other] = [0, 1].map((j) => output.model.thresholds.thresholdAt(j, 2));
  assert.ok(Math.abs(winner! - 22) < 1e-6 && Math.abs(other! - 19) < 1e-6);
});

test('what it does not go with is refused', () => {
  const make = (extra: object) => () => {
    const net = new Network({ seed: 1 });
    net.population('a', lif({ size: 1, thresholdNoise: { sd: 0.1 }, ...extra }));
  };
  assert.throws(make({ synapse: 'exponential' }), /thresholdNoise is for synapse "delta"/);
  assert.throws(make({ adaptive: { increment: 1, tau: 10 } }), /without decay, but adaptive.tau is 10 ms/);
});

test.run();
