import { formatCount } from '../../../core/declare/show.ts';
import type { CurveAxis, CurvePoint, CurveSeries } from '../plots/chart.ts';
import { type Curve, curve } from '../plots/curve.ts';
import { chooseTimeUnit, formatTime, formatWindow } from '../time.ts';
import type { Analysis } from './analyse.ts';
import type { PopulationMeasures } from './population.ts';

/** Creates one curve per population that has points. */
const seriesByPopulation = (
  { populations }: Analysis,
  pointsOf: (population: PopulationMeasures) => readonly CurvePoint[],
): CurveSeries[] =>
  populations.map((p) => ({ name: p.name, points: pointsOf(p) })).filter(({ points }) => points.length > 0);

/** Percentage of intervals in each bin, at the logarithmic bin centre. */
function intervalPoints({ isi: { edges, counts } }: PopulationMeasures): CurvePoint[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count, i) => ({ x: Math.sqrt(edges[i]! * edges[i + 1]!), y: (100 * count) / total }));
}

/** Power spectrum without frequency 0, because the axes are logarithmic. */
const spectrumPoints = ({ spectrum }: PopulationMeasures): CurvePoint[] =>
  (spectrum?.frequencies ?? []).map((x, i) => ({ x, y: spectrum!.power[i]! })).filter(({ x, y }) => x > 0 && y > 0);

/** Coincidences at each lag, divided by those expected of independent neurons. */
const correlogramSeries = ({ correlograms }: Analysis): CurveSeries[] =>
  correlograms
    .map(({ a, b, bin, lags, counts, expected }) => ({
      name: a === b ? `${a}, different neurons` : `${b} after ${a}`,
      points: lags.map((k, i) => ({ x: k * bin, y: counts[i]! / expected[i]! })).filter(({ y }) => Number.isFinite(y)),
    }))
    .filter(({ points }) => points.length > 0);

/** Converts a time axis and its curves from ms to the unit that suits the longest time. */
function makeTimeAxis(name: string, series: readonly CurveSeries[], { log, domain = [0, 0] }: Partial<CurveAxis> = {}) {
  const longest = Math.max(domain[1], ...series.flatMap(({ points }) => points.map(({ x }) => Math.abs(x))));
  const { unit, ms } = chooseTimeUnit(longest);
  const [low, high] = domain;
  return {
    x: { label: `${name} (${unit})`, ...(log ? { log } : high > 0 ? { domain: [low / ms, high / ms] as const } : {}) },
    series: series.map((one) => ({ ...one, points: one.points.map((p) => ({ ...p, x: p.x / ms })) })),
  };
}

/** Text on the phase of trigger images. A mean over all phases would mix presentations of different duration. */
const describePhase = ({ options: { trigger, phase } }: Analysis): string => {
  if (trigger !== 'images') return '';
  return phase === undefined ? ' (images of all phases; --phase selects one)' : ` (${phase} images)`;
};

/** Draws the pictures of an analysis as SVG, by name; empty pictures are omitted. */
export function drawAnalysis(analysis: Analysis): Record<string, string> {
  const { bin, after } = analysis.options;
  const subtitle = formatWindow(analysis.window.from, analysis.window.to);
  const triggerCount = analysis.populations.find((p) => p.psth)?.psth?.triggers ?? 0;
  // Rates are drawn at the middle of each bin.
  const rates = seriesByPopulation(
    analysis,
    ({ psth }) => psth?.times.map((t, i) => ({ x: t + bin / 2, y: psth.rates[i]! })) ?? [],
  );
  const end = Math.max(...rates.flatMap(({ points }) => points.map(({ x }) => x + bin / 2)));
  const curves: Record<string, Curve> = {
    isi: {
      title: 'Interspike intervals',
      subtitle: `${subtitle}; 10 bins per decade`,
      ...makeTimeAxis('interval', seriesByPopulation(analysis, intervalPoints), { log: true }),
      y: { label: 'share of intervals (%)', domain: [0, 0] },
    },
    correlogram: {
      title: 'Cross-correlogram',
      subtitle: `${subtitle}; bins of ${formatTime(bin)}`,
      ...makeTimeAxis('lag', correlogramSeries(analysis)),
      y: { label: 'coincidences / chance', domain: [0.9, 1.1] },
      references: [{ name: 'independent', y: 1 }],
    },
    spectrum: {
      title: 'Power spectrum of the population rate',
      subtitle: `${subtitle}; rate per neuron in bins of ${formatTime(bin)}`,
      x: { label: 'frequency (Hz)', log: true },
      y: { label: 'power density (Hz²/Hz)', log: true },
      series: seriesByPopulation(analysis, spectrumPoints),
    },
    psth: {
      title: 'Rate after a trigger',
      subtitle: `${subtitle}; mean of ${formatCount(triggerCount, 'trigger')}${describePhase(analysis)}, bins of ${formatTime(bin)}`,
      ...makeTimeAxis('time after trigger', rates, { domain: [0, Math.min(after, end)] }),
      y: { label: 'rate per neuron (Hz)', domain: [0, 0] },
    },
  };
  const drawn = Object.entries(curves).filter(([, { series }]) => series.length > 0);
  return Object.fromEntries(drawn.map(([name, one]) => [name, curve(one)]));
}
