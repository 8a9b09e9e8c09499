import { Network } from '../../../../core/network.ts';
import type { Seed } from '../../../../core/random/random.ts';
import { spikeTrains } from '../../../../neurons/index.ts';
import { table } from '../../../../synapses/devices/index.ts';
import { eachSpike } from '../../../../synapses/rules/index.ts';
import type { Train } from '../reading/train.ts';
import type { FittedTable } from './fitted.ts';

/** The measurement made again, by devices of the table: each train from its start, read after the same pulses. */
export function simulatedTrains(trains: readonly Train[], fit: FittedTable, seed: Seed): Train[] {
  const { gMin, gMax, steps, readNoise, starts } = fit;
  const net = new Network({ seed });
  // Pulse n comes at n ms, a train's readings half a ms after it.
  const times = ({ elapsed }: Train) => Array.from({ length: Math.floor(elapsed.at(-1)!) }, (_, n) => n + 1);
  const at = (direction: Train['direction']) => trains.map((t) => (t.direction === direction ? times(t) : []));
  const [pre, post] = [
    net.population('down', spikeTrains({ trains: at('down') })),
    net.population('up', spikeTrains({ trains: at('up') })),
  ];
  const least = gMin / gMax;
  const list = starts.map((g, k): [number, number, number] => [k, k, Math.min(Math.max(g / gMax, least), 1)]);
  const device = table({
    gMin,
    gMax,
    steps: { up: steps.up.map((r) => [...r]), down: steps.down.map((r) => [...r]) },
    ...(readNoise.sd > 0 && { readNoise }),
  });
  const { devices } = net.projection(pre, post, { connect: { list }, device, rule: eachSpike({}) });
  const read = trains.map((): number[] => []);
  const longest = trains.reduce((most, t) => Math.max(most, Math.floor(t.elapsed.at(-1)!)), 0);
  const due = trains.map(({ elapsed }) => elapsed.map(Math.floor));
  for (let n = 0; n <= longest; n++) {
    net.run(n + 0.5 - net.now);
    trains.forEach((_, k) => {
      while (due[k]![read[k]!.length] === n) {
        devices!.read(k, net.now);
        read[k]!.push(devices!.edges.weights![k]! * gMax);
      }
    });
  }
  return trains.map((train, k) => ({ ...train, conductance: read[k]! }));
}
