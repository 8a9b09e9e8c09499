import { findExtent, maxMagnitude, mean } from '../lists.ts';

export const DIRECTIONS = ['up', 'down'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Readings of one device during one train of pulses in one direction, in time order. */
export interface Train {
  readonly device: string;
  readonly cycle: string;
  readonly direction: Direction;
  /** Number of pulses from the first reading to each reading: starts with 0, strictly increasing. */
  readonly elapsed: readonly number[];
  /** Pulse number of the first reading. */
  readonly first: number;
  /** Conductance at each reading, S; may be negative because of noise. */
  readonly conductance: readonly number[];
  /** Signed voltage of the pulse before each reading, V. */
  readonly voltage?: readonly number[];
  /** Width of the pulse before each reading, s. */
  readonly width?: readonly number[];
}

/** Minimum number of readings; with fewer, curvature cannot be distinguished from noise. */
export const MIN_TRAIN_READINGS = 5;
/** Maximum number of pulses per train; with the smallest step that fits allow, they cover 1 % of the range. */
export const MAX_TRAIN_PULSES = 1e5;

export const listDeviceNames = (readings: readonly Pick<Train, 'device'>[]): string[] => [
  ...new Set(readings.map(({ device }) => device)),
];

export const findLargestConductance = (trains: readonly Train[]): number =>
  findExtent([0, ...trains.map(({ conductance }) => findExtent(conductance)[1])])[1];

export const mapDirections = <T>(create: (direction: Direction) => T): Record<Direction, T> => ({
  up: create('up'),
  down: create('down'),
});

/** First and last value of a quantity that changes linearly along a train; equal if constant. */
export type LinearRamp = readonly [first: number, last: number];

export interface PulseSettings {
  /** Number of pulses between first and last reading of the longest train. */
  readonly pulseCount?: number;
  readonly voltage?: LinearRamp;
  readonly width?: LinearRamp;
}

export type UserPulseSettings = Readonly<Partial<Record<Direction, PulseSettings>>>;

/** Largest relative change of voltage or width along a train of constant pulses, due to read-back noise. */
const MAX_STEADY_CHANGE = 0.05;

function interpolateRamp([first, last]: LinearRamp, elapsed: readonly number[]): number[] {
  const most = elapsed.at(-1)! || 1;
  return elapsed.map((pulses) => (first === last ? first : first + ((last - first) * pulses) / most));
}

export function addPulseSettings(trains: readonly Train[], given: UserPulseSettings): Train[] {
  return trains.map((train) => {
    const { voltage, width } = given[train.direction] ?? {};
    return {
      ...train,
      ...(voltage && { voltage: interpolateRamp(voltage, train.elapsed) }),
      ...(width && { width: interpolateRamp(width, train.elapsed) }),
    };
  });
}

function averageRamp(lists: readonly (readonly number[] | undefined)[]): LinearRamp | undefined {
  const known = lists.filter((list) => list !== undefined);
  if (known.length === 0 || known.length < lists.length) return undefined;
  const firsts = known.map((list) => list[0]!);
  const [first, last] = [mean(firsts), mean(known.map((list) => list.at(-1)!))];
  const [lowest, highest] = findExtent(firsts);
  if (highest - lowest > MAX_STEADY_CHANGE * maxMagnitude(firsts)) return undefined; // trains of different pulses
  if (Math.abs(last - first) > MAX_STEADY_CHANGE * Math.max(Math.abs(first), Math.abs(last))) return [first, last];
  const all = known.flat();
  const level = all.every((value) => value === all[0]) ? all[0]! : mean(all);
  return [level, level];
}

/** Mean voltage and width of the pulses per direction; absent unless known and equal for all trains. */
export function averagePulseSettings(trains: readonly Train[]): Readonly<Record<Direction, PulseSettings>> {
  return mapDirections((direction): PulseSettings => {
    const own = trains.filter((t) => t.direction === direction);
    const [voltage, width] = [averageRamp(own.map((t) => t.voltage)), averageRamp(own.map((t) => t.width))];
    const [, pulseCount] = findExtent([0, ...own.map((t) => t.elapsed.at(-1)!)]);
    return { pulseCount, ...(voltage && { voltage }), ...(width && { width }) };
  });
}

const computeRms = ([first, last]: LinearRamp): number =>
  first === last ? Math.abs(first) : Math.sqrt((first * first + first * last + last * last) / 3);

/** Creates parameters of write pulses. Models other than `neuroSim` get the root mean square of a rising voltage. */
export function createPulseParams(
  model: string,
  pulses: Readonly<Record<Direction, PulseSettings>>,
): Record<string, number> {
  const { up, down } = pulses;
  const found: Record<string, number> = {};
  const widths = [up.width, down.width].flatMap((width) => (width ? [(width[0] + width[1]) / 2] : []));
  if (widths.length > 0) found.writeTime = widths[0]!;
  if (widths.length > 1 && widths[1] !== widths[0]) found.writeTimeDown = widths[1]!;
  if (model !== 'neuroSim') {
    const [a, b] = [up.voltage && computeRms(up.voltage), down.voltage && computeRms(down.voltage)];
    if (a !== undefined && a === b) return { ...found, writeVoltage: a };
    return { ...found, ...(a !== undefined && { writeVoltageUp: a }), ...(b !== undefined && { writeVoltageDown: b }) };
  }
  for (const [name, { voltage, pulseCount }] of Object.entries({ Up: up, Down: down })) {
    if (!voltage) continue;
    const [first, last] = voltage.map(Math.abs) as [number, number];
    found[`writeVoltage${name}`] = first;
    if (first !== last) found[`voltageStep${name}`] = (last - first) / Math.max(1, pulseCount!);
  }
  return found;
}
