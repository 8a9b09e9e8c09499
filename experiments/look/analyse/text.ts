import { columns } from '../../cli/columns.ts';
import { timeText, windowText } from '../time.ts';
import type { Analysis } from './analyse.ts';
import { FIRST, type Pair } from './pairs.ts';
import type { PopulationMeasures } from './population.ts';
import { type Spread, spread } from './rates.ts';

/** Four significant digits, or a dash for what there is too little of. */
const figure = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(4))) : '–');

const meanOf = (s: Spread | null): string => (s ? `${figure(s.mean)} ± ${figure(s.sd)}` : '–');

/** Rows of the table: what it is, with its unit, and how a population shows it. */
const ROWS: readonly (readonly [label: string, show: (p: PopulationMeasures) => string])[] = [
  ['neurons', (p) => `${p.size}${p.sizeKnown ? '' : ' (highest seen)'}`],
  ['silent neurons', (p) => String(p.size - p.firing)],
  ['spikes', (p) => String(p.spikes)],
  ['rate (Hz)', (p) => meanOf(p.rate)],
  ['  median, max', (p) => (p.rate ? `${figure(p.rate.median)}, ${figure(p.rate.max)}` : '–')],
  ['CV', (p) => meanOf(p.cv)],
  ['CV2', (p) => meanOf(p.cv2)],
  ['LV', (p) => meanOf(p.lv)],
  ['Fano factor', (p) => meanOf(p.fano)],
  ['bursts', (p) => String(p.bursts.count)],
  ['  share of spikes', (p) => figure(p.bursts.share)],
  ['  spikes a burst', (p) => figure(p.bursts.spikesPerBurst)],
  ['longest silence', (p) => timeText(p.silence.longest)],
  ['empty bins (share)', (p) => figure(p.silence.emptyBins)],
  ['synchrony chi', (p) => figure(p.synchrony)],
  ['mean correlation', (p) => figure(p.correlation)],
];

const DISTANCES = [
  ['van Rossum distance', 'vanRossum'],
  ['Victor-Purpura dist.', 'victorPurpura'],
] as const;

const distances = (pairs: readonly Pair[], { name }: PopulationMeasures, distance: 'vanRossum' | 'victorPurpura') =>
  spread(Float64Array.from(pairs.filter(({ population }) => population === name).map((pair) => pair[distance])));

const pairRows = (pairs: readonly Pair[]): string[][] => [
  ['pair', 'correlation', 'van Rossum', 'Victor-Purpura'],
  ...pairs.map((p) => [
    `${p.population} ${p.a}, ${p.b}`,
    figure(p.correlation),
    figure(p.vanRossum),
    figure(p.victorPurpura),
  ]),
];

/** The measures of each population as rows of cells; the first row is their names. */
export function measureRows({ populations, pairs }: Analysis): string[][] {
  const compared = pairs.length > 0 ? DISTANCES : [];
  return [
    ['', ...populations.map((p) => p.name)],
    ...ROWS.map(([label, show]) => [label, ...populations.map(show)]),
    ...compared.map(([label, distance]) => [label, ...populations.map((p) => meanOf(distances(pairs, p, distance)))]),
  ];
}

/** How the measures were made. */
export const measuredHow = ({ options: { bin, fanoWindow, burstInterval, burstSpikes } }: Analysis): string =>
  `Mean ± standard deviation over neurons. Bins of ${timeText(bin)}; Fano factor in windows of ${timeText(fanoWindow)}; bursts of ${burstSpikes} spikes or more, at most ${timeText(burstInterval)} apart.`;

/** The analysis as a table for the terminal. */
export function analysisText(analysis: Analysis): string {
  const { log, window, options, pairs, notes } = analysis;
  const { tau, cost, neurons } = options;
  const compared = neurons === undefined ? [] : ['', columns(pairRows(pairs), 'right')];
  return [
    `${log}, ${windowText(window.from, window.to)}`,
    '',
    columns(measureRows(analysis), 'right'),
    ...compared,
    '',
    `${measuredHow(analysis)} Distances over the pairs of ${neurons ? 'those named' : `the first ${FIRST} that fire`}; van Rossum tau ${timeText(tau)}; Victor-Purpura cost ${cost} per ms.`,
    ...notes.map((note) => `Note: ${note}`),
  ].join('\n');
}
