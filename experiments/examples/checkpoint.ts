/**
 * Checkpoint and resume: a run is cut at 137.5 ms, saved with its spikes in flight, and gone on with in a network built
 * anew. The spikes are those of the uncut run, bit for bit.
 * Run: node dist/experiments/examples/checkpoint.js
 * Expect: equal spikes and equal weights.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  lif,
  load,
  MemoryTable,
  Network,
  pairStdp,
  poisson,
  readCheckpoint,
  save,
  softBound,
  writeCheckpoint,
} from '../index.ts';
import { runIfMain } from './runAsCalled.ts';

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
  const spikes = new MemoryTable();
  net.recordSpikes([input, output], spikes);
  return { net, synapses, times: () => spikes.column('time') };
}

export function main(directory = 'runs/examples') {
  const whole = build();
  whole.net.run(500);
  whole.net.flush();

  const first = build();
  first.net.run(137.5);
  first.net.flush();
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'checkpoint.bin');
  writeCheckpoint(file, save(first.net), { about: 'an example' });

  const second = build();
  load(second.net, readCheckpoint(file).snapshot);
  second.net.run(500 - second.net.now);
  second.net.flush();

  const times = [...first.times(), ...second.times()];
  const sameSpikes = times.length === whole.times().length && times.every((t, i) => t === whole.times()[i]);
  const weights = second.synapses.edges.weights!;
  const sameWeights = whole.synapses.edges.weights!.every((w, k) => w === weights[k]);
  console.log(`${times.length} spikes, the same as without a cut: ${sameSpikes}; weights too: ${sameWeights}`);
  return { spikes: times.length, sameSpikes, sameWeights };
}

runIfMain(import.meta.url, main);
