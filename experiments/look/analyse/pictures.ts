import { plural } from '../../../core/declare/show.ts';
import type { CurveAxis, CurvePoint, CurveSeries } from '../plots/chart.ts';
import { type Curve, curve } from '../plots/curve.ts';
import { chooseTimeUnit, formatTime, formatWindow } from '../time.ts';
import type { Analysis } from './analyse.ts';
import type { PopulationMeasures } from './population.ts';

/** One series per population that has points. */
const seriesByPopulation = (
  { populations }: Analysis,
  pointsOf: (population: PopulationMeasures) => readonly CurvePoint[],
): CurveSeries[] =>
  populations.map((p) => ({ name: p.name, points: pointsOf(p) })).filter(({ points }) => points.length > 0);

/** Share of the intervals in each bin, percent, at the middle of the bin on the logarithmic axis. */
function intervalPoints({ isi: { edges, counts } }: PopulationMeasures): CurvePoint[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count, i) => ({ x: Math.sqrt(edges[i]! * edges[i + 1]!), y: (100 * count) / total }));
}

/** Power at frequencies above 0, because the axes are logarithmic. */
const spectrumPoints = ({ spectrum }: PopulationMeasures): CurvePoint[] =>
  (spectrum?.frequencies ?? []).map((x, i) => ({ x, y: spectrum!.power[i]! })).filter(({ x, y }) => x > 0 && y > 0);

/** Coincidences by lag relative to independent neurons. */
const correlogramSeries = ({ correlograms }: Analysis): CurveSeries[] =>
  correlograms
    .map(({ a, b, bin, lags, counts, expected }) => ({
      name: a === b ? `${a}, different neurons` : `${b} after ${a}`,
      points: lags.map((k, i) => ({ x: k * bin, y: counts[i]! / expected[i]! })).filter(({ y }) => Number.isFinite(y)),
    }))
    .filter(({ points }) => points.length > 0);

/** Time axis and series with x in ms, both converted to the unit that suits the longest time. */
function makeTimeAxis(name: string, series: readonly CurveSeries[], { log, domain = [0, 0] }: Partial<CurveAxis> = {}) {
  const longest = Math.max(domain[1], ...series.flatMap(({ points }) => points.map(({ x }) => Math.abs(x))));
  const { unit, ms } = chooseTimeUnit(longest);
  const [low, high] = domain;
  return {
    x: { label: `${name} (${unit})`, ...(log ? { log } : high > 0 ? { domain: [low / ms, high / ms] as const } : {}) },
    series: series.map((one) => ({ ...one, points: one.points.map((p) => ({ ...p, x: p.x / ms })) })),
  };
}

/** Phase of the images that are triggers. Phases have presentations of different length, so a mean over all phases mixes them. */
const describePhase = ({ options: { trigger, phase } }: Analysis): string => {
  if (trigger !== 'images') return '';
  return phase === undefined ? ' (images of all phases; --phase selects one)' : ` (${phase} images)`;
};

/** Pictures of an analysis, SVG by name. Empty pictures are left out. */
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
      subtitle: `${subtitle}; mean of ${plural(triggerCount, 'trigger')}${describePhase(analysis)}, bins of ${formatTime(bin)}`,
      ...makeTimeAxis('time after trigger', rates, { domain: [0, Math.min(after, end)] }),
      y: { label: 'rate per neuron (Hz)', domain: [0, 0] },
    },
  };
  const drawn = Object.entries(curves).filter(([, { series }]) => series.length > 0);
  return Object.fromEntries(drawn.map(([name, one]) => [name, curve(one)]));
}
