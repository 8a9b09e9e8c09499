import { formatCount } from '../../../core/declare/show.ts';
import { listDeviceNames, type Train } from './import/trains.ts';
import { averageWear, fitWear, isEnduranceExtrapolated, isWorn } from './kinds/wear.ts';
import { findExtent, formatShareAsPercent, mean, roundForFile, splitIntoChunks } from './lists.ts';

/** Largest conductance change of a stuck device, fraction of the median change over devices. */
const MAX_STUCK_CHANGE = 0.1;
/** Minimum number of devices for excluding stuck ones; at least half must work. */
const MIN_DEVICES = 4;

/** Trains from which device models are fitted, and the device parameters found while preparing them. */
interface PreparedTrains {
  readonly trains: readonly Train[];
  readonly deviceParams: object;
  readonly assumptions: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

const keepTrains = (trains: readonly Train[]): PreparedTrains => ({
  trains,
  deviceParams: {},
  assumptions: {},
  notes: [],
});

/** Leaves out stuck devices, and corrects the readings of all other devices for wear. */
export function prepareTrains(measured: readonly Train[]): PreparedTrains {
  const working = excludeStuckDevices(measured);
  const { trains, deviceParams, assumptions, notes } = fitTrainWear(working.trains);
  return {
    trains,
    deviceParams: { ...working.deviceParams, ...deviceParams },
    assumptions,
    notes: [...working.notes, ...notes],
  };
}

/**
 * Mean conductance of a device, S, and its change, S: largest minus smallest mean over a third of a train. These means
 * have less noise than single readings.
 */
function summariseDevice(name: string, trains: readonly Train[]) {
  const own = trains.filter(({ device }) => device === name);
  const thirds = own.flatMap(({ conductance: g }) => splitIntoChunks(g, Math.ceil(g.length / 3)).map(mean));
  const [low, high] = findExtent(thirds);
  return { name, level: mean(thirds), change: high - low };
}

function excludeStuckDevices(trains: readonly Train[]): PreparedTrains {
  const devices = listDeviceNames(trains).map((name) => summariseDevice(name, trains));
  if (devices.length < MIN_DEVICES) return keepTrains(trains);
  const sorted = devices.toSorted((a, b) => a.change - b.change);
  const limit = MAX_STUCK_CHANGE * sorted[Math.floor(devices.length / 2)]!.change;
  const stuck = devices.filter(({ change }) => change < limit);
  if (stuck.length === 0) return keepTrains(trains);
  const excluded = stuck.map(({ name }) => name);
  const working = trains.filter(({ device }) => !excluded.includes(device));
  const middle = mean(findExtent(working.flatMap(({ conductance }) => conductance)));
  const highCount = stuck.filter(({ level }) => level > middle).length;
  const lowCount = stuck.length - highCount;
  return {
    trains: working,
    deviceParams: { stuck: { low: lowCount / devices.length, high: highCount / devices.length } },
    assumptions: {},
    notes: [
      `${formatCount(stuck.length, 'device')} of ${devices.length} left out of the fit, because pulses do not change the conductance: ${lowCount} stuck at gMin, ${highCount} at gMax (${excluded.slice(0, 5).join(', ')}${excluded.length > 5 ? ', …' : ''}); the device file states the shares of stuck devices as device.stuck.`,
    ],
  };
}

/** Minimum number of trains per device from which wear is estimated. */
const MIN_TRAINS = 8;
/** If no wear is fitted, relative changes of the conductance window from this size on are reported. */
const MIN_REPORTED_CHANGE = 0.1;

/** Mean of conductances of successive trains, S, and |mean of the last third - mean of the first third|, S. */
function summariseLevels(values: readonly number[]) {
  const third = Math.floor(values.length / 3);
  return { level: mean(values), change: Math.abs(mean(values.slice(-third)) - mean(values.slice(0, third))) };
}

/**
 * Fits wear to the conductance windows of a device against the number of pulses applied. The window of a train is the
 * change from its first reading to the last one that all trains of this direction have. Empty if trains are too few.
 */
function fitDeviceWear(device: string, trains: readonly Train[]) {
  const own = trains.filter((t) => t.device === device);
  const { direction } = own[0]!;
  const same = own.filter((t) => t.direction === direction);
  const last = Math.min(...same.map(({ elapsed }) => elapsed.length)) - 1;
  if (same.length < MIN_TRAINS || same.some(({ elapsed }) => elapsed[last] !== same[0]!.elapsed[last])) return [];
  let pulseCount = 0;
  const pulsesBefore = own.map(({ elapsed }) => (pulseCount += elapsed.at(-1)!) - elapsed.at(-1)!);
  const ends = same.map(({ conductance: g }) => findExtent([g[0]!, g[last]!]));
  const cycles = own.flatMap((t, k) => (t.direction === direction ? [pulsesBefore[k]! + t.elapsed[last]!] : []));
  const trace = { cycles, conductanceWindows: ends.map(([low, high]) => high - low) };
  const fit = fitWear(trace);
  const [bottom, top] = [ends.map(([low]) => low), ends.map(([, high]) => high)].map(summariseLevels);
  const lastPulse = cycles.at(-1)!;
  return [{ device, pulsesBefore, lastPulse, fit, isWorn: isWorn(trace, fit), bottom: bottom!, top: top! }];
}

/** Fits wear to the conductance windows of repeated trains, as `--kind endurance` does to high and low levels, and removes it. */
function fitTrainWear(trains: readonly Train[]): PreparedTrains {
  const all = listDeviceNames(trains).flatMap((device) => fitDeviceWear(device, trains));
  if (all.length === 0) return keepTrains(trains);
  const lastPulse = Math.max(...all.map((one) => one.lastPulse));
  const worn = all.filter((one) => one.isWorn);
  const { cycles, spread, wear } = averageWear(worn.map(({ fit }) => fit));
  if (2 * worn.length < all.length || isEnduranceExtrapolated(cycles, lastPulse)) {
    const change = mean(all.map(({ fit }) => fit.netChange));
    if (Math.abs(change) < MIN_REPORTED_CHANGE) return keepTrains(trains);
    const text = `the conductance window ${change > 0 ? 'grows' : 'shrinks'} by ${formatShareAsPercent(Math.abs(change), 2)} over ${lastPulse} pulses`;
    const note = `Wear over trains: ${text}; no wear is fitted, and the conductance window of simulated trains does not change.`;
    return { ...keepTrains(trains), notes: [note] };
  }
  const changeOf = (end: 'top' | 'bottom') => mean(worn.map((one) => one[end].change));
  const failure = changeOf('top') >= changeOf('bottom') ? 'low' : 'high';
  const lastShare = mean(worn.map((one) => one.fit.share(one.lastPulse)));
  const left = `after ${lastPulse} pulses the conductance window is ${formatShareAsPercent(lastShare, 2)} of the first`;
  return {
    trains: listDeviceNames(trains).flatMap((device) => {
      const own = trains.filter((t) => t.device === device);
      const found = worn.find((one) => one.device === device);
      if (found === undefined) return own;
      // Wear leaves one level fixed and scales the distance of each reading from it by `share`; dividing by `share` undoes this.
      const fixed = found[failure === 'low' ? 'bottom' : 'top'].level;
      const restore = (g: number, pulses: number) => fixed + (g - fixed) / found.fit.share(pulses);
      return own.map((train, k) => ({
        ...train,
        conductance: train.conductance.map((g, i) => restore(g, found.pulsesBefore[k]! + train.elapsed[i]!)),
      }));
    }),
    deviceParams: {
      endurance: { cycles: roundForFile(cycles), spread: roundForFile(spread), failure, wear: roundForFile(wear) },
    },
    assumptions: {
      ...(cycles > lastPulse && { 'device.endurance.cycles': `extrapolated: the measurement ends, and ${left}` }),
      ...(worn.length === 1 && { 'device.endurance.spread': 'one device was measured' }),
    },
    notes: [
      `Wear over trains (${formatCount(worn.length, 'device')}): ${left}; the device endures ${cycles.toPrecision(3)} pulses, exponent ${wear.toPrecision(3)}. Models are fitted to the readings without this wear.`,
    ],
  };
}
