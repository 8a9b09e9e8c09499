import { describeDifference, estimateDifference } from '../statistics/estimate.ts';
import type { Collected } from './collect.ts';
import { cellOf } from './table.ts';

const SHOWN = 10;
/** Below it values are told with an exponent. */
const SMALL = 1e-3;

function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const short = Number(value.toPrecision(5));
  return short !== 0 && Math.abs(short) < SMALL ? short.toExponential() : String(short);
}

/**
 * The points with the highest (or lowest) mean of a metric, as rows of a table, the first of them its heading. The last column
 * is the paired difference from the best point.
 */
export function bestPoints({ plan, summary }: Collected, metric: number, lowest: boolean): string[][] {
  const { parameters, metrics } = plan.facts;
  const sign = lowest ? 1 : -1;
  const sorted = summary
    .filter(({ metrics: own }) => Number.isFinite(own[metric]!.mean))
    .toSorted((a, b) => sign * (a.metrics[metric]!.mean - b.metrics[metric]!.mean))
    .slice(0, SHOWN);
  const title = ({ name, unit }: { name: string; unit: string }) => (unit === '' ? name : `${name} (${unit})`);
  return [
    ['point', ...parameters.map(title), ...metrics.map(title), `${metrics[metric]!.name}: difference from the best`],
    ...sorted.map(({ point, parameters: values, metrics: own }, rank) => [
      String(point),
      ...parameters.map(({ name }) => {
        const cell = cellOf(values[name]);
        return typeof cell === 'number' ? figure(cell) : String(cell);
      }),
      ...own.map(({ mean }) => figure(mean)),
      rank === 0
        ? '–'
        : describeDifference(
            estimateDifference(own[metric]!.values, sorted[0]!.metrics[metric]!.values),
            '',
            'not significantly different',
            figure,
          ),
    ]),
  ];
}
