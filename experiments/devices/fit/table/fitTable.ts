import { quantileSorted } from 'simple-statistics';
import { Network } from '../../../../core/network.ts';
import type { Seed } from '../../../../core/random/random.ts';
import { spikeTrains } from '../../../../neurons/index.ts';
import { table } from '../../../../synapses/devices/index.ts';
import { eachSpike } from '../../../../synapses/rules/index.ts';
import { formatDigits } from '../../../look/digits.ts';
import type { StepRow, StepTable } from '../../steps.ts';
import {
  averagePulseSettings,
  createPulseParams,
  DIRECTIONS,
  type Direction,
  findLargestReading,
  listDevices,
  mapDirections,
  type Train,
} from '../import/trains.ts';
import { clip, extentOf, roundForFile } from '../lists.ts';
import { estimateInitialNoise } from '../statistics/fitPulses.ts';
import type { Noise } from '../statistics/noiseModel.ts';
import { estimateFinalLevels } from '../statistics/spread.ts';
import { estimateStates, interpolateBins, type StateBin, type StateEstimate } from './states.ts';

interface DeviceRange {
  readonly gMinRatio: number;
  readonly gMaxRatio: number;
}
const MEAN_RANGE: DeviceRange = { gMinRatio: 1, gMaxRatio: 1 };

export interface FittedTable {
  readonly gMin: number;
  readonly gMax: number;
  /** Relative standard deviations of gMin (`min`) and gMax (`max`) between devices; 0 if not significant. */
  readonly deviceSpread: { readonly min: number; readonly max: number };
  /** Directions in which pulses still changed the conductance when the trains ended. */
  readonly unsaturatedDirections: readonly Direction[];
  readonly steps: StepTable;
  /** Standard deviation of a reading, share of gMax - gMin (`range`) or of the conductance (`value`). */
  readonly readNoise: { readonly sd: number; readonly of: 'range' | 'value' };
  /** gMin and gMax of the device of each train, relative to the mean device. */
  readonly deviceRanges: readonly DeviceRange[];
  /** Normalised conductance at the start of each train: 0 at gMin, 1 at gMax of the train's device. */
  readonly startStates: readonly number[];
}

const listAssumed = ({ unsaturatedDirections: open }: FittedTable, trains: readonly Train[]) =>
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

export function createTableSections(fit: FittedTable, trains: readonly Train[], sourceFiles: string) {
  const { gMin, gMax, deviceSpread, steps, readNoise } = fit;
  const device = {
    model: 'table',
    gMin,
    gMax,
    steps,
    ...(deviceSpread.min > 0 && { gMinSpread: deviceSpread.min }),
    ...(deviceSpread.max > 0 && { rangeSpread: deviceSpread.max }),
    ...(readNoise.sd > 0 && { readNoise }),
    ...createPulseParams('table', averagePulseSettings(trains)),
  };
  const origin = {
    sourceFiles,
    formula: `distribution of the change by a pulse without read noise, memspike device fit ${sourceFiles} --model table`,
    summary: `Measured steps; read noise ${formatDigits(100 * readNoise.sd)} % of ${readNoise.of === 'range' ? 'the range' : 'the conductance'}.`,
  };
  return { parts: { device }, assumed: listAssumed(fit, trains), origin };
}

export function simulateWithTable(trains: readonly Train[], fit: FittedTable, seed: Seed): Train[] {
  const { steps, readNoise, startStates: starts, deviceRanges: ranges } = fit;
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
    const [gMin, gMax] = [fit.gMin * range.gMinRatio, fit.gMax * range.gMaxRatio];
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

const MIN_RANGE = 0.5;

/** Scales trains to the range of the mean device, so that a conductance is the same state in all devices. */
function scaleToMeanRange(trains: readonly Train[], unit: number, noise: Pick<Noise, 'kind' | 'reading'>) {
  const [down, up] = [estimateFinalLevels(trains, unit, 'down', noise), estimateFinalLevels(trains, unit, 'up', noise)];
  const [lowest, highest] = extentOf(trains.flatMap((t) => t.conductance));
  const [low, high] = [down.middle * unit || lowest, up.middle * unit || highest];
  const rangeOf = (d: string): DeviceRange => ({
    gMinRatio: down.factors.get(d) ?? 1,
    gMaxRatio: up.factors.get(d) ?? 1,
  });
  const byDevice = new Map(listDevices(trains).map((device) => [device, rangeOf(device)]));
  const ranges = trains.map(({ device }) => byDevice.get(device)!);
  const share = ({ gMinRatio, gMaxRatio }: DeviceRange) => (high * gMaxRatio - low * gMinRatio) / (high - low);
  if (down.sd + up.sd === 0 || ranges.some((own) => !(share(own) >= MIN_RANGE)))
    return { trains, ranges: trains.map(() => MEAN_RANGE), deviceSpread: { min: 0, max: 0 } };
  const mapped = trains.map((train, t): Train => {
    const own = ranges[t]!;
    return { ...train, conductance: train.conductance.map((g) => low + (g - low * own.gMinRatio) / share(own)) };
  });
  return { trains: mapped, ranges, deviceSpread: { min: down.sd, max: up.sd } };
}

const QUANTILE_COUNT = 21;

/** Computes a table row: quantiles of the measured conductance changes, scaled to the variance without read noise. */
function quantilesOf(
  { meanState, meanStep, stepVariance, changes }: StateBin,
  at: (x: number) => number,
  range: number,
): number[] {
  const sd = Math.sqrt(stepVariance);
  const off = changes
    .map((c) => (c.readingChange - c.pulseCount * at(c.startState)) / Math.sqrt(c.pulseCount))
    .sort((a, b) => a - b);
  const raw = Array.from({ length: QUANTILE_COUNT }, (_, k) => quantileSorted(off, k / (QUANTILE_COUNT - 1)));
  // Mean and variance of the distribution whose density is constant between neighbouring quantiles.
  const pairs = raw.slice(1).map((b, k) => [raw[k]!, b] as const);
  const m = pairs.reduce((sum, [a, b]) => sum + (a + b) / 2, 0) / pairs.length;
  const v = pairs.reduce((sum, [a, b]) => sum + (a * a + a * b + b * b) / 3, 0) / pairs.length - m * m;
  const by = v > 1e-12 * m * m ? sd / Math.sqrt(v) : 0;
  return [meanState, ...raw.map((q) => (meanStep + (q - m) * by) / range)];
}

const NO_CHANGE: StepRow = new Array<number>(1 + QUANTILE_COUNT).fill(0);

type Range = readonly [low: number, high: number];

function tableOf(
  { reading, bins, starts }: StateEstimate,
  unit: number,
  kind: Noise['kind'],
  [low, high]: Range,
): Omit<FittedTable, 'unsaturatedDirections' | 'deviceSpread' | 'deviceRanges'> {
  const range = high - low;
  const rowsOf = (own: readonly StateBin[] | undefined): StepRow[] => {
    if (own === undefined) return [NO_CHANGE];
    const at = interpolateBins(own);
    const rows = own.map((bin) => {
      const [from, ...q] = quantilesOf(bin, (x) => at.meanStep(x, 0), range);
      return [roundForFile(clip((from! - low) / range)), ...q.map(roundForFile)];
    });
    return rows.filter((row, i) => i === 0 || row[0]! > rows[i - 1]![0]!); // rounding may repeat a state
  };
  return {
    gMin: low * unit,
    gMax: high * unit,
    steps: mapDirections((d) => rowsOf(bins[d])),
    readNoise: kind === 'absolute' ? { sd: reading / range, of: 'range' } : { sd: reading, of: 'value' },
    startStates: starts.map((x) => clip((x - low) / range)),
  };
}

/** Index of the first quartile among the quantiles of a row; the third quartile has that index from the end. */
const QUARTILE = (QUANTILE_COUNT - 1) / 4;
/** Number of simulated measurements; maximum extension of the range at each end, share of the measured range. */
const [SIMULATION_COUNT, MAX_EXTENSION] = [8, 1];

/**
 * Fits a step table. If pulses still change the conductance at the end of trains, simulated trains extend the range.
 */
export function fitStepTable(trains: readonly Train[]): FittedTable {
  const unit = findLargestReading(trains);
  const noise = estimateInitialNoise(trains, unit);
  const { trains: alike, ranges, deviceSpread } = scaleToMeanRange(trains, unit, noise);
  const states = estimateStates(alike, unit, noise);
  const [low, high] = [Math.max(states.low, 0), states.high];
  const table = (range: Range) => tableOf(states, unit, noise.kind, range);
  const seen = table([low, high]);
  const isOpen = {
    up: seen.steps.up.at(-1)!.at(1 + QUARTILE)! > 0,
    down: seen.steps.down[0]!.at(-1 - QUARTILE)! < 0,
  };
  const open = DIRECTIONS.filter((d) => isOpen[d]);
  if (open.length === 0) return { ...seen, unsaturatedDirections: open, deviceSpread, deviceRanges: ranges };
  const margin = MAX_EXTENSION * (high - low);
  const wide: Range = [isOpen.down ? Math.max(low - margin, 0) : low, isOpen.up ? high + margin : high];
  const mean = {
    unsaturatedDirections: open,
    deviceSpread,
    deviceRanges: ranges.map(() => MEAN_RANGE),
    readNoise: { sd: 0, of: 'range' as const },
  };
  const free = { ...table(wide), ...mean };
  const ends = Array.from({ length: SIMULATION_COUNT }, (_, k) => simulateWithTable(trains, free, k))
    .flat()
    .map(({ conductance }) => conductance.at(-1)! / unit);
  return {
    ...table([Math.min(low, ...ends), Math.max(high, ...ends)]),
    unsaturatedDirections: open,
    deviceSpread,
    deviceRanges: ranges,
  };
}
