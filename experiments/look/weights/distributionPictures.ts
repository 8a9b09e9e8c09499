/** Pictures of the weight distribution against time, and of weight changes against spike timing. */
import { formatCount } from '../../../core/declare/show.ts';
import { curve } from '../plots/curve.ts';
import { heatMap } from '../plots/heatMap.ts';
import { scatter } from '../plots/scatter.ts';
import { chooseTimeUnit, formatTime } from '../time.ts';
import type { Histogram } from './snapshots.ts';
import type { StdpPair } from './stdpPairs.ts';
import type { WeightsAnalysis } from './weights.ts';

/** Maximum number of histograms drawn as lines; more are drawn as columns of a heat map. */
const MAX_LINES = 6;
const MAX_COLUMNS = 200;
/** Maximum number of spike pairs drawn as points; more are drawn as a heat map of counts. */
const MAX_POINTS = 4000;
const CELLS = { rows: 80, columns: 160 };

/** Draws the distribution of a quantity over all synapses, as SVG: one line per time, or a heat map (time, value). */
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

/** Draws weight changes Δw against spike intervals Δt as SVG: one point per change, or a heat map of counts. */
export function drawStdpPairs(
  { projection, label, options: { window } }: Pick<WeightsAnalysis, 'projection' | 'label' | 'options'>,
  pairs: readonly StdpPair[],
): string {
  const isolated = pairs.filter((pair) => pair.isolated).length.toLocaleString('en');
  const heading = {
    title: 'STDP pairs: applied weight changes',
    subtitle: `${projection}, ${formatCount(pairs.length, 'change')}, ${isolated} of isolated pairs; Δt = postsynaptic spike − presynaptic arrival`,
  };
  const yLabel = label.replace('weight', 'weight change Δw');
  const largest = pairs.reduce((max, p) => Math.max(max, Math.abs(p.interval)), 0);
  const reach = Math.min(window, largest);
  const x = { label: 'Δt of the nearest pair (ms)', domain: [-reach, reach] as const };
  if (pairs.length <= MAX_POINTS) {
    const group = (name: string, isolated: boolean) => {
      const own = pairs.filter((pair) => pair.isolated === isolated);
      return { name, x: own.map((p) => p.interval), y: own.map((p) => p.change) };
    };
    const groups = [group('isolated pair', true), group('several spikes between the two records', false)];
    return scatter({ ...heading, x, y: { label: yLabel }, groups });
  }
  const high = pairs.reduce((max, p) => Math.max(max, p.change), 0);
  const low = pairs.reduce((min, p) => Math.min(min, p.change), 0);
  const { rows, columns } = CELLS;
  const values = new Float64Array(rows * columns).fill(Number.NaN);
  const cell = (share: number, cells: number): number => Math.min(cells - 1, Math.floor(share * cells));
  let densest = 2;
  for (const { interval, change } of pairs) {
    const row = cell((high - change) / (high - low), rows);
    const k = row * columns + cell((interval + reach) / (2 * reach), columns);
    values[k] = (values[k] || 0) + 1;
    densest = Math.max(densest, values[k]!);
  }
  return heatMap({
    ...heading,
    ...CELLS,
    values,
    x,
    y: { label: yLabel, domain: [low, high] },
    colours: { label: 'changes', domain: [1, densest], log: true },
    zeros: true,
  });
}
