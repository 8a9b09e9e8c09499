import { plural } from '../../../core/declare/show.ts';
import { heatMap } from '../plots/heatMap.ts';
import { scatter } from '../plots/scatter.ts';
import type { StdpPair } from './stdpPairs.ts';
import type { WeightsStudy } from './weights.ts';

/** More pairs than this are counted in cells. */
const MOST_POINTS = 4000;
const CELLS = { rows: 80, columns: 160 };
const TITLE = 'STDP pairs: changes of weights as applied';

/** Δw against Δt: a point for each change, or how many fall into each cell. SVG. */
export function pairsPicture(
  { projection, label, options: { window } }: Pick<WeightsStudy, 'projection' | 'label' | 'options'>,
  pairs: readonly StdpPair[],
): string {
  const change = label.replace('weight', 'change of weight Δw');
  const alone = pairs.filter(({ isolated }) => isolated).length.toLocaleString('en');
  const subtitle = `${projection}, ${plural(pairs.length, 'change')}, ${alone} of a pair alone; Δt = postsynaptic spike − presynaptic arrival`;
  const interval = 'Δt of the nearest pair (ms)';
  const reach = Math.min(
    window,
    pairs.reduce((most, p) => Math.max(most, Math.abs(p.interval)), 0),
  );
  if (pairs.length <= MOST_POINTS) {
    const group = (name: string, isolated: boolean) => {
      const own = pairs.filter((pair) => pair.isolated === isolated);
      return { name, x: own.map((p) => p.interval), y: own.map((p) => p.change) };
    };
    return scatter({
      title: TITLE,
      subtitle,
      x: { label: interval, domain: [-reach, reach] },
      y: { label: change },
      groups: [group('this pair alone', true), group('several spikes between the two rows', false)],
    });
  }
  const high = pairs.reduce((most, p) => Math.max(most, p.change), 0);
  const low = pairs.reduce((least, p) => Math.min(least, p.change), 0);
  const { rows, columns } = CELLS;
  const values = new Float64Array(rows * columns).fill(Number.NaN);
  const cell = (share: number, cells: number): number => Math.min(cells - 1, Math.floor(share * cells));
  let most = 1;
  for (const { interval, change } of pairs) {
    const column = cell((interval + reach) / (2 * reach), columns);
    const row = cell((high - change) / (high - low), rows);
    const count = (values[row * columns + column] || 0) + 1;
    values[row * columns + column] = count;
    most = Math.max(most, count);
  }
  return heatMap({
    title: TITLE,
    subtitle,
    values,
    rows,
    columns,
    x: { label: interval, domain: [-reach, reach] },
    y: { label: change, domain: [low, high] },
    colours: { label: 'changes', domain: [1, Math.max(2, most)], log: true },
    zeros: true,
  });
}
