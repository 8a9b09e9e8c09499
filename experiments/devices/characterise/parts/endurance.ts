import { type LeftOut, longColumns, type Part, stands } from '../part.ts';
import { type Pulse, pulsed, runTo, type Specimen, SWITCHING, state, stateAxis } from '../specimens.ts';
import { banded, mean, median } from '../spread.ts';

/** Most cycles that a device goes through, and the numbers of cycles after which it is read: 1, 2, 3, 4, 6 … */
const MOST = 100_000;
/** By then the longest-lived devices have failed, with the usual spread; in units of the mean lifetime. */
const OUTLIVED = 4;
const PER_DECADE = 8;
const PERIOD = 1; // ms
const READ_AFTER = [
  ...new Set(Array.from({ length: Math.log10(MOST) * PER_DECADE + 1 }, (_, i) => Math.round(10 ** (i / PER_DECADE)))),
];

/**
 * The window, highest less lowest state, against switching cycles: one pulse all the way up and one all the way down. Ends
 * where no device switches any more.
 */
export function endurance(specimen: Specimen): Part | LeftOut {
  const declared = specimen.loaded.device.endurance as { readonly cycles: number } | undefined;
  if (declared === undefined) return { leftOut: 'the device has no endurance, so it never wears' };
  const most = Math.min(MOST, Math.ceil(OUTLIVED * declared.cycles));
  const train: Pulse[] = Array.from({ length: 2 * most }, (_, i) => ({ t: PERIOD * (i + 1), up: i % 2 === 0 }));
  const b = pulsed(specimen, train, 'low', SWITCHING);
  const windows: number[][] = [];
  for (const cycle of READ_AFTER.filter((n) => n <= most)) {
    runTo(b, PERIOD * (2 * cycle - 1));
    const high = state(b);
    runTo(b, PERIOD * 2 * cycle);
    windows.push(state(b).map((low, i) => high[i]! - low));
    if (windows.at(-1)!.every((window) => window === 0)) break;
  }
  const at = READ_AFTER.slice(0, windows.length);
  const first = median(windows[0]!);
  const changes = windows.at(-1)!.map((window, i) => window - windows[0]![i]!);
  if (!stands(changes, mean(windows[0]!)))
    return { leftOut: `the window stays the same over ${most} switching cycles` };
  const { unit } = stateAxis(specimen);
  const half = windows.findIndex((w) => median(w) < first / 2);
  return {
    title: 'Endurance: window against switching cycles',
    columns: longColumns(['cycle', '1', 'uint32'], ['window', unit], at, windows),
    chart: {
      x: { label: 'switching cycles (two pulses each)', log: true },
      y: { label: unit === 'S' ? 'window (S)' : 'window of the weight', domain: [0, 0] },
      series: [{ name: 'highest less lowest state', points: windows.map((w, i) => banded(at[i]!, w)) }],
    },
    summary: { first, last: median(windows.at(-1)!), cyclesToHalf: half < 0 ? null : at[half] },
    ...(unit === 'S' && { units: { first: unit, last: unit } }),
  };
}
