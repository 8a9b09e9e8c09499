import { Network } from '../../../../core/network.ts';
import type { Seed } from '../../../../core/random/random.ts';
import { spikeTrains } from '../../../../neurons/index.ts';
import { table } from '../../../../synapses/devices/index.ts';
import { eachSpike } from '../../../../synapses/rules/index.ts';
import type { Train } from '../import/trains.ts';
import type { FittedTable } from './fittedTable.ts';

/** The measurement made again, by devices of the table with the ranges of those measured: each train from its start, read after the same pulses. */
export function simulatedTrains(trains: readonly Train[], fit: FittedTable, seed: Seed): Train[] {
  const { steps, readNoise, starts, ranges } = fit;
  const net = new Network({ seed });
  // Pulse n comes at n ms, a train's readings half a ms after it.
  const times = ({ elapsed }: Train) => Array.from({ length: Math.floor(elapsed.at(-1)!) }, (_, n) => n + 1);
  const at = (direction: Train['direction']) => trains.map((t) => (t.direction === direction ? times(t) : []));
  const [pre, post] = [
    net.population('down', spikeTrains({ trains: at('down') })),
    net.population('up', spikeTrains({ trains: at('up') })),
  ];
  const members = [...new Set(ranges)].flatMap((range) => {
    const own = [...trains.keys()].filter((t) => ranges[t] === range);
    const [gMin, gMax] = [fit.gMin * range.min, fit.gMax * range.max];
    const device = table({
      gMin,
      gMax,
      steps: { up: steps.up.map((r) => [...r]), down: steps.down.map((r) => [...r]) },
      ...(readNoise.sd > 0 && { readNoise }),
    });
    const least = gMin / gMax;
    const list = own.map((t): [number, number, number] => [t, t, Math.min(least + starts[t]! * (1 - least), 1)]);
    const { devices } = net.projection(pre, post, { connect: { list }, device, rule: eachSpike({}) });
    return own.map((t, k) => ({ t, k, devices: devices!, gMax }));
  });
  const read = trains.map((): number[] => []);
  const longest = trains.reduce((most, t) => Math.max(most, Math.floor(t.elapsed.at(-1)!)), 0);
  const due = trains.map(({ elapsed }) => elapsed.map(Math.floor));
  for (let n = 0; n <= longest; n++) {
    net.run(n + 0.5 - net.now);
    for (const { t, k, devices, gMax } of members) {
      while (due[t]![read[t]!.length] === n) {
        devices.read(t, net.now);
        read[t]!.push(devices.edges.weights![k]! * gMax);
      }
    }
  }
  return trains.map((train, t) => ({ ...train, conductance: read[t]! }));
}
