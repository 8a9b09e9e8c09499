import { curve } from '../plots/curve.ts';
import { heatMap } from '../plots/heatMap.ts';
import { timeText, timeUnit } from '../time.ts';
import type { Histogram } from './histogram.ts';
import type { Moment } from './moments.ts';

/** More moments than this are drawn as columns of a map, not as lines. */
const MOST_LINES = 6;
const MOST_COLUMNS = 200;

/** How a quantity of all synapses is spread, over time: a line for each of few moments, or a map of time × value. SVG. */
export function histogramPicture(
  title: string,
  label: string,
  projection: string,
  moments: readonly Moment[],
  of: (moment: Moment) => Histogram,
): string {
  const shares = moments.map((moment) => Array.from(of(moment).counts, (count) => (100 * count) / of(moment).count));
  const { low, width, counts } = of(moments[0]!);
  const bins = counts.length;
  const share = 'share of synapses (%)';
  if (moments.length <= MOST_LINES)
    return curve({
      title: `${title}: how they are spread`,
      subtitle: `${projection}, ${bins} bins; shares on a scale of square roots`,
      x: { label },
      y: { label: share, domain: [0, 0], root: true },
      series: moments.map(({ time }, i) => ({
        name: `at ${timeText(time, 4)}`,
        points: shares[i]!.map((y, k) => ({ x: low + (k + 0.5) * width, y })),
      })),
    });
  const [start, end] = [moments[0]!.time, moments.at(-1)!.time];
  const columns = Math.min(MOST_COLUMNS, 4 * moments.length);
  const values = new Float64Array(bins * columns).fill(Number.NaN);
  let [i, most, least] = [0, 0, Infinity];
  for (let column = 0; column < columns; column++) {
    const time = start + (column / columns) * (end - start);
    while (i + 1 < moments.length && moments[i + 1]!.time <= time) i++;
    shares[i]!.forEach((y, k) => {
      if (y === 0) return;
      values[(bins - 1 - k) * columns + column] = y;
      most = Math.max(most, y);
      least = Math.min(least, y);
    });
  }
  const { unit, ms } = timeUnit(end);
  return heatMap({
    title: `${title} over time`,
    subtitle: `${projection}, ${moments.length} moments, ${bins} bins; white: none`,
    values,
    rows: bins,
    columns,
    x: { label: `time (${unit})`, domain: [start / ms, end / ms] },
    y: { label, domain: [low, low + bins * width] },
    colours: { label: share, domain: least < most ? [least, most] : [most / 10, most], log: true },
  });
}
