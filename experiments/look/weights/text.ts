import { plural } from '../../../core/declare/show.ts';
import { columns } from '../../cli/columns.ts';
import { withPrefix } from '../plots/prefix.ts';
import { timeText } from '../time.ts';
import type { Histogram } from './histogram.ts';
import type { WeightsStudy } from './weights.ts';

const MOST_LINES = 20;
const figure = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(4))) : '–');
const line = (time: string, name: string, { count, mean, sd, min, max }: Histogram): string[] => [
  time,
  name,
  String(count),
  `${figure(mean)} ± ${figure(sd)}`,
  figure(min),
  figure(max),
];

/** A study as a table for the terminal: a line for each moment, of many the first, the last and some between. */
export function weightsText({ projection, label, recorded, devices, notes }: WeightsStudy): string {
  const lines = [projection];
  if (recorded !== null) {
    const { moments } = recorded;
    const step = Math.max(1, Math.ceil((moments.length - 1) / (MOST_LINES - 1)));
    const shown = moments.filter((_, i) => i % step === 0 || i === moments.length - 1);
    const rows = shown.flatMap(({ time, weights, conductances }) => [
      line(timeText(time), label, weights),
      ...(conductances ? [line('', 'conductance (S)', conductances)] : []),
    ]);
    lines.push(columns([['time', '', 'synapses', 'mean ± sd', 'min', 'max'], ...rows]));
    if (recorded.pairs.length > 0) {
      const alone = recorded.pairs.filter(({ isolated }) => isolated).length;
      lines.push(`STDP pairs: ${recorded.pairs.length}, of which ${alone} alone changed their weight.`);
    }
  }
  if (devices !== null) {
    const { totalPulses, totalEnergy, assumed, stuck, wornOut } = devices;
    const mark = assumed === '' ? '' : ` (${assumed})`;
    const joules = Number.isNaN(totalEnergy) ? '' : `, ${withPrefix(totalEnergy, 'J')}${mark}`;
    lines.push(
      `${plural(devices.devices, 'device')}: ${plural(totalPulses, 'pulse')}${joules}; ${stuck} stuck from the beginning, ${wornOut} worn out.`,
    );
  }
  return [...lines, ...notes.map((note) => `${note[0]!.toUpperCase()}${note.slice(1)}.`)].join('\n');
}
