import { plural } from '../../../core/declare/show.ts';
import type { CurveAxis, CurveSeries } from '../plots/chart.ts';
import { type Curve, curve } from '../plots/curve.ts';
import { timeText, timeUnit, windowText } from '../time.ts';
import type { Analysis } from './analyse.ts';
import type { AnalysisOptions } from './options.ts';

const some = (series: readonly CurveSeries[]) => series.filter((one) => one.points.length > 0);

/** Share of the intervals in each bin, drawn at the middle of its bin on the logarithmic axis. */
function isiSeries({ populations }: Analysis): CurveSeries[] {
  return some(
    populations.map(({ name, isi: { edges, counts } }) => {
      const all = counts.reduce((sum, count) => sum + count, 0);
      const middle = (i: number) => Math.sqrt(edges[i]! * edges[i + 1]!);
      return { name, points: counts.map((count, i) => ({ x: middle(i), y: (100 * count) / all })) };
    }),
  );
}

function correlogramSeries({ correlograms }: Analysis): CurveSeries[] {
  return some(
    correlograms.map(({ a, b, bin, lags, counts, expected }) => ({
      name: a === b ? `${a}, different neurons` : `${b} after ${a}`,
      points: lags.map((k, i) => ({ x: k * bin, y: counts[i]! / expected[i]! })).filter(({ y }) => Number.isFinite(y)),
    })),
  );
}

function spectrumSeries({ populations }: Analysis): CurveSeries[] {
  return some(
    populations.map(({ name, spectrum }) => ({
      name,
      // Zero has no place on a logarithmic axis.
      points: (spectrum?.frequencies ?? [])
        .map((x, i) => ({ x, y: spectrum!.power[i]! }))
        .filter(({ x, y }) => x > 0 && y > 0),
    })),
  );
}

/** Drawn at the middle of each bin. */
function psthSeries({ populations, options: { bin } }: Analysis): CurveSeries[] {
  return some(
    populations.map(({ name, psth }) => ({
      name,
      points: psth?.times.map((t, i) => ({ x: t + bin / 2, y: psth.rates[i]! })) ?? [],
    })),
  );
}

/** An axis of times (ms) and its series, in the unit that suits the longest of them. */
function timed(name: string, series: readonly CurveSeries[], { log, domain = [0, 0] }: Partial<CurveAxis> = {}) {
  const most = Math.max(domain[1], ...series.flatMap(({ points }) => points.map(({ x }) => Math.abs(x))));
  const { unit, ms } = timeUnit(most);
  const [low, high] = domain;
  return {
    x: { label: `${name} (${unit})`, ...(log ? { log } : high > 0 ? { domain: [low / ms, high / ms] as const } : {}) },
    series: series.map((one) => ({ ...one, points: one.points.map((p) => ({ ...p, x: p.x / ms })) })),
  };
}

/** Of which images the triggers are: phases show them for unequal times, and a mean over all of them is a mixture. */
const phases = ({ trigger, phase }: Pick<AnalysisOptions, 'trigger' | 'phase'>): string => {
  if (trigger !== 'images') return '';
  return phase === undefined ? ' (images of all phases; --phase takes one)' : ` (${phase} images)`;
};

/** The pictures of an analysis, SVG by name; one that would be empty is left out. */
export function pictures(analysis: Analysis): Record<string, string> {
  const { bin, after } = analysis.options;
  const { from, to } = analysis.window;
  const subtitle = windowText(from, to);
  const triggers = analysis.populations.find((p) => p.psth)?.psth?.triggers ?? 0;
  const rates = psthSeries(analysis);
  const end = Math.max(...rates.flatMap(({ points }) => points.map(({ x }) => x + bin / 2)));
  const curves: Record<string, Curve> = {
    isi: {
      title: 'Inter-spike intervals',
      subtitle: `${subtitle}; 10 bins a decade`,
      ...timed('interval', isiSeries(analysis), { log: true }),
      y: { label: 'share of intervals (%)', domain: [0, 0] },
    },
    correlogram: {
      title: 'Cross-correlogram',
      subtitle: `${subtitle}; bins of ${timeText(bin)}`,
      ...timed('lag', correlogramSeries(analysis)),
      y: { label: 'coincidences / chance', domain: [0.9, 1.1] },
      references: [{ name: 'independent', y: 1 }],
    },
    spectrum: {
      title: 'Power spectrum of the population rate',
      subtitle: `${subtitle}; rate per neuron in bins of ${timeText(bin)}`,
      x: { label: 'frequency (Hz)', log: true },
      y: { label: 'power density (Hz²/Hz)', log: true },
      series: spectrumSeries(analysis),
    },
    psth: {
      title: 'Rate after a trigger',
      subtitle: `${subtitle}; mean of ${plural(triggers, 'trigger')}${phases(analysis.options)}, bins of ${timeText(bin)}`,
      ...timed('time after trigger', rates, { domain: [0, Math.min(after, end)] }),
      y: { label: 'rate per neuron (Hz)', domain: [0, 0] },
    },
  };
  const drawn = Object.entries(curves).filter(([, { series }]) => series.length > 0);
  return Object.fromEntries(drawn.map(([name, one]) => [name, curve(one)]));
}
