import { join } from 'node:path';
import { formatCount } from '../../../core/declare/show.ts';
import { writeLog } from '../../../core/log/create.ts';
import { rowsToColumns, type TableSpec } from '../../../core/log/tables.ts';
import { formatColumns } from '../../output/formatColumns.ts';
import type { ResultDirectory } from '../../output/results.ts';
import { formatMeasure } from '../digits.ts';
import { formatWithPrefix } from '../plots/prefix.ts';
import { listPictureFileNames, writeResultPicture } from '../plots/write.ts';
import { formatTime } from '../time.ts';
import { drawWeightsAnalysis } from './pictures.ts';
import type { Histogram } from './snapshots.ts';
import type { WeightsAnalysis } from './weights.ts';

const MAX_ROWS = 20;

const tableRow = (time: string, label: string, { valueCount, mean, sd, min, max }: Histogram): string[] => [
  ...[time, label, String(valueCount), `${formatMeasure(mean)} ± ${formatMeasure(sd)}`],
  ...[min, max].map(formatMeasure),
];

export function formatWeightsAnalysis({
  projection,
  weightLabel,
  weightRecord,
  devices,
  notes,
}: WeightsAnalysis): string {
  const lines = [projection];
  if (weightRecord !== null) {
    const { snapshots, pairs } = weightRecord;
    const step = Math.max(1, Math.ceil((snapshots.length - 1) / (MAX_ROWS - 1)));
    const shown = snapshots.filter((_, i) => i % step === 0 || i === snapshots.length - 1);
    const rows = shown.flatMap(({ time, weightHistogram, conductanceHistogram }) => [
      tableRow(formatTime(time), weightLabel, weightHistogram),
      ...(conductanceHistogram ? [tableRow('', 'conductance (S)', conductanceHistogram)] : []),
    ]);
    lines.push(formatColumns([['time', '', 'synapses', 'mean ± sd', 'min', 'max'], ...rows]));
    const isolated = pairs.filter((pair) => pair.isolated).length;
    if (pairs.length > 0) lines.push(`STDP pairs: ${pairs.length}, ${isolated} of them isolated.`);
  }
  if (devices !== null) {
    const { totalPulses, totalEnergy, assumedPulse, stuck, wornOut } = devices;
    const mark = assumedPulse === '' ? '' : ` (${assumedPulse})`;
    const energy = Number.isNaN(totalEnergy) ? '' : `, ${formatWithPrefix(totalEnergy, 'J')}${mark}`;
    lines.push(
      `${formatCount(devices.devices, 'device')}: ${formatCount(totalPulses, 'pulse')}${energy}; ${stuck} stuck from the beginning, ${wornOut} worn out.`,
    );
  }
  return [...lines, ...notes.map((note) => `${note[0]!.toUpperCase()}${note.slice(1)}.`)].join('\n');
}

/** Table of weight histograms with one row per bin: time (ms), edges `low` and `high` (weight unit or S), number of synapses. */
export const HISTOGRAM_TABLE: TableSpec = {
  name: 'memspike.weights.histograms/1',
  columns: { time: 'float64', quantity: 'uint8', low: 'float64', high: 'float64', synapses: 'uint32' },
};
const QUANTITIES = ['weight', 'conductance'] as const;

/** Table of STDP pairs with one row per weight change: time (ms), Δt (ms), Δw, weight before the change, 1 if the pair is isolated. */
export const STDP_PAIR_TABLE: TableSpec = {
  name: 'memspike.weights.pairs/1',
  columns: {
    time: 'float64',
    pre: 'uint32',
    post: 'uint32',
    interval: 'float64',
    change: 'float64',
    before: 'float64',
    isolated: 'uint8',
  },
};

const summariseHistogram = (h: Histogram) => ({
  synapses: h.valueCount,
  mean: h.mean,
  sd: h.sd,
  min: h.min,
  max: h.max,
  histogram: { low: h.lowestEdge, binWidth: h.binWidth, counts: [...h.binCounts] },
});

export function summariseWeights(analysis: WeightsAnalysis): object {
  const { projection, weightLabel: label, weightRecord, devices, image, options, notes } = analysis;
  const moments = weightRecord?.snapshots.map(({ time, weightHistogram, conductanceHistogram }) => ({
    time,
    weights: summariseHistogram(weightHistogram),
    conductances: conductanceHistogram && summariseHistogram(conductanceHistogram),
  }));
  const { totalPulses, totalEnergy, stuck, wornOut } = devices ?? {};
  const sums = devices && { devices: devices.devices, pulses: totalPulses, writeEnergy: totalEnergy, stuck, wornOut };
  return {
    projection,
    label,
    image,
    options,
    moments,
    stdpPairs: weightRecord?.pairs.length ?? 0,
    devices: sums,
    notes,
  };
}

function writeHistograms(file: string, { weightRecord, projection }: WeightsAnalysis): void {
  writeLog(file, HISTOGRAM_TABLE, { quantities: JSON.stringify(QUANTITIES), projection }, (log) => {
    for (const { time, weightHistogram, conductanceHistogram } of weightRecord!.snapshots) {
      [weightHistogram, conductanceHistogram].forEach((histogram, quantity) => {
        if (histogram === null) return;
        const edge = (k: number): number => histogram.lowestEdge + k * histogram.binWidth;
        const rows = Array.from(histogram.binCounts, (synapses, k) => {
          return { time, quantity, low: edge(k), high: edge(k + 1), synapses };
        });
        log.write(rowsToColumns(HISTOGRAM_TABLE, rows), rows.length);
      });
    }
  });
}

function writePairs(file: string, { weightRecord, projection }: WeightsAnalysis): void {
  const { pairs } = weightRecord!;
  writeLog(file, STDP_PAIR_TABLE, { projection }, (log) =>
    log.write(rowsToColumns(STDP_PAIR_TABLE, pairs), pairs.length),
  );
}

export function writeWeightsAnalysis(analysis: WeightsAnalysis, directory: ResultDirectory): string[] {
  const { weightRecord } = analysis;
  const drawn = Object.entries(drawWeightsAnalysis(analysis));
  const tables = [
    ...(weightRecord !== null ? [['weights.histograms.arrows', writeHistograms] as const] : []),
    ...(weightRecord !== null && weightRecord.pairs.length > 0 ? [['weights.stdp.arrows', writePairs] as const] : []),
  ];
  directory.prepareDirectory([
    ...drawn.flatMap(([name]) => listPictureFileNames(name)),
    ...tables.map(([name]) => name),
  ]);
  for (const [name, svg] of drawn) writeResultPicture(directory, name, svg);
  for (const [name, write] of tables) directory.writeFiles([name], (path) => write(join(path, name), analysis));
  return directory.writeMarkFile(summariseWeights(analysis));
}
