/**
 * A memristive device under 100 potentiating and 100 depressing pulses. The rectangular rule sends one pulse at each
 * postsynaptic spike: potentiating if a presynaptic spike arrived within the last 5 ms, else depressing. The presynaptic
 * train stops half-way.
 * Expect: conductance rises with decreasing steps to 0.464 of its range (pulses 1, 2, 10: 0.0100, 0.0197, 0.0885), then falls;
 *         the write energy is positive.
 * Source: Querlioz, Bichler & Gamrat 2011, doi:10.1109/IJCNN.2011.6033439.
 */
import { exponential, Network, postTriggered, spikeTrains } from '../index.ts';
import { runIfMain } from './support.ts';

const PULSES = 100; // number of pulses per direction
const G_MAX = 1e-4; // S

export function main() {
  const net = new Network({ seed: 1 });
  const every10ms = (count: number, first: number) => Array.from({ length: count }, (_, i) => first + 10 * i);
  const pre = net.population('pre', spikeTrains({ trains: [every10ms(PULSES, 10)] }));
  const post = net.population('post', spikeTrains({ trains: [every10ms(2 * PULSES, 12)] }));
  const synapse = net.projection(pre, post, {
    connect: { list: [[0, 0, 0]] },
    device: exponential({ gMin: 0, gMax: G_MAX, alphaUp: 0.01, alphaDown: 0.005, betaUp: 3, betaDown: 3 }),
    rule: postTriggered({ window: 5 }),
  });
  const rows = net.recordWeights(synapse, { on: 'post' });
  net.run(20 * PULSES + 20);

  const range = rows.column('conductance').map((siemens) => siemens / G_MAX);
  const { writes, energy } = synapse.devices!;
  for (const n of [1, 2, 10, 50, 100, 110, 150, 200]) console.log(`pulse ${n}: G / Gmax = ${range[n - 1]!.toFixed(4)}`);
  console.log(`${writes} pulses, ${energy.write.toExponential(3)} J written, ${energy.read.toExponential(3)} J read`);
  return { range, writes, energy };
}

runIfMain(import.meta.url, main);
