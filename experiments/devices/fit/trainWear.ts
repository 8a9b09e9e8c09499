import { formatCount } from '../../../core/declare/show.ts';
import { listDevices, type Train } from './import/trains.ts';
import { combineWear, fitWear, isExtrapolated, isWorn, type WearFit, type WindowTrace } from './kinds/wear.ts';
import { extentOf, formatShare, mean, roundForFile } from './lists.ts';

/** Minimum number of trains per device from which wear is estimated. */
const MIN_TRAINS = 8;
/** Minimum relative change of the window that is reported although no wear is fitted. */
const MIN_REPORTED_CHANGE = 0.1;

type Failure = 'low' | 'high';

interface DeviceTrace extends WindowTrace {
  readonly device: string;
  /** Number of pulses before each train of the device, in order. */
  readonly pulsesBefore: readonly number[];
  /** Mean of the lower and of the upper ends of the windows, S, and the size of their change over the trains. */
  readonly bottom: LevelChange;
  readonly top: LevelChange;
}

interface LevelChange {
  readonly level: number;
  readonly change: number;
}

function summariseLevel(values: readonly number[]): LevelChange {
  const third = Math.floor(values.length / 3);
  return { level: mean(values), change: Math.abs(mean(values.slice(-third)) - mean(values.slice(0, third))) };
}

/** Windows of a device: change over the readings that all its trains of one direction have, against the pulses applied. */
function traceDevice(device: string, own: readonly Train[]): DeviceTrace | undefined {
  const { direction } = own[0]!;
  const same = own.filter((t) => t.direction === direction);
  const last = Math.min(...same.map(({ elapsed }) => elapsed.length)) - 1;
  if (same.length < MIN_TRAINS || same.some(({ elapsed }) => elapsed[last] !== same[0]!.elapsed[last]))
    return undefined;
  let pulseCount = 0;
  const pulsesBefore = own.map(({ elapsed }) => {
    pulseCount += elapsed.at(-1)!;
    return pulseCount - elapsed.at(-1)!;
  });
  const ends = same.map(({ conductance: g }) => extentOf([g[0]!, g[last]!]));
  return {
    device,
    pulsesBefore,
    cycles: own.flatMap((t, k) => (t.direction === direction ? [pulsesBefore[k]! + t.elapsed[last]!] : [])),
    windows: ends.map(([low, high]) => high - low),
    bottom: summariseLevel(ends.map(([low]) => low)),
    top: summariseLevel(ends.map(([, high]) => high)),
  };
}

/** Readings as they were without wear: the distance from the level that wear leaves unchanged, divided by the share left. */
function removeWear(
  own: readonly Train[],
  { pulsesBefore, bottom, top }: DeviceTrace,
  { share }: WearFit,
  failure: Failure,
): Train[] {
  const fixed = failure === 'low' ? bottom.level : top.level;
  return own.map((train, k) => ({
    ...train,
    conductance: train.conductance.map((g, i) => fixed + (g - fixed) / share(pulsesBefore[k]! + train.elapsed[i]!)),
  }));
}

export interface TrainWear {
  /** The measured trains; without their wear, if it is fitted. */
  readonly trains: readonly Train[];
  readonly endurance?: object;
  readonly assumptions: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

function describeChange(traces: readonly WindowTrace[], fits: readonly WearFit[]): string[] {
  const change = mean(fits.map(({ netChange }) => netChange));
  if (Math.abs(change) < MIN_REPORTED_CHANGE) return [];
  const lastPulse = Math.max(...traces.map(({ cycles }) => cycles.at(-1)!));
  const text = `the window ${change > 0 ? 'grows' : 'shrinks'} by ${formatShare(Math.abs(change), 2)} over ${lastPulse} pulses`;
  return [`Wear over trains: ${text}; no wear is fitted, and the window of simulated trains does not change.`];
}

/**
 * Fits wear to the windows of repeated trains, as `--kind endurance` does to high and low levels, and takes it out of
 * the readings.
 */
export function fitTrainWear(trains: readonly Train[]): TrainWear {
  const trainsOf = (device: string) => trains.filter((t) => t.device === device);
  const none = { trains, assumptions: {}, notes: [] };
  const traces = listDevices(trains).flatMap((device) => traceDevice(device, trainsOf(device)) ?? []);
  if (traces.length === 0) return none;
  const all = traces.map((trace) => ({ trace, fit: fitWear(trace) }));
  const worn = all.filter(({ trace, fit }) => isWorn(trace, fit));
  const fits = worn.map(({ fit }) => fit);
  const unfitted = () => ({
    ...none,
    notes: describeChange(
      traces,
      all.map(({ fit }) => fit),
    ),
  });
  if (2 * worn.length < traces.length) return unfitted();
  const { cycles, spread, wear } = combineWear(fits);
  const lastPulse = Math.max(...traces.map((t) => t.cycles.at(-1)!));
  if (isExtrapolated(cycles, lastPulse)) return unfitted();
  const changeOf = (end: 'top' | 'bottom') => mean(worn.map(({ trace }) => trace[end].change));
  const failure: Failure = changeOf('top') >= changeOf('bottom') ? 'low' : 'high';
  const lastShare = mean(worn.map(({ trace, fit }) => fit.share(trace.cycles.at(-1)!)));
  const left = `after ${lastPulse} pulses the window is ${formatShare(lastShare, 2)} of the first`;
  return {
    trains: listDevices(trains).flatMap((device) => {
      const found = worn.find(({ trace }) => trace.device === device);
      return found ? removeWear(trainsOf(device), found.trace, found.fit, failure) : trainsOf(device);
    }),
    endurance: { cycles: roundForFile(cycles), spread: roundForFile(spread), failure, wear: roundForFile(wear) },
    assumptions: {
      ...(cycles > lastPulse && { 'device.endurance.cycles': `extrapolated: the measurement ends, and ${left}` }),
      ...(worn.length === 1 && { 'device.endurance.spread': 'one device was measured' }),
    },
    notes: [
      `Wear over trains (${formatCount(worn.length, 'device')}): ${left}; the device endures ${cycles.toPrecision(3)} pulses, exponent ${wear.toPrecision(3)}. Models are fitted to the readings without this wear.`,
    ],
  };
}
