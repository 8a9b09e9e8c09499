/**
 * Checkpoint and resume: a run stops at 137.5 ms, is saved with its spikes in flight, and resumes in a new network. Its
 * spikes are identical to the spikes of an uninterrupted run.
 * Expect: equal spikes and equal weights.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { lif, load, Network, pairStdp, poisson, readCheckpoint, save, softBound, writeCheckpoint } from '../index.ts';
import { runIfMain } from './support.ts';

function build() {
  const net = new Network({ seed: 11 });
  const input = net.population('input', poisson({ size: 50, rate: 30 }));
  const output = net.population('output', lif({ size: 10, tau: 20, threshold: 8 }));
  const synapses = net.projection(input, output, {
    connect: { all: { weight: { uniform: [0.2, 0.8] } } },
    delay: 3.5,
    device: softBound({}),
    rule: pairStdp({}),
  });
  const spikes = net.recordSpikes([input, output]);
  return { net, synapses, times: () => spikes.column('time') };
}

export function main(directory = 'runs/examples') {
  const whole = build();
  whole.net.run(500);

  const first = build();
  first.net.run(137.5);
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'checkpoint.bin');
  writeCheckpoint(file, save(first.net), { about: 'an example' });

  const second = build();
  load(second.net, readCheckpoint(file).snapshot);
  second.net.run(500 - second.net.now);

  const times = [...first.times(), ...second.times()];
  const sameSpikes = times.length === whole.times().length && times.every((t, i) => t === whole.times()[i]);
  const weights = second.synapses.weights;
  const sameWeights = whole.synapses.weights.every((w, k) => w === weights[k]);
  console.log(`${times.length} spikes, equal to an uninterrupted run: ${sameSpikes}; equal weights: ${sameWeights}`);
  return { spikes: times.length, sameSpikes, sameWeights };
}

runIfMain(import.meta.url, main);
