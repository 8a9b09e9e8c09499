import { plural } from '../../../core/declare/plural.ts';
import type { CurveAxis, CurveSeries } from '../plots/chart.ts';
import { curve } from '../plots/curve.ts';
import { timeText, timeUnit, windowText } from '../time.ts';
import type { Analysis } from './analyse.ts';

const points = (x: readonly number[], y: readonly number[]) => y.map((value, i) => ({ x: x[i]!, y: value }));
const some = (series: readonly CurveSeries[]) => series.filter((one) => one.points.length > 0);

/** Share of the intervals in each bin, drawn at the middle of its bin on the logarithmic axis. */
function isiSeries({ populations }: Analysis): CurveSeries[] {
  return some(
    populations.map(({ name, isi: { edges, counts } }) => {
      const all = counts.reduce((sum, count) => sum + count, 0);
      const middles = counts.map((_, i) => Math.sqrt(edges[i]! * edges[i + 1]!));
      return {
        name,
        points: points(
          middles,
          counts.map((count) => (100 * count) / all),
        ),
      };
    }),
  );
}

function correlogramSeries({ correlograms }: Analysis): CurveSeries[] {
  return some(
    correlograms.map(({ a, b, bin, lags, counts, expected }) => ({
      name: a === b ? `${a}, different neurons` : `${b} after ${a}`,
      points: points(
        lags.map((k) => k * bin),
        counts.map((count, i) => count / expected[i]!),
      ).filter(({ y }) => Number.isFinite(y)),
    })),
  );
}

function spectrumSeries({ populations }: Analysis): CurveSeries[] {
  return some(
    populations.map(({ name, spectrum }) => ({
      name,
      // Zero has no place on a logarithmic axis.
      points: spectrum ? points(spectrum.frequencies, spectrum.power).filter(({ x, y }) => x > 0 && y > 0) : [],
    })),
  );
}

/** Drawn at the middle of each bin. */
function psthSeries({ populations, options: { bin } }: Analysis): CurveSeries[] {
  return some(
    populations.map(({ name, psth }) => ({
      name,
      points: psth
        ? points(
            psth.times.map((t) => t + bin / 2),
            psth.rates,
          )
        : [],
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

/** The pictures of an analysis, SVG by name; one that would be empty is left out. */
export function pictures(analysis: Analysis): Record<string, string> {
  const { bin, after } = analysis.options;
  const { from, to } = analysis.window;
  const subtitle = windowText(from, to);
  const triggers = analysis.populations.find((p) => p.psth)?.psth?.triggers ?? 0;
  const drawn: Record<string, [CurveSeries[], (series: CurveSeries[]) => string]> = {
    isi: [
      isiSeries(analysis),
      (series) =>
        curve({
          title: 'Inter-spike intervals',
          subtitle: `${subtitle}; 10 bins a decade`,
          ...timed('interval', series, { log: true }),
          y: { label: 'share of intervals (%)', domain: [0, 0] },
        }),
    ],
    correlogram: [
      correlogramSeries(analysis),
      (series) =>
        curve({
          title: 'Cross-correlogram',
          subtitle: `${subtitle}; bins of ${timeText(bin)}`,
          ...timed('lag', series),
          y: { label: 'coincidences / chance', domain: [0.9, 1.1] },
          references: [{ name: 'independent', y: 1 }],
        }),
    ],
    spectrum: [
      spectrumSeries(analysis),
      (series) =>
        curve({
          title: 'Power spectrum of the population rate',
          subtitle: `${subtitle}; rate per neuron in bins of ${timeText(bin)}`,
          x: { label: 'frequency (Hz)', log: true },
          y: { label: 'power density (Hz²/Hz)', log: true },
          series,
        }),
    ],
    psth: [
      psthSeries(analysis),
      (series) =>
        curve({
          title: 'Rate after a trigger',
          subtitle: `${subtitle}; mean of ${plural(triggers, 'trigger')}, bins of ${timeText(bin)}`,
          ...timed('time after trigger', series, { domain: [0, after] }),
          y: { label: 'rate per neuron (Hz)', domain: [0, 0] },
        }),
    ],
  };
  return Object.fromEntries(
    Object.entries(drawn).flatMap(([name, [series, draw]]) => (series.length > 0 ? [[name, draw(series)]] : [])),
  );
}
