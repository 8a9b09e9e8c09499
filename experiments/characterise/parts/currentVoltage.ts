import { ivLoop, MEMRISTORS } from '../../../synapses/devices/ivLoop.ts';
import type { Memristor } from '../../../synapses/devices/memristor.ts';
import type { LeftOut, Part } from '../part.ts';
import type { Specimen } from '../specimens.ts';

/** State at the start, and the one that counts as switched. */
const [START, SWITCHED] = [0.1, 0.9];
/** How much faster the loops are swept than the first, which switches the device. */
const FASTER = [1, 3, 10];
const POINTS = 50; // a quarter of a cycle

/** How long a device takes to switch at a constant voltage, s; undefined if it does not within three hours. */
function switchingTime(m: Memristor, voltage: number): number | undefined {
  for (let seconds = 1e-12; seconds < 1e4; seconds *= 1.25) {
    if (m.hold(START, m.polarity * voltage, seconds) >= SWITCHED) return seconds;
  }
  return undefined;
}

/** I-V loops under triangular sweeps: pinched at the origin, and the narrower the faster they are swept. */
export function currentVoltage({ loaded }: Specimen): Part | LeftOut {
  const { model, ...params } = loaded.device;
  const make = MEMRISTORS[model];
  if (make === undefined) return { leftOut: `${model} is a model of pulses, without a current at any voltage` };
  const m = make(params);
  const amplitude = Math.max(Number(params.writeVoltageUp), Number(params.writeVoltageDown));
  const seconds = switchingTime(m, amplitude);
  if (seconds === undefined) return { leftOut: `it does not switch at its write voltage of ${amplitude} V` };
  const loops = FASTER.map((faster) => {
    const period = (8 * seconds) / faster;
    // The second cycle: the first one depends on where it began.
    const rows = ivLoop(m, { amplitude, period, cycles: 2, points: POINTS, start: START }).slice(4 * POINTS);
    return { frequency: 1 / period, rows };
  });
  const column = (of: (row: (typeof loops)[0]['rows'][0]) => number) => loops.flatMap(({ rows }) => rows.map(of));
  return {
    title: `I–V loops, ±${amplitude} V`,
    columns: {
      frequency: { type: 'float64', unit: 'Hz', values: loops.flatMap((l) => l.rows.map(() => l.frequency)) },
      time: { type: 'float64', unit: 's', values: column((row) => row.time) },
      voltage: { type: 'float64', unit: 'V', values: column((row) => row.voltage) },
      current: { type: 'float64', unit: 'A', values: column((row) => row.current) },
      state: { type: 'float64', unit: '1', values: column((row) => row.state) },
    },
    chart: {
      x: { label: 'voltage (V)' },
      y: { label: 'current (A)' },
      series: loops.map(({ frequency, rows }) => ({
        name: `${Number(frequency.toPrecision(2)).toLocaleString('en-US')} Hz`,
        points: rows.map(({ voltage, current }) => ({ x: voltage, y: current })),
        path: true,
      })),
    },
    summary: { amplitude, switchingTime: seconds },
  };
}
