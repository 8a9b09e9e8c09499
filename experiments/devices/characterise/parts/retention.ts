import { logSpaced, mean, minimumBy } from '../../fit/lists.ts';
import {
  createLongFormatTable,
  createMedianSeries,
  createTableColumn,
  isSignificantChange,
  type MeasurementOutcome,
  MIN_VISIBLE_RELATIVE_CHANGE,
  median,
  toLongFormat,
} from '../measurementReport.ts';
import {
  applyPulses,
  createPulses,
  describeStateAxis,
  readDeviceStatesAtTime,
  type SpecimenSet,
  SWITCHING_PULSE_STRENGTH,
} from '../specimens.ts';

const PULSE_PERIOD_MS = 1;
/** Times after a write at which retention is measured, s; simulated time is limited to 37 hours. */
const WAITS = logSpaced(1e-3, 1e5, 49);

export function measureRetention(specimen: SpecimenSet): MeasurementOutcome {
  const follow = (isUp: boolean) => {
    const train = createPulses(specimen.pulseCount, PULSE_PERIOD_MS, () => isUp);
    const b = applyPulses(specimen, train, isUp ? 'low' : 'high');
    const end = PULSE_PERIOD_MS * train.length;
    const written = readDeviceStatesAtTime(b, end);
    if (!written.every((g) => g > 0)) return []; // the share that is left of a state of 0 is not defined
    return WAITS.map((wait) => readDeviceStatesAtTime(b, end + 1000 * wait).map((now, i) => now / written[i]!));
  };
  const both = [
    { name: 'after potentiation', kept: follow(true), high: 1 },
    { name: 'after depression', kept: follow(false), high: 0 },
  ].filter(({ kept }) =>
    kept.map((shares) => shares.map((share) => share - 1)).some((lost) => isSignificantChange(lost, 1)),
  );
  if (both.length === 0)
    return { reason: `no state changes by ${100 * MIN_VISIBLE_RELATIVE_CHANGE} % within ${WAITS.at(-1)} s` };
  const table = toLongFormat(
    WAITS,
    both.map(({ kept }) => kept),
  );
  const written = table.group.map((i) => both[i]!.high);
  const high = both.find((one) => one.high === 1);
  const shareAfter = (seconds: number) => {
    const nearest = minimumBy([...WAITS.keys()], (i) => Math.abs(Math.log(WAITS[i]! / seconds)));
    return [`leftAfter${seconds.toExponential().replace('e+', 'e')}s`, median(high!.kept[nearest]!)];
  };
  return {
    title: 'Retention: what is left of a written state',
    columns: {
      time: createTableColumn('s', table.x),
      device: createTableColumn('1', table.device, 'uint32'),
      written: { ...createTableColumn('1', written, 'uint8'), valueNames: ['down', 'up'] },
      share: createTableColumn('1', table.y),
    },
    chart: {
      x: { label: 'time since the last pulse (s)', log: true },
      y: { label: 'G(t) / G(0)', domain: [0, 1] },
      series: both.map(({ name, kept }) => createMedianSeries(name, WAITS, kept)),
    },
    summary: high ? Object.fromEntries([1, 1e3, 1e4, 1e5].map(shareAfter)) : {},
  };
}

const MAX_CYCLES = 100_000;
/** Number of cycles, in units of the mean lifetime, after which the longest-lived devices have failed. */
const MAX_LIFETIMES = 4;
const PER_DECADE = 8;
const READING_CYCLES = [
  ...new Set(
    Array.from({ length: Math.log10(MAX_CYCLES) * PER_DECADE + 1 }, (_, i) => Math.round(10 ** (i / PER_DECADE))),
  ),
];

export function measureEndurance(specimen: SpecimenSet): MeasurementOutcome {
  const declared = specimen.loaded.device.endurance as { readonly cycles: number } | undefined;
  if (declared === undefined) return { reason: 'the device file gives no `endurance`, so devices do not wear out' };
  const most = Math.min(MAX_CYCLES, Math.ceil(MAX_LIFETIMES * declared.cycles));
  const train = createPulses(2 * most, PULSE_PERIOD_MS, (i) => i % 2 === 0);
  const b = applyPulses(specimen, train, 'low', SWITCHING_PULSE_STRENGTH);
  const windows: number[][] = [];
  for (const cycle of READING_CYCLES.filter((n) => n <= most)) {
    const high = readDeviceStatesAtTime(b, PULSE_PERIOD_MS * (2 * cycle - 1));
    windows.push(readDeviceStatesAtTime(b, PULSE_PERIOD_MS * 2 * cycle).map((low, i) => high[i]! - low));
    if (windows.at(-1)!.every((window) => window === 0)) break;
  }
  const at = READING_CYCLES.slice(0, windows.length);
  const first = median(windows[0]!);
  const changes = windows.at(-1)!.map((window, i) => window - windows[0]![i]!);
  if (!isSignificantChange(changes, mean(windows[0]!)))
    return { reason: `the difference of high and low states stays the same over ${most} switching cycles` };
  const { unit } = describeStateAxis(specimen);
  const half = windows.findIndex((w) => median(w) < first / 2);
  return {
    title: 'Endurance: window against switching cycles',
    columns: createLongFormatTable(['cycle', '1', 'uint32'], ['window', unit], at, [windows]),
    chart: {
      x: { label: 'switching cycles (two pulses each)', log: true },
      y: { label: unit === 'S' ? 'window (S)' : 'window of the weight', domain: [0, 0] },
      series: [createMedianSeries('highest less lowest state', at, windows)],
    },
    summary: { first, last: median(windows.at(-1)!), cyclesToHalf: half < 0 ? null : at[half] },
    ...(unit === 'S' && { units: { first: unit, last: unit } }),
  };
}
