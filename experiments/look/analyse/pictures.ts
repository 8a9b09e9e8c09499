import { plural } from '../../../core/declare/plural.ts';
import type { CurveSeries } from '../plots/chart.ts';
import { curve } from '../plots/curve.ts';
import type { Analysis } from './analyse.ts';
import { windowText } from './text.ts';

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

/** The pictures of an analysis, SVG by name; one that would be empty is left out. */
export function pictures(analysis: Analysis): Record<string, string> {
  const { bin, after } = analysis.options;
  const subtitle = windowText(analysis.window);
  const triggers = analysis.populations.find((p) => p.psth)?.psth?.triggers ?? 0;
  const drawn: Record<string, [CurveSeries[], (series: CurveSeries[]) => string]> = {
    isi: [
      isiSeries(analysis),
      (series) =>
        curve({
          title: 'Inter-spike intervals',
          subtitle: `${subtitle}; 10 bins a decade`,
          x: { label: 'interval (ms)', log: true },
          y: { label: 'share of intervals (%)', domain: [0, 0] },
          series,
        }),
    ],
    correlogram: [
      correlogramSeries(analysis),
      (series) =>
        curve({
          title: 'Cross-correlogram',
          subtitle: `${subtitle}; bins of ${bin} ms`,
          x: { label: 'lag (ms)' },
          y: { label: 'coincidences / chance', domain: [0.9, 1.1] },
          series,
          references: [{ name: 'independent', y: 1 }],
        }),
    ],
    spectrum: [
      spectrumSeries(analysis),
      (series) =>
        curve({
          title: 'Power spectrum of the population rate',
          subtitle: `${subtitle}; rate per neuron in bins of ${bin} ms`,
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
          subtitle: `${subtitle}; mean of ${plural(triggers, 'trigger')}, bins of ${bin} ms`,
          x: { label: 'time after trigger (ms)', domain: [0, after] },
          y: { label: 'rate per neuron (Hz)', domain: [0, 0] },
          series,
        }),
    ],
  };
  return Object.fromEntries(
    Object.entries(drawn).flatMap(([name, [series, draw]]) => (series.length > 0 ? [[name, draw(series)]] : [])),
  );
}
