import { formatTime } from '../../../look/time.ts';
import { logSpaced } from '../../fit/lists.ts';
import {
  createLongFormatTable,
  createMedianSeries,
  type MeasurementOutcome,
  MIN_VISIBLE_RELATIVE_CHANGE,
  median,
} from '../measurementReport.ts';
import { applyPulses, describeStateAxis, readDeviceStatesAtTime, type SpecimenSet } from '../specimens.ts';

const PULSE_COUNTS = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20];
/** Waiting times after a pulse, ms, at which states are read to measure their decay; changes that decay more slowly count as lasting. */
const READ_TIMES = logSpaced(1, 1e6, 37);
const LAST_DECADE = READ_TIMES.findIndex((wait) => wait >= 1e5);
/** Intervals between pulses, in time constants of the decay. */
const INTERVALS = [0.05, 0.2, 2];
/** Waiting time from the end of a train to the reading of the remaining change, in time constants of the decay. */
const FINAL_WAIT = 30;

/** Measures the state change by one pulse and its decay time constant (1/e), ms; undefined if it hardly decays. */
function measureDecay(specimen: SpecimenSet): { tau: number; rise: number } | undefined {
  const b = applyPulses(specimen, [{ time: 1, isUp: true }], 'low');
  const before = median(readDeviceStatesAtTime(b, 0));
  const top = median(readDeviceStatesAtTime(b, 1));
  const after = READ_TIMES.map((wait) => median(readDeviceStatesAtTime(b, 1 + wait)));
  const lost = top - after.at(-1)!;
  const late = after[LAST_DECADE]! - after.at(-1)!;
  const rise = top - before;
  if (!(lost > MIN_VISIBLE_RELATIVE_CHANGE * rise) || late > lost / 10) return undefined;
  const shares = after.map((g) => (g - after.at(-1)!) / lost);
  const next = shares.findIndex((share) => share <= 1 / Math.E);
  if (next <= 0) return { tau: READ_TIMES[0]!, rise };
  const [above, below] = [shares[next - 1]!, shares[next]!];
  const way = (above - 1 / Math.E) / (above - below);
  return { tau: READ_TIMES[next - 1]! * (READ_TIMES[next]! / READ_TIMES[next - 1]!) ** way, rise };
}

/** STM to LTM: change that remains after a pulse train, against the number of pulses, per pulse interval. */
export function measureStmToLtm(specimen: SpecimenSet): MeasurementOutcome {
  const found = measureDecay(specimen);
  if (found === undefined) return { reason: 'states do not decay within minutes, so there is no short-term memory' };
  const { tau, rise } = found;
  const left = INTERVALS.map((share) =>
    PULSE_COUNTS.map((count) => {
      const train = Array.from({ length: count }, (_, i) => ({ time: 1 + share * tau * i, isUp: true }));
      const b = applyPulses(specimen, train, 'low');
      const before = readDeviceStatesAtTime(b, 0);
      return readDeviceStatesAtTime(b, train.at(-1)!.time + FINAL_WAIT * tau).map((g, i) => g - before[i]!);
    }),
  );
  const last = left.map((rows) => median(rows.at(-1)!));
  if (!(Math.max(...last) > MIN_VISIBLE_RELATIVE_CHANGE * rise))
    return { reason: 'everything decays, whatever the number of pulses' };
  if (!(Math.max(...last) - Math.min(...last) > MIN_VISIBLE_RELATIVE_CHANGE * Math.max(...last)))
    return { reason: 'the lasting change does not depend on the interval of the pulses' };
  const { unit } = describeStateAxis(specimen);
  const seconds = INTERVALS.map((share) => (share * tau) / 1000);
  return {
    title: `STM to LTM: what is left ${formatTime(FINAL_WAIT * tau, 2)} after`,
    columns: createLongFormatTable(['pulses', '1', 'uint32'], ['change', unit], PULSE_COUNTS, left, [
      'interval',
      's',
      seconds,
    ]),
    chart: {
      x: { label: 'pulses' },
      y: { label: unit === 'S' ? 'lasting ΔG (S)' : 'lasting Δw', domain: [0, 0] },
      series: left.map((rows, i) =>
        createMedianSeries(`every ${formatTime(1000 * seconds[i]!, 2)}`, PULSE_COUNTS, rows),
      ),
    },
    summary: { fadesWithin: tau / 1000, intervals: seconds, after20Pulses: last },
    units: { fadesWithin: 's', intervals: 's', ...(unit === 'S' && { after20Pulses: unit }) },
  };
}
