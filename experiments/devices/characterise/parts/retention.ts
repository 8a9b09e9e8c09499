import { column, type LeftOut, type Part, stands, VISIBLE } from '../part.ts';
import { type Pulse, pulsed, runTo, type Specimen, state } from '../specimens.ts';
import { banded, logSpaced, longForm, median } from '../spread.ts';

/** Seconds; the clock of a network runs for 37 hours. */
const [FIRST, LAST] = [1e-3, 1e5];
const WAITS = logSpaced(FIRST, LAST, 49);
const PERIOD = 1; // ms between the pulses that write the state

/** What is left of a state written by a train of pulses, against the time since then. */
export function retention(specimen: Specimen): Part | LeftOut {
  const follow = (up: boolean) => {
    const train: Pulse[] = Array.from({ length: specimen.pulses }, (_, i) => ({ t: PERIOD * (i + 1), up }));
    const b = pulsed(specimen, train, up ? 'low' : 'high');
    const end = PERIOD * train.length;
    runTo(b, end);
    const written = state(b);
    if (!written.every((g) => g > 0)) return []; // nothing of which a share could be left
    return WAITS.map((wait) => {
      runTo(b, end + 1000 * wait);
      return state(b).map((now, i) => now / written[i]!);
    });
  };
  const both = [
    { name: 'after potentiation', kept: follow(true), high: 1 },
    { name: 'after depression', kept: follow(false), high: 0 },
  ].filter(({ kept }) => kept.map((shares) => shares.map((share) => share - 1)).some((lost) => stands(lost, 1)));
  if (both.length === 0) return { leftOut: `no state changes by ${100 * VISIBLE} % within ${LAST} s` };
  const tables = both.map(({ kept }) => longForm(WAITS, kept));
  const written = tables.flatMap((t, i) => t.x.map(() => both[i]!.high));
  const high = both.find((one) => one.high === 1);
  return {
    title: 'Retention: what is left of a written state',
    columns: {
      time: { type: 'float64', unit: 's', values: tables.flatMap((t) => t.x) },
      device: { type: 'uint32', unit: '1', values: tables.flatMap((t) => t.device) },
      written: { ...column('1', written, 'uint8'), names: ['down', 'up'] },
      share: { type: 'float64', unit: '1', values: tables.flatMap((t) => t.y) },
    },
    chart: {
      x: { label: 'time since the last pulse (s)', log: true },
      y: { label: 'G(t) / G(0)', domain: [0, 1] },
      series: both.map(({ name, kept }) => ({ name, points: kept.map((values, i) => banded(WAITS[i]!, values)) })),
    },
    summary: high
      ? Object.fromEntries(
          [1, 1e3, 1e4, 1e5].map((s) => {
            const nearest = WAITS.reduce((a, b) => (Math.abs(Math.log(b / s)) < Math.abs(Math.log(a / s)) ? b : a));
            return [`leftAfter${s.toExponential().replace('e+', 'e')}s`, median(high.kept[WAITS.indexOf(nearest)]!)];
          }),
        )
      : {},
  };
}
