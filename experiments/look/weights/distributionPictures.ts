/** Pictures of the distribution of weights over time. */
import { curve } from '../plots/curve.ts';
import { heatMap } from '../plots/heatMap.ts';
import { chooseTimeUnit, formatTime } from '../time.ts';
import type { Histogram } from './snapshots.ts';

/** Largest number of histograms drawn as lines; more are drawn as columns of a heat map. */
const MAX_LINES = 6;
const MAX_COLUMNS = 200;

/** Distribution of a quantity of all synapses over time: one line per histogram, or a heat map of time × value. SVG. */
export function drawHistograms(
  title: string,
  label: string,
  projection: string,
  histograms: readonly { readonly time: number; readonly histogram: Histogram }[],
): string {
  const shares = histograms.map(({ histogram: { counts, count } }) => Array.from(counts, (n) => (100 * n) / count));
  const { low, width, counts } = histograms[0]!.histogram;
  const bins = counts.length;
  const share = 'share of synapses (%)';
  if (histograms.length <= MAX_LINES)
    return curve({
      title: `Distribution of ${title.toLowerCase()}`,
      subtitle: `${projection}, ${bins} bins; square-root scale of shares`,
      x: { label },
      y: { label: share, domain: [0, 0], root: true },
      series: histograms.map(({ time }, i) => ({
        name: `at ${formatTime(time, 4)}`,
        points: shares[i]!.map((y, k) => ({ x: low + (k + 0.5) * width, y })),
      })),
    });
  const [start, end] = [histograms[0]!.time, histograms.at(-1)!.time];
  const columns = Math.min(MAX_COLUMNS, 4 * histograms.length);
  const values = new Float64Array(bins * columns).fill(Number.NaN);
  let [i, largest, smallest] = [0, 0, Infinity];
  for (let column = 0; column < columns; column++) {
    const time = start + (column / columns) * (end - start);
    while (i + 1 < histograms.length && histograms[i + 1]!.time <= time) i++;
    shares[i]!.forEach((y, k) => {
      if (y === 0) return;
      values[(bins - 1 - k) * columns + column] = y;
      largest = Math.max(largest, y);
      smallest = Math.min(smallest, y);
    });
  }
  const { unit, ms } = chooseTimeUnit(end);
  return heatMap({
    title: `${title} over time`,
    subtitle: `${projection}, ${histograms.length} times, ${bins} bins; white: none`,
    values,
    rows: bins,
    columns,
    x: { label: `time (${unit})`, domain: [start / ms, end / ms] },
    y: { label, domain: [low, low + bins * width] },
    colours: { label: share, domain: smallest < largest ? [smallest, largest] : [largest / 10, largest], log: true },
  });
}
