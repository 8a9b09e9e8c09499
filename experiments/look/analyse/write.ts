import { join } from 'node:path';
import { formatCount } from '../../../core/declare/show.ts';
import { writeLog } from '../../../core/log/create.ts';
import type { LogStream } from '../../../core/log/stream.ts';
import { rowsToColumns, type TableSpec } from '../../../core/log/tables.ts';
import { formatColumns } from '../../output/formatColumns.ts';
import type { ResultDirectory } from '../../output/results.ts';
import { formatMeasure } from '../digits.ts';
import {
  type CurveAxis,
  type CurvePoint,
  type CurveSeries,
  renderCurves,
  type TitledLineChart,
} from '../plots/chart.ts';
import { writeResultPicture } from '../plots/write.ts';
import { chooseTimeUnit, formatTime, formatTimeWindow } from '../time.ts';
import type { SpikeAnalysis } from './analyseSpikes.ts';
import { type DistributionSummary, summariseValues } from './counts.ts';
import { DEFAULT_COMPARED_NEURON_COUNT } from './distances.ts';
import { NEURON_MEASURES, type PopulationMeasures } from './population.ts';

const formatDistribution = (d: DistributionSummary | null): string =>
  d ? `${formatMeasure(d.mean)} ± ${formatMeasure(d.sd)}` : '–';

const ROWS: readonly (readonly [label: string, format: (p: PopulationMeasures) => string])[] = [
  ['neurons', (p) => `${p.size}${p.sizeKnown ? '' : ' (highest seen)'}`],
  ['silent neurons', (p) => String(p.size - p.firing)],
  ['spikes', (p) => String(p.spikes)],
  ['rate (Hz)', (p) => formatDistribution(p.rate)],
  ['  median, max', (p) => (p.rate ? `${formatMeasure(p.rate.median)}, ${formatMeasure(p.rate.max)}` : '–')],
  ['CV', (p) => formatDistribution(p.cv)],
  ['CV2', (p) => formatDistribution(p.cv2)],
  ['LV', (p) => formatDistribution(p.lv)],
  ['Fano factor', (p) => formatDistribution(p.fano)],
  ['bursts', (p) => String(p.bursts.count)],
  ['  share of spikes', (p) => formatMeasure(p.bursts.share)],
  ['  spikes per burst', (p) => formatMeasure(p.bursts.spikesPerBurst)],
  ['longest silence', (p) => formatTime(p.silence.longest)],
  ['empty bins (share)', (p) => formatMeasure(p.silence.emptyBins)],
  ['synchrony chi', (p) => formatMeasure(p.synchrony)],
  ['mean correlation', (p) => formatMeasure(p.correlation)],
];

const DISTANCES = [
  ['van Rossum distance', 'vanRossum'],
  ['Victor-Purpura dist.', 'victorPurpura'],
] as const;

export function tabulateMeasures({ populations, pairs }: SpikeAnalysis): string[][] {
  const distances = (pairs.length > 0 ? DISTANCES : []).map(([label, distance]) => [
    label,
    ...populations.map(({ name }) => {
      const values = pairs.filter(({ population }) => population === name).map((pair) => pair[distance]);
      return formatDistribution(summariseValues(Float64Array.from(values)));
    }),
  ]);
  return [
    ['', ...populations.map((p) => p.name)],
    ...ROWS.map(([label, format]) => [label, ...populations.map(format)]),
    ...distances,
  ];
}

export const describeMeasureSettings = ({
  options: { bin, fanoWindow, burstInterval, burstSpikes },
}: SpikeAnalysis): string =>
  `Mean ± standard deviation over neurons. Bins of ${formatTime(bin)}; Fano factor in windows of ${formatTime(fanoWindow)}; bursts of at least ${burstSpikes} spikes with intervals of at most ${formatTime(burstInterval)}.`;

export function formatAnalysis(analysis: SpikeAnalysis): string {
  const { log, window, options, pairs, notes } = analysis;
  const { tau, cost, neurons } = options;
  const pairTable = [
    ['pair', 'correlation', 'van Rossum', 'Victor-Purpura'],
    ...pairs.map((p) => [
      `${p.population} ${p.a}, ${p.b}`,
      ...[p.correlation, p.vanRossum, p.victorPurpura].map(formatMeasure),
    ]),
  ];
  return [
    `${log}, ${formatTimeWindow(window.from, window.to)}`,
    '',
    formatColumns(tabulateMeasures(analysis), 'right'),
    ...(neurons === undefined ? [] : ['', formatColumns(pairTable, 'right')]),
    '',
    `${describeMeasureSettings(analysis)} Distances of all pairs of the ${neurons ? 'chosen neurons' : `first ${DEFAULT_COMPARED_NEURON_COUNT} neurons that fire`}; van Rossum tau ${formatTime(tau)}; Victor-Purpura cost ${cost} per ms.`,
    ...notes.map((note) => `Note: ${note}`),
  ].join('\n');
}

/** Table with one row per neuron, including silent ones. `population`: index in the metadata list `populations`. */
export const NEURON_TABLE: TableSpec = {
  name: 'memspike.analysis.neurons/1',
  columns: {
    neuron: 'uint32',
    ...Object.fromEntries(NEURON_MEASURES.map((name) => [name, 'float64' as const])),
    population: 'uint8',
  },
};

/** Table of all curves in long format. `curve`: index in `CURVES`; `other`: second population of a correlogram. */
export const CURVE_TABLE: TableSpec = {
  name: 'memspike.analysis.curves/1',
  columns: { curve: 'uint8', population: 'uint8', other: 'uint8', x: 'float64', y: 'float64' },
};

/**
 * Names of curves, with x and y: interspike intervals (ms; count), correlogram (lag, ms; count), power spectrum (Hz;
 * Hz²/Hz), peristimulus histogram (ms after trigger; Hz).
 */
const CURVES = ['isi', 'correlogram', 'spectrum', 'psth'] as const;

export const PAIR_TABLE: TableSpec = {
  name: 'memspike.analysis.pairs/1',
  columns: {
    a: 'uint32',
    b: 'uint32',
    correlation: 'float64',
    vanRossum: 'float64',
    victorPurpura: 'float64',
    population: 'uint8',
  },
};

const BATCH_ROWS = 65536;

function writeNeurons(log: LogStream, { populations, measure }: SpikeAnalysis): void {
  populations.forEach(({ size }, p) => {
    for (let first = 0; first < size; first += BATCH_ROWS) {
      const rows = Array.from({ length: Math.min(BATCH_ROWS, size - first) }, (_, i) => {
        const measures = NEURON_MEASURES.map((name) => [name, measure(p, first + i, name)]);
        return { neuron: first + i, ...Object.fromEntries(measures), population: p };
      });
      log.write(rowsToColumns(NEURON_TABLE, rows), rows.length);
    }
  });
}

function writeCurves(log: LogStream, { populations, correlograms }: SpikeAnalysis): void {
  const names = populations.map(({ name }) => name);
  const write = (
    curve: (typeof CURVES)[number],
    [a, b]: readonly [string, string],
    x: readonly number[],
    y: readonly number[],
  ) => {
    const key = { curve: CURVES.indexOf(curve), population: names.indexOf(a), other: names.indexOf(b) };
    const rows = y.map((value, i) => ({ ...key, x: x[i]!, y: value }));
    log.write(rowsToColumns(CURVE_TABLE, rows), rows.length);
  };
  for (const { name, isi, spectrum, psth } of populations) {
    write('isi', [name, name], isi.edges, isi.counts);
    if (spectrum) write('spectrum', [name, name], spectrum.frequencies, spectrum.power);
    if (psth) write('psth', [name, name], psth.times, psth.rates);
  }
  for (const { a, b, bin, lags, counts } of correlograms) {
    const times = lags.map((k) => k * bin);
    write('correlogram', [a, b], times, counts);
  }
}

function writePairs(log: LogStream, { pairs, populations }: SpikeAnalysis): void {
  const names = populations.map(({ name }) => name);
  const rows = pairs.map((pair) => ({ ...pair, population: names.indexOf(pair.population) }));
  log.write(rowsToColumns(PAIR_TABLE, rows), rows.length);
}

export function writeAnalysis(analysis: SpikeAnalysis, directory: ResultDirectory): void {
  const names = JSON.stringify(analysis.populations.map((p) => p.name));
  const metadata = { populations: names, curves: JSON.stringify(CURVES), log: analysis.log };
  const pictures = Object.entries(renderAnalysisPictures(analysis));
  directory.prepareDirectory();
  for (const [file, table, write] of [
    ['neurons.arrows', NEURON_TABLE, writeNeurons],
    ['curves.arrows', CURVE_TABLE, writeCurves],
    ['pairs.arrows', PAIR_TABLE, writePairs],
  ] as const)
    directory.writeFiles([file], (path) => writeLog(join(path, file), table, metadata, (log) => write(log, analysis)));
  for (const [name, svg] of pictures) writeResultPicture(directory, name, svg);
  directory.writeMarkFile(analysis);
}

const makePopulationSeries = (
  { populations }: SpikeAnalysis,
  pointsOf: (population: PopulationMeasures) => readonly CurvePoint[],
): CurveSeries[] =>
  populations.map((p) => ({ name: p.name, points: pointsOf(p) })).filter(({ points }) => points.length > 0);

/** Percentage of intervals per bin, against the geometric mean of the bin edges, ms. */
function makeIntervalPoints({ isi: { edges, counts } }: PopulationMeasures): CurvePoint[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count, i) => ({ x: Math.sqrt(edges[i]! * edges[i + 1]!), y: (100 * count) / total }));
}

/** Power spectrum without frequency 0, because the axes are logarithmic. */
const makeSpectrumPoints = ({ spectrum }: PopulationMeasures): CurvePoint[] =>
  (spectrum?.frequencies ?? []).map((x, i) => ({ x, y: spectrum!.power[i]! })).filter(({ x, y }) => x > 0 && y > 0);

/** Coincidence counts, divided by the counts expected of independent neurons, against the lag, ms. */
const makeCorrelogramSeries = ({ correlograms }: SpikeAnalysis): CurveSeries[] =>
  correlograms
    .map(({ a, b, bin, lags, counts, expected }) => ({
      name: a === b ? `${a}, different neurons` : `${b} after ${a}`,
      points: lags.map((k, i) => ({ x: k * bin, y: counts[i]! / expected[i]! })).filter(({ y }) => Number.isFinite(y)),
    }))
    .filter(({ points }) => points.length > 0);

/** Converts curves from ms to ms, s, min or h, depending on the longest time; a logarithmic axis stays in ms. */
function makeTimeAxis(name: string, series: readonly CurveSeries[], { log, domain = [0, 0] }: Partial<CurveAxis> = {}) {
  const longest = Math.max(domain[1], ...series.flatMap(({ points }) => points.map(({ x }) => Math.abs(x))));
  const { unit, ms } = chooseTimeUnit(log ? 0 : longest);
  const [low, high] = domain;
  return {
    x: { label: `${name} (${unit})`, ...(log ? { log } : high > 0 ? { domain: [low / ms, high / ms] as const } : {}) },
    series: series.map((one) => ({ ...one, points: one.points.map((p) => ({ ...p, x: p.x / ms })) })),
  };
}

/** Names the MNIST phase whose images trigger the PSTH, or suggests `--phase` if no phase is selected. */
const describePhase = ({ options: { trigger, phase } }: SpikeAnalysis): string => {
  if (trigger !== 'images') return '';
  return phase === undefined ? ' (images of all phases; --phase selects one)' : ` (${phase} images)`;
};

export function renderAnalysisPictures(analysis: SpikeAnalysis): Record<string, string> {
  const { bin, after } = analysis.options;
  const subtitle = formatTimeWindow(analysis.window.from, analysis.window.to);
  const triggerCount = analysis.populations.find((p) => p.psth)?.psth?.triggers ?? 0;
  // Rates are drawn at the middle of each bin.
  const rates = makePopulationSeries(
    analysis,
    ({ psth }) => psth?.times.map((t, i) => ({ x: t + bin / 2, y: psth.rates[i]! })) ?? [],
  );
  const end = Math.max(...rates.flatMap(({ points }) => points.map(({ x }) => x + bin / 2)));
  const curves: Record<string, TitledLineChart> = {
    isi: {
      title: 'Interspike intervals',
      subtitle: `${subtitle}; 10 bins per decade`,
      ...makeTimeAxis('interval', makePopulationSeries(analysis, makeIntervalPoints), { log: true }),
      y: { label: 'share of intervals (%)', domain: [0, 0] },
    },
    correlogram: {
      title: 'Cross-correlogram',
      subtitle: `${subtitle}; bins of ${formatTime(bin)}`,
      ...makeTimeAxis('lag', makeCorrelogramSeries(analysis)),
      y: { label: 'coincidences / chance', domain: [0.9, 1.1] },
      references: [{ name: 'independent', y: 1 }],
    },
    spectrum: {
      title: 'Power spectrum of the population rate',
      subtitle: `${subtitle}; rate per neuron in bins of ${formatTime(bin)}`,
      x: { label: 'frequency (Hz)', log: true },
      y: { label: 'power density (Hz²/Hz)', log: true },
      series: makePopulationSeries(analysis, makeSpectrumPoints),
    },
    psth: {
      title: 'Rate after a trigger',
      subtitle: `${subtitle}; mean of ${formatCount(triggerCount, 'trigger')}${describePhase(analysis)}, bins of ${formatTime(bin)}`,
      ...makeTimeAxis('time after trigger', rates, { domain: [0, Math.min(after, end)] }),
      y: { label: 'rate per neuron (Hz)', domain: [0, 0] },
    },
  };
  const drawn = Object.entries(curves).filter(([, { series }]) => series.length > 0);
  return Object.fromEntries(drawn.map(([name, one]) => [name, renderCurves(one)]));
}
