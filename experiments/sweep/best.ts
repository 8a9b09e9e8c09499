import { describeDifference, estimateDifference } from '../statistics/estimate.ts';
import type { SweepResults } from './collect.ts';
import { toCell } from './table.ts';

const MAX_SHOWN_POINTS = 10;
/** Smallest value written without an exponent. */
const MIN_DECIMAL = 1e-3;

function formatValue(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const short = Number(value.toPrecision(5));
  return short !== 0 && Math.abs(short) < MIN_DECIMAL ? short.toExponential() : String(short);
}

/**
 * Table of the points with the highest (or lowest) mean of a metric, with a heading row. The last column is the paired
 * difference from the best point.
 */
export function tabulateBestPoints({ plan, summary }: SweepResults, metric: number, lowest: boolean): string[][] {
  const { parameters, metrics } = plan.facts;
  const sign = lowest ? 1 : -1;
  const sorted = summary
    .filter(({ metrics: own }) => Number.isFinite(own[metric]!.mean))
    .toSorted((a, b) => sign * (a.metrics[metric]!.mean - b.metrics[metric]!.mean))
    .slice(0, MAX_SHOWN_POINTS);
  const title = ({ name, unit }: { name: string; unit: string }) => (unit === '' ? name : `${name} (${unit})`);
  const formatParameter = (value: unknown): string => {
    const cell = toCell(value);
    return typeof cell === 'number' ? formatValue(cell) : String(cell);
  };
  const formatDifference = (values: readonly number[]): string => {
    const difference = estimateDifference(values, sorted[0]!.metrics[metric]!.values);
    return describeDifference(difference, '', 'not significantly different', formatValue);
  };
  return [
    ['point', ...parameters.map(title), ...metrics.map(title), `${metrics[metric]!.name}: difference from the best`],
    ...sorted.map(({ point, parameters: values, metrics: own }, rank) => [
      String(point),
      ...parameters.map(({ name }) => formatParameter(values[name])),
      ...own.map(({ mean }) => formatValue(mean)),
      rank === 0 ? '–' : formatDifference(own[metric]!.values),
    ]),
  ];
}
