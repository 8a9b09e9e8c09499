import { formatColumns } from '../../output/formatColumns.ts';
import { formatMeasure } from '../digits.ts';
import { formatTime, formatWindow } from '../time.ts';
import type { Analysis } from './analyse.ts';
import { DEFAULT_NEURON_COUNT } from './distances.ts';
import type { PopulationMeasures } from './population.ts';
import { type Distribution, summariseValues } from './rates.ts';

const formatDistribution = (d: Distribution | null): string =>
  d ? `${formatMeasure(d.mean)} ± ${formatMeasure(d.sd)}` : '–';

/** Rows of the table: label with unit, and function that formats the value for a population. */
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

/** Table of the measures, one column per population; the first row holds the population names. */
export function tabulateMeasures({ populations, pairs }: Analysis): string[][] {
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

/** Paragraph with the parameters of the measures. */
export const describeMethods = ({ options: { bin, fanoWindow, burstInterval, burstSpikes } }: Analysis): string =>
  `Mean ± standard deviation over neurons. Bins of ${formatTime(bin)}; Fano factor in windows of ${formatTime(fanoWindow)}; bursts of at least ${burstSpikes} spikes with intervals of at most ${formatTime(burstInterval)}.`;

/** Formats an analysis as tables for the terminal. */
export function formatAnalysis(analysis: Analysis): string {
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
    `${log}, ${formatWindow(window.from, window.to)}`,
    '',
    formatColumns(tabulateMeasures(analysis), 'right'),
    ...(neurons === undefined ? [] : ['', formatColumns(pairTable, 'right')]),
    '',
    `${describeMethods(analysis)} Distances of all pairs of the ${neurons ? 'chosen neurons' : `first ${DEFAULT_NEURON_COUNT} neurons that fire`}; van Rossum tau ${formatTime(tau)}; Victor-Purpura cost ${cost} per ms.`,
    ...notes.map((note) => `Note: ${note}`),
  ].join('\n');
}
