import jstat from 'jstat';
import { quantileSorted, sampleVariance } from 'simple-statistics';
import { Network } from '../../../../core/network.ts';
import type { Seed } from '../../../../core/random/random.ts';
import { spikeTrains } from '../../../../neurons/index.ts';
import { table } from '../../../../synapses/devices/index.ts';
import { eachSpike } from '../../../../synapses/rules/index.ts';
import type { StepRow, StepTable } from '../../steps.ts';
import {
  averagePulseSettings,
  createPulseParams,
  DIRECTIONS,
  type Direction,
  findLargestConductance,
  mapDirections,
  type Train,
} from '../import/trains.ts';
import { clip, groupBy, maxMagnitude, mean, roundForFile, sum } from '../lists.ts';
import { estimateInitialNoise } from '../statistics/fitPulses.ts';
import type { NoiseModel, NumberByDirection } from '../statistics/noiseModel.ts';
import {
  type ConductanceRange,
  createStateReadNoise,
  type DeviceRangeRatios,
  describeReadNoise,
  MEAN_DEVICE_RANGE_RATIOS,
  type StateReadNoise,
  scaleTrainsToMeanRange,
} from '../statistics/stateReadNoise.ts';
import {
  estimateStates,
  interpolateStateBins,
  type StateBin,
  type StateBinsByDirection,
  type StateEstimate,
} from '../statistics/states.ts';

export interface FittedStepTable {
  readonly gMin: number;
  readonly gMax: number;
  /** Relative standard deviations of gMin (`min`) and gMax (`max`) between devices; 0 if not significant. */
  readonly deviceSpread: { readonly min: number; readonly max: number };
  /** Directions in which pulses still changed the conductance when the trains ended. */
  readonly unsaturatedDirections: readonly Direction[];
  readonly steps: StepTable;
  readonly readNoise: StateReadNoise;
  /** Relative standard deviation of the factor common to all steps of a train; 0 if not significant. */
  readonly trainGainSd: NumberByDirection;
  /** gMin and gMax of the device of each train, relative to the mean device. */
  readonly deviceRanges: readonly DeviceRangeRatios[];
  /** Normalised conductance at the start of each train: 0 at gMin, 1 at gMax of the train's device. */
  readonly startStates: readonly number[];
}

const listAssumed = ({ unsaturatedDirections: open }: FittedStepTable, trains: readonly Train[]) =>
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

/** Device parameters of read noise and of the gain, a random factor on all steps of a train (cycle-to-cycle noise). */
const createNoiseParams = ({ readNoise, trainGainSd: { up, down } }: FittedStepTable) => ({
  ...(up + down > 0 && { cycleToCycle: up, cycleToCycleDown: down, cycleCorrelation: 1 }),
  ...(readNoise.sd > 0 && { readNoise }),
});

export function createStepTableSections(fit: FittedStepTable, trains: readonly Train[], sourceFiles: string) {
  const { gMin, gMax, deviceSpread, steps, readNoise } = fit;
  const device = {
    model: 'table',
    gMin,
    gMax,
    steps,
    ...(deviceSpread.min > 0 && { gMinSpread: deviceSpread.min }),
    ...(deviceSpread.max > 0 && { rangeSpread: deviceSpread.max }),
    ...createNoiseParams(fit),
    ...createPulseParams('table', averagePulseSettings(trains)),
  };
  const origin = {
    sourceFiles,
    formula: `distribution of the change by a pulse without read noise, memspike device fit ${sourceFiles} --model table`,
    summary: `Measured steps; read noise, sd: ${describeReadNoise(readNoise)}.`,
  };
  return { parts: { device }, assumed: listAssumed(fit, trains), origin };
}

export function simulateWithStepTable(trains: readonly Train[], fit: FittedStepTable, seed: Seed): Train[] {
  const { steps, startStates: starts, deviceRanges: ranges } = fit;
  const net = new Network({ seed });
  // Pulse n is applied at n ms and read at n + 0.5 ms.
  const times = ({ elapsed }: Train) => Array.from({ length: elapsed.at(-1)! }, (_, n) => n + 1);
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
      ...createNoiseParams(fit),
    });
    const least = gMin / gMax;
    const list = own.map((t): [number, number, number] => [t, t, Math.min(least + starts[t]! * (1 - least), 1)]);
    const { devices } = net.projection(pre, post, { connect: { list }, device, rule: eachSpike({}) });
    return own.map((t, k) => ({ t, k, devices: devices!, gMax }));
  });
  const read = trains.map((): number[] => []);
  const longest = maxMagnitude(trains.map(({ elapsed }) => elapsed.at(-1)!));
  for (let n = 0; n <= longest; n++) {
    net.run(n + 0.5 - net.now);
    for (const { t, k, devices, gMax } of members) {
      if (trains[t]!.elapsed[read[t]!.length] !== n) continue;
      devices.readRow(t, net.now);
      read[t]!.push(devices.edges.weights![k]! * gMax);
    }
  }
  return trains.map((train, t) => ({ ...train, conductance: read[t]! }));
}

const QUANTILE_COUNT = 21;

/** Row of a step table: quantiles of measured changes, scaled to the variance without read noise and train gains. */
function quantilesOf(
  { meanState, meanStep, stepVariance, changes }: StateBin,
  at: (x: number) => number,
  range: number,
  gain: number,
): number[] {
  const sd = Math.sqrt(Math.max(0, stepVariance - (gain * meanStep) ** 2));
  const off = changes
    .map((c) => (c.readingChange - c.pulseCount * at(c.startState)) / Math.sqrt(c.pulseCount))
    .sort((a, b) => a - b);
  const raw = Array.from({ length: QUANTILE_COUNT }, (_, k) => quantileSorted(off, k / (QUANTILE_COUNT - 1)));
  // Mean and variance of a distribution with these quantiles, whose density is constant between neighbours.
  const pairs = raw.slice(1).map((b, k) => [raw[k]!, b] as const);
  const m = mean(pairs.map(([a, b]) => (a + b) / 2));
  const v = mean(pairs.map(([a, b]) => (a * a + a * b + b * b) / 3)) - m * m;
  const by = v > 1e-12 * m * m ? sd / Math.sqrt(v) : 0;
  return [meanState, ...raw.map((q) => (meanStep + (q - m) * by) / range)];
}

const NO_CHANGE: StepRow = new Array<number>(1 + QUANTILE_COUNT).fill(0);

function tableOf(
  { readVariances, bins, starts }: StateEstimate,
  unit: number,
  kind: NoiseModel['kind'],
  [low, high]: ConductanceRange,
  trainGain: NumberByDirection,
): Omit<FittedStepTable, 'unsaturatedDirections' | 'deviceSpread' | 'deviceRanges'> {
  const range = high - low;
  const rowsOf = (d: Direction): StepRow[] => {
    const own = bins[d];
    if (own === undefined) return [NO_CHANGE];
    const { getMeanStep } = interpolateStateBins(own);
    const rows = own.map((bin) => {
      const [from, ...q] = quantilesOf(bin, getMeanStep, range, trainGain[d]);
      return [roundForFile(clip((from! - low) / range)), ...q.map(roundForFile)];
    });
    return rows.filter((row, i) => i === 0 || row[0]! > rows[i - 1]![0]!); // rounding may repeat a state
  };
  return {
    gMin: low * unit,
    gMax: high * unit,
    steps: mapDirections(rowsOf),
    trainGainSd: trainGain,
    readNoise: createStateReadNoise(readVariances, kind, [low, high]),
    startStates: starts.map((x) => clip((x - low) / range)),
  };
}

const NO_GAIN: NumberByDirection = { up: 0, down: 0 };

/** Significance level of the test for different gains (random factors on all steps) of pulse trains. */
const GAIN_LEVEL = 0.001;

/**
 * Estimates the spread of gains between trains of a device. Gain: net change of a train / sum of the mean steps at its
 * states. Returns the standard deviation of the gains, without the part due to independent steps.
 */
function estimateGain(bins: readonly StateBin[], trains: readonly Train[]): number {
  const { getMeanStep, getStepVariance } = interpolateStateBins(bins);
  const groups = groupBy(
    bins.flatMap(({ changes }) => changes),
    ({ trainIndex }) => trainIndex,
  );
  const ratios = groups.map((changes) => {
    const expected = sum(changes.map((c) => c.pulseCount * getMeanStep(c.startState)));
    return {
      device: trains[changes[0]!.trainIndex]!.device,
      ratio: sum(changes.map((c) => c.readingChange)) / expected,
      ownVariance: sum(changes.map((c) => c.pulseCount * getStepVariance(c.startState))) / expected ** 2,
    };
  });
  const byDevice = groupBy(ratios, ({ device }) => device);
  const degreesOfFreedom = ratios.length - byDevice.length;
  if (degreesOfFreedom === 0) return 0;
  const squares = sum(
    byDevice.flatMap((own) => {
      const center = mean(own.map(({ ratio }) => ratio));
      return own.map(({ ratio }) => (ratio - center) ** 2);
    }),
  );
  const independent = mean(ratios.map(({ ownVariance }) => ownVariance));
  return Math.sqrt(Math.max(0, squares / degreesOfFreedom - independent));
}

/** Net conductance changes of all trains of a direction, each over as many readings as the shortest train has. */
function measureNetChanges(trains: readonly Train[], direction: Direction): number[] {
  const own = trains.filter((t) => t.direction === direction).map(({ conductance }) => conductance);
  const last = Math.min(...own.map(({ length }) => length)) - 1;
  return own.map((g) => g[last]! - g[0]!);
}

/**
 * Relative sd of the gain between pulse trains, by direction; 0 unless the net changes of measured trains vary
 * significantly more (chi-squared test) than those of trains simulated with independent steps.
 */
function findTrainGain(
  bins: StateBinsByDirection,
  trains: readonly Train[],
  simulate: () => readonly (readonly Train[])[],
): NumberByDirection {
  const gains = mapDirections((d) => roundForFile(bins[d] ? estimateGain(bins[d], trains) : 0));
  if (gains.up + gains.down === 0) return NO_GAIN;
  const simulations = simulate();
  return mapDirections((d) => {
    if (gains[d] === 0) return 0;
    const measured = measureNetChanges(trains, d);
    const independent = mean(simulations.map((own) => sampleVariance(measureNetChanges(own, d))));
    const degreesOfFreedom = measured.length - 1;
    const limit = (independent * jstat.jStat.chisquare.inv(1 - GAIN_LEVEL, degreesOfFreedom)) / degreesOfFreedom;
    return sampleVariance(measured) > limit ? gains[d] : 0;
  });
}

/** Index of the first quartile among the quantiles of a row, counted from the start; of the third, counted from the end. */
const QUARTILE = (QUANTILE_COUNT - 1) / 4;
/** Number of simulated measurements; maximum extension of the range at each end, share of the measured range. */
const [SIMULATION_COUNT, MAX_EXTENSION] = [8, 1];

/** Fits a table of steps. If pulses still change the conductance at the end of trains, simulations extend the range. */
export function fitStepTable(trains: readonly Train[]): FittedStepTable {
  const unit = findLargestConductance(trains);
  const noise = estimateInitialNoise(trains, unit);
  const { trains: alike, ranges, deviceSpread } = scaleTrainsToMeanRange(trains, unit, noise);
  const states = estimateStates(alike, unit, noise);
  const [low, high] = [Math.max(states.low, 0), states.high];
  const table = (range: ConductanceRange, trainGain = NO_GAIN) => tableOf(states, unit, noise.kind, range, trainGain);
  const seen = table([low, high]);
  const isOpen = {
    up: seen.steps.up.at(-1)!.at(1 + QUARTILE)! > 0,
    down: seen.steps.down[0]!.at(-1 - QUARTILE)! < 0,
  };
  const shared = { unsaturatedDirections: DIRECTIONS.filter((d) => isOpen[d]), deviceSpread };
  const simulate = (fit: FittedStepTable) =>
    Array.from({ length: SIMULATION_COUNT }, (_, k) => simulateWithStepTable(trains, fit, k));
  let range: ConductanceRange = [low, high];
  if (shared.unsaturatedDirections.length > 0) {
    const margin = MAX_EXTENSION * (high - low);
    const wide: ConductanceRange = [isOpen.down ? Math.max(low - margin, 0) : low, isOpen.up ? high + margin : high];
    const exactReads = {
      readNoise: { sd: 0, of: 'range' as const },
      deviceRanges: ranges.map(() => MEAN_DEVICE_RANGE_RATIOS),
    };
    const ends = simulate({ ...table(wide), ...shared, ...exactReads })
      .flat()
      .map(({ conductance }) => conductance.at(-1)! / unit);
    range = [Math.min(low, ...ends), Math.max(high, ...ends)];
  }
  const independent = { ...table(range), ...shared, deviceRanges: ranges };
  const trainGain = findTrainGain(states.bins, trains, () => simulate(independent));
  return { ...independent, ...table(range, trainGain) };
}
