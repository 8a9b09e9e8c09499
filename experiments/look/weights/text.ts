import { formatCount } from '../../../core/declare/show.ts';
import { formatColumns } from '../../output/formatColumns.ts';
import { formatMeasure } from '../digits.ts';
import { formatWithPrefix } from '../plots/prefix.ts';
import { formatTime } from '../time.ts';
import type { Histogram } from './snapshots.ts';
import type { WeightsAnalysis } from './weights.ts';

const MAX_ROWS = 20;

const tableRow = (time: string, label: string, { count, mean, sd, min, max }: Histogram): string[] => [
  ...[time, label, String(count), `${formatMeasure(mean)} ± ${formatMeasure(sd)}`],
  ...[min, max].map(formatMeasure),
];

/** Formats an analysis as a table: one row per snapshot, at most 20, including the first and the last. */
export function formatWeightsAnalysis({ projection, label, recorded, devices, notes }: WeightsAnalysis): string {
  const lines = [projection];
  if (recorded !== null) {
    const { snapshots, pairs } = recorded;
    const step = Math.max(1, Math.ceil((snapshots.length - 1) / (MAX_ROWS - 1)));
    const shown = snapshots.filter((_, i) => i % step === 0 || i === snapshots.length - 1);
    const rows = shown.flatMap(({ time, weights, conductances }) => [
      tableRow(formatTime(time), label, weights),
      ...(conductances ? [tableRow('', 'conductance (S)', conductances)] : []),
    ]);
    lines.push(formatColumns([['time', '', 'synapses', 'mean ± sd', 'min', 'max'], ...rows]));
    const isolated = pairs.filter((pair) => pair.isolated).length;
    if (pairs.length > 0) lines.push(`STDP pairs: ${pairs.length}, ${isolated} of them isolated.`);
  }
  if (devices !== null) {
    const { totalPulses, totalEnergy, assumed, stuck, wornOut } = devices;
    const mark = assumed === '' ? '' : ` (${assumed})`;
    const energy = Number.isNaN(totalEnergy) ? '' : `, ${formatWithPrefix(totalEnergy, 'J')}${mark}`;
    lines.push(
      `${formatCount(devices.devices, 'device')}: ${formatCount(totalPulses, 'pulse')}${energy}; ${stuck} stuck from the beginning, ${wornOut} worn out.`,
    );
  }
  return [...lines, ...notes.map((note) => `${note[0]!.toUpperCase()}${note.slice(1)}.`)].join('\n');
}
