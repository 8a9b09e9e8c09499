/** A memristor is a neuron where it is volatile; where it is not it is a synapse, and the other way round it is neither. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deviceNeurons } from '../../../experiments/demonstrations/reconfigurable/deviceNeurons.ts';
import { load, Network, reconfigurable, save, spikeTrains } from '../../../experiments/index.ts';
import { findingsOf } from './findingsOf.ts';

test('what is expected shows in one seed', async () => {
  const { expectations } = await findingsOf('reconfigurable', { seeds: 1, tested: 60 });
  assert.ok(expectations.length >= 3);
  for (const { text, shown } of expectations) assert.ok(shown, text);
});

test('letters that are half noise are not learned', async () => {
  const { expectations } = await findingsOf('reconfigurable', { seeds: 1, noise: 0.5, presentations: 50, tested: 40 });
  assert.not(expectations.find(({ text }) => text === 'more than 90 % of the letters are recognised')!.shown);
});

const neurons = (mode: 'volatile' | 'nonVolatile') =>
  deviceNeurons({
    neuronCount: 1,
    device: reconfigurable({ mode, relaxation: 50, etaUp: 0.2, etaDown: 0.2, gMin: 0, weightAtGMax: 1 }),
    threshold: 0.5,
    refractoryPeriod: 2,
    resetStrength: 5,
  });

function network(mode: 'volatile' | 'nonVolatile', train: readonly number[]) {
  const net = new Network({ seed: 1 });
  const input = net.population('input', spikeTrains({ trains: [[...train]] }));
  const output = net.population('output', neurons(mode));
  net.projection(input, output, { connect: { oneToOne: { weight: 1 } } });
  return { net, output, spikes: net.recordSpikes([output]) };
}

test('the state follows pulses and relaxation, fires at the threshold and is reset', () => {
  const { net, output, spikes } = network('volatile', [10, 30, 40, 45, 50, 55]);
  net.run(30);
  const m = 0.2 * Math.exp(-20 / 50);
  assert.ok(Math.abs(output.model.potential(0, 30) - (m + 0.2 * (1 - m))) < 1e-12);
  net.run(70);
  assert.equal([...spikes.of('output').times], [50]); // .269 at 30, .387 at 40, .480 at 45, .548 at 50
  assert.ok(Math.abs(output.model.potential(0, 55) - 0.2) < 1e-12); // from 0 on
});

test('without relaxation slow pulses add up, with it they do not', () => {
  const slow = Array.from({ length: 20 }, (_, k) => 10 + 100 * k);
  const spikesOf = (mode: 'volatile' | 'nonVolatile') => {
    const { net, spikes } = network(mode, slow);
    net.run(3000);
    return spikes.of('output').times.length;
  };
  assert.is(spikesOf('volatile'), 0);
  assert.is(spikesOf('nonVolatile'), 5); // every fourth
});

test('a network of them goes on from a checkpoint with the same bits', () => {
  const train = Array.from({ length: 60 }, (_, k) => 3 + 7 * k);
  const whole = network('volatile', train);
  whole.net.run(450);
  const first = network('volatile', train);
  first.net.run(200);
  const second = network('volatile', train);
  load(second.net, save(first.net));
  second.net.run(250);
  const late = [...whole.spikes.of('output').times].filter((t) => t > 200);
  assert.ok(late.length > 2);
  assert.equal([...second.spikes.of('output').times], late);
});

test.run();
