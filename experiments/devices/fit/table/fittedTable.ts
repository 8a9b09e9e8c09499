import { Network } from '../../../../core/network.ts';
import type { Seed } from '../../../../core/random/random.ts';
import { spikeTrains } from '../../../../neurons/index.ts';
import { table } from '../../../../synapses/devices/index.ts';
import { eachSpike } from '../../../../synapses/rules/index.ts';
import { formatDigits } from '../../../look/digits.ts';
import { createPulseParams, DIRECTIONS, type Direction, meanPulseSettings, type Train } from '../import/trains.ts';

/** Lower and upper end of the range of a device, relative to the mean device. */
export interface OwnRange {
  readonly min: number;
  readonly max: number;
}
export const MEAN_RANGE: OwnRange = { min: 1, max: 1 };

/** Row of the table: normalised conductance g, then quantiles of the change of g per pulse. */
export type Row = readonly number[];

/** Fitted device with `model: table`. Its steps do not include read noise. */
export interface FittedTable {
  /** Lowest and highest conductance of the mean device, S. */
  readonly gMin: number;
  readonly gMax: number;
  /** Relative standard deviation of gMin and gMax between devices; 0 if not significant. */
  readonly between: { readonly min: number; readonly max: number };
  /** Directions in which the conductance still changed at the end of trains: the range extends beyond the readings. */
  readonly open: readonly Direction[];
  readonly steps: Readonly<Record<Direction, readonly Row[]>>;
  /** Standard deviation of a reading, as a share of gMax - gMin (`range`) or of the conductance (`value`). */
  readonly readNoise: { readonly sd: number; readonly of: 'range' | 'value' };
  /** Range of each train's device, relative to the mean device. */
  readonly ranges: readonly OwnRange[];
  /** Normalised conductance at the start of each train: 0 at gMin, 1 at gMax of the train's device. */
  readonly starts: readonly number[];
}

/** Parameters that no train determines, with the reason: open ends of the range, unmeasured directions. */
const assumedOf = ({ open }: FittedTable, trains: readonly Train[]) =>
  Object.fromEntries([
    ...open.map((d) => [
      d === 'up' ? 'device.gMax' : 'device.gMin',
      `trains ${d} ended while pulses still changed the conductance; end of simulated trains of the same length`,
    ]),
    ...DIRECTIONS.filter((d) => trains.every((t) => t.direction !== d)).map((d) => [
      `device.steps.${d}`,
      `pulses ${d} were not measured; no change`,
    ]),
  ]);

/** Device section for a device file, reasons for its assumed parameters, and origin of the other parameters. */
export function createTableParts(fit: FittedTable, trains: readonly Train[], source: string) {
  const { gMin, gMax, between, steps, readNoise } = fit;
  const device = {
    model: 'table',
    gMin,
    gMax,
    steps,
    ...(between.min > 0 && { gMinSpread: between.min }),
    ...(between.max > 0 && { rangeSpread: between.max }),
    ...(readNoise.sd > 0 && { readNoise }),
    ...createPulseParams('table', meanPulseSettings(trains)),
  };
  const origin = {
    source,
    formula: `distribution of the change by a pulse without read noise, memspike device fit ${source} --model table`,
    summary: `Measured steps; read noise ${formatDigits(100 * readNoise.sd)} % of ${readNoise.of === 'range' ? 'the range' : 'the conductance'}.`,
  };
  return { parts: { device }, assumed: assumedOf(fit, trains), origin };
}

/** Simulates the measurement with the step table: trains start at measured levels; readings are at the same pulses. */
export function simulateWithTable(trains: readonly Train[], fit: FittedTable, seed: Seed): Train[] {
  const { steps, readNoise, starts, ranges } = fit;
  const net = new Network({ seed });
  // Pulse n is applied at n ms and read at n + 0.5 ms.
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
