import { formatCount } from '../../../core/declare/show.ts';
import { listDevices, type Train } from './import/trains.ts';
import { extentOf, mean, splitList } from './lists.ts';

/** Largest change of a stuck device, fraction of the median change over devices. */
const MAX_STUCK_CHANGE = 0.1;
/** Minimum number of devices for excluding stuck ones; at least half must work. */
const MIN_DEVICES = 4;

interface StuckFractions {
  readonly low: number;
  readonly high: number;
}

interface WorkingTrains {
  readonly trains: readonly Train[];
  readonly stuck?: StuckFractions;
  readonly notes: readonly string[];
}

/**
 * Mean conductance of a device, S, and its change: span of the means over thirds of trains. Means have less noise than
 * readings.
 */
function summariseDevice(trains: readonly Train[]) {
  const thirds = trains.flatMap(({ conductance: g }) => splitList(g, Math.ceil(g.length / 3)).map(mean));
  const [low, high] = extentOf(thirds);
  return { level: mean(thirds), change: high - low };
}

export function excludeStuckDevices(trains: readonly Train[]): WorkingTrains {
  const names = listDevices(trains);
  if (names.length < MIN_DEVICES) return { trains, notes: [] };
  const devices = names.map((name) => ({ name, ...summariseDevice(trains.filter((t) => t.device === name)) }));
  const sorted = devices.toSorted((a, b) => a.change - b.change);
  const limit = MAX_STUCK_CHANGE * sorted[Math.floor(names.length / 2)]!.change;
  const stuck = devices.filter(({ change }) => change < limit);
  if (stuck.length === 0) return { trains, notes: [] };
  const excluded = new Set(stuck.map(({ name }) => name));
  const working = trains.filter(({ device }) => !excluded.has(device));
  const middle = mean(extentOf(working.flatMap(({ conductance }) => conductance)));
  const highCount = stuck.filter(({ level }) => level > middle).length;
  const lowCount = stuck.length - highCount;
  return {
    trains: working,
    stuck: { low: lowCount / names.length, high: highCount / names.length },
    notes: [
      `${formatCount(stuck.length, 'device')} of ${names.length} left out of the fit, because pulses do not change the conductance: ${lowCount} stuck at gMin, ${highCount} at gMax (${[...excluded].slice(0, 5).join(', ')}${excluded.size > 5 ? ', …' : ''}); the device file has the shares as stuck.`,
    ],
  };
}
