/** Neighbours on the lattice learn with the neuron that fired, over a range that shrinks. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ideal, lif, Network, neighbourhood, spikeTrains } from '../../../experiments/index.ts';

/** Weights onto 3 x 3 neurons after the middle one has fired so many times. */
function after(spikes: number, options: object): number[] {
  const net = new Network({ seed: 1 });
  const times = Array.from({ length: spikes }, (_, k) => 1 + 10 * k);
  const input = net.population('input', spikeTrains({ trains: [times] }));
  const drive = net.population('drive', spikeTrains({ trains: [times] }));
  const output = net.population('output', lif({ size: 9, threshold: 15 }));
  net.projection(drive, output, { connect: { list: [[0, 4, 20]] } });
  const { edges } = net.projection(input, output, {
    connect: { all: { weight: 0.2 } },
    device: ideal({ wMin: 0, wMax: 1 }),
    rule: neighbourhood({ width: 3, up: 0.1, ...options }),
  });
  net.run(10 * spikes);
  return [...edges.weights!];
}

test('strength falls with distance as a normal curve', () => {
  const weights = after(1, { spreadStart: 1 });
  const at = (squared: number) => 0.2 + 0.1 * Math.exp(-squared / 2);
  [at(2), at(1), at(2), at(1), at(0), at(1), at(2), at(1), at(2)].forEach((expected, j) => {
    assert.ok(Math.abs(weights[j]! - expected) < 1e-12, `neuron ${j}`);
  });
});

test('neighbours with h below 0.01 get no pulse', () => {
  const at = (h: number) => after(1, { spreadStart: 1 / Math.sqrt(-2 * Math.log(h)) })[3]!; // at distance 1
  assert.ok(Math.abs(at(0.0101) - (0.2 + 0.1 * 0.0101)) < 1e-12);
  assert.is(at(0.0099), 0.2);
});

test('the range shrinks with the spikes of the layer; 0 is the neuron alone', () => {
  const shrinking = after(2, { spreadStart: 1, spreadEnd: 0.5, pulsesToEnd: 1 });
  assert.ok(Math.abs(shrinking[1]! - (0.2 + 0.1 * Math.exp(-0.5) + 0.1 * Math.exp(-2))) < 1e-12);
  const alone = after(1, { spreadStart: 0 });
  assert.equal(
    alone.map((w) => w > 0.25),
    [false, false, false, false, true, false, false, false, false],
  );
});

test('the last row may be shorter', () => {
  const weights = after(1, { width: 7, spreadStart: 1 }); // the middle one lies in the first row, above none of the second
  assert.ok(Math.abs(weights[4]! - 0.3) < 1e-12);
  assert.ok(Math.abs(weights[3]! - (0.2 + 0.1 * Math.exp(-0.5))) < 1e-12);
  assert.ok(weights[0]! === 0.2 && Math.abs(weights[8]! - 0.2) < 1e-12);
});

test.run();
