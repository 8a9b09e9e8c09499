import { ivLoop, MEMRISTORS } from '../../../../synapses/devices/ivLoop.ts';
import type { Memristor } from '../../../../synapses/devices/memristor.ts';
import { formatWithPrefix } from '../../../look/plots/prefix.ts';
import { createTableColumn, type MeasurementOutcome } from '../measurementReport.ts';
import type { SpecimenSet } from '../specimens.ts';

/** Device state, 0 to 1, at the start of a loop, and the state that the slowest loop must reach. */
const [START_STATE, SWITCHED_STATE] = [0.1, 0.7];
const SWEEP_RATES = [1, 3, 10];
/** Number of points per quarter of a voltage cycle: in recorded loops, and in the search for the period. */
const [POINTS, SEARCH_POINTS] = [200, 16];
const [MIN_PERIOD, MAX_PERIOD] = [1e-12, 1e6]; // s

/** Finds the shortest period of a voltage sweep, s, that switches the device; undefined if no period does. */
function findPeriod(m: Memristor, amplitude: number): number | undefined {
  const reaches = (period: number) =>
    ivLoop(m, { amplitude, period, cycles: 1, points: SEARCH_POINTS, start: START_STATE }).some(
      ({ state }) => state >= SWITCHED_STATE,
    );
  let period = MIN_PERIOD;
  while (!reaches(period)) if ((period *= 2) > MAX_PERIOD) return undefined;
  let [low, high] = [period / 2, period];
  while (high > 1.01 * low) {
    const middle = Math.sqrt(low * high);
    if (reaches(middle)) high = middle;
    else low = middle;
  }
  return high;
}

export function measureCurrentVoltage({ loaded }: SpecimenSet): MeasurementOutcome {
  const { model, ...params } = loaded.device;
  const make = MEMRISTORS[model];
  if (make === undefined) return { reason: `${model} is a model of pulses, which defines no current` };
  const m = make(params);
  const amplitude = Math.max(Number(params.writeVoltageUp), Number(params.writeVoltageDown));
  const longest = findPeriod(m, amplitude);
  if (longest === undefined) return { reason: `the device does not switch at its write voltage of ${amplitude} V` };
  const loops = SWEEP_RATES.map((faster) => {
    const period = longest / faster;
    // Only the second cycle of the voltage is kept, because the first one depends on the initial state of the device.
    const rows = ivLoop(m, { amplitude, period, cycles: 2, points: POINTS, start: START_STATE }).slice(4 * POINTS);
    return { frequency: 1 / period, rows };
  });
  const columnOf = (unit: string, key: 'time' | 'voltage' | 'current' | 'state') =>
    createTableColumn(
      unit,
      loops.flatMap(({ rows }) => rows.map((row) => row[key])),
    );
  const frequencies = loops.flatMap(({ frequency, rows }) => rows.map(() => frequency));
  return {
    title: `I–V loops, ±${amplitude} V`,
    columns: {
      frequency: createTableColumn('Hz', frequencies),
      time: columnOf('s', 'time'),
      voltage: columnOf('V', 'voltage'),
      current: columnOf('A', 'current'),
      state: columnOf('1', 'state'),
    },
    chart: {
      x: { label: 'voltage (V)' },
      y: { label: 'current (A)' },
      series: loops.map(({ frequency, rows }) => ({
        name: formatWithPrefix(frequency, 'Hz'),
        points: rows.map(({ voltage, current }) => ({ x: voltage, y: current })),
        keepsOrder: true,
      })),
    },
    summary: { amplitude, slowest: 1 / longest },
    units: { amplitude: 'V', slowest: 'Hz' },
  };
}
