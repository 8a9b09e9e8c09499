import { mean } from 'simple-statistics';
import { formatCount } from '../../core/declare/show.ts';
import { renderCategoryMeans } from '../look/plots/categoryPlots.ts';
import { type CurveSeries, renderCurves } from '../look/plots/chart.ts';
import { renderValueTable } from '../look/plots/heatMaps.ts';
import { estimatePairedDifference } from '../statistics/estimate.ts';
import { groupBy } from '../statistics/groupBy.ts';
import { appendUnit, type ColumnQuantity, toDisplayName } from './quantities.ts';
import { type PointSummary, type SweepResults, summariseMetric } from './results.ts';
import { toTableCell } from './resultTables.ts';

const MAX_SERIES = 7;
const MAX_CELLS = 60;
const MIN_LOG_RATIO = 20; // largest to smallest value of a logarithmic axis
const POOLED = 'mean over all values of the other parameters and all replicates';
const INTERVAL = '95 % interval of the paired difference from the';

type Cell = ReturnType<typeof toTableCell>;
interface Column {
  readonly quantity: ColumnQuantity;
  /** Values of this parameter at all points of the sweep. */
  readonly pointValues: readonly Cell[];
  readonly distinctCells: readonly Cell[];
  readonly isNumeric: boolean;
  readonly isLog: boolean;
}

const formatName = ({ name }: ColumnQuantity) => toDisplayName(name);
const formatLabel = (one: ColumnQuantity) => appendUnit(formatName(one), one);
const formatFileName = (...parts: readonly string[]) => parts.join('-').replaceAll(/[^\w-]+/g, '-');
/** Formats a table cell for a picture; a mapping (JSON text) without braces and quotes: `invert: true`. */
function formatCell(cell: Cell): string {
  if (typeof cell === 'number') return String(Number(cell.toPrecision(4)));
  const mapping = /^\{(.*)\}$/.exec(String(cell));
  return mapping === null ? String(cell) : mapping[1]!.replaceAll('"', '').replaceAll(':', ': ') || 'none';
}

function summariseAllPoints({ plan, summary }: SweepResults): PointSummary[] {
  const done = new Map(summary.map((one) => [one.point, one]));
  const metrics = plan.facts.metrics.map(() => summariseMetric([], []));
  return [...groupBy(plan.runs, ({ point }) => point)].map(
    ([point, [run]]) => done.get(point) ?? { point, parameters: run!.parameters, runCount: 0, metrics },
  );
}

/** Columns of parameters with several values; the first parameter of a `zip` group represents the group. */
function listColumns({ plan, summary }: SweepResults): Column[] {
  const { parameters } = plan.facts.sweep;
  const zipOf = ({ name }: ColumnQuantity) => parameters[name]!.zip;
  const first = plan.facts.parameters.filter(
    (one, i, all) => zipOf(one) === undefined || all.findIndex((other) => zipOf(other) === zipOf(one)) === i,
  );
  return first
    .map((quantity): Column => {
      const cells = summary.map(({ parameters }) => toTableCell(parameters[quantity.name]));
      const isNumeric = cells.every((cell) => typeof cell === 'number');
      const distinct = [...new Set(cells)];
      if (!isNumeric) return { quantity, pointValues: cells, distinctCells: distinct, isNumeric, isLog: false };
      const sorted = (distinct as number[]).sort((a, b) => a - b);
      const isLog = sorted.length > 2 && sorted[0]! > 0 && sorted.at(-1)! / sorted[0]! >= MIN_LOG_RATIO;
      return { quantity, pointValues: cells, distinctCells: sorted, isNumeric, isLog };
    })
    .filter(({ distinctCells }) => distinctCells.length > 1);
}

export function drawSweepPictures(given: SweepResults) {
  const collected = { ...given, summary: summariseAllPoints(given) };
  const columns = listColumns(collected);
  return collected.plan.facts.metrics.flatMap((metric, m) => drawMetric(collected, columns, metric, m));
}

/** Draws the metric of index `m` against each parameter and over each pair of independent parameters. */
function drawMetric({ plan, summary }: SweepResults, columns: readonly Column[], metric: ColumnQuantity, m: number) {
  const getReplicateValues = (i: number) => summary[i]!.metrics[m]!.replicateValues;
  const computeMean = (rows: readonly number[]) => {
    const values = rows.flatMap(getReplicateValues).filter(Number.isFinite);
    return values.length > 0 ? mean(values) : Number.NaN;
  };
  const hasValue = (i: number) => Number.isFinite(computeMean([i]));
  const pointIndices = [...summary.keys()].filter(hasValue);
  const absentCount = summary.length - pointIndices.length;
  const absent = absentCount === 0 ? '' : `; ${formatCount(absentCount, 'point')} not computed`;
  const { replicates } = plan.facts;
  const meanText = replicates > 1 ? `mean of ${formatCount(replicates, 'replicate')}` : '1 replicate, no interval';
  const describeBands = (reference: string) => (replicates > 1 ? `; ${INTERVAL} ${reference}${absent}` : absent);

  const computeSeedMeans = (rows: readonly number[]) =>
    getReplicateValues(rows[0]!).map((_, replicate) => mean(rows.map((i) => getReplicateValues(i)[replicate]!)));

  /**
   * Mean of the metric over the points `rows`, with the 95 % confidence interval of its paired difference from the
   * points `reference`. Pairing by replicate excludes differences between seeds. Intervals of accuracies are clipped to
   * 0 to 100 %.
   */
  const estimateMean = (rows: readonly number[], reference: readonly number[]) => {
    const own = computeMean(rows);
    const difference = estimatePairedDifference(computeSeedMeans(rows), computeSeedMeans(reference));
    if (Number.isNaN(difference.low)) return { mean: own };
    const [least, most] = metric.name.startsWith('accuracy') ? [0, 100] : [-Infinity, Infinity];
    const shift = own - difference.mean;
    return { mean: own, low: Math.max(difference.low + shift, least), high: Math.min(difference.high + shift, most) };
  };

  /**
   * Draws the metric against a parameter: one curve per combination of the other parameters. If there are too many,
   * draws their mean curve or only markers.
   */
  const drawCurve = (column: Column) => {
    const others = columns.filter((c) => c !== column);
    const describeValue = ({ quantity: { name, unit }, pointValues: cells }: Column, i: number) =>
      `${toDisplayName(name)} ${formatCell(cells[i]!)}${unit === '' ? '' : ` ${unit}`}`;
    const key = (i: number) => others.map((column) => describeValue(column, i)).join(', ');
    const groups = groupBy(summary.keys(), key);
    const x = (i: number) => column.pointValues[i] as number;
    const pointAt = (x: number, rows: readonly number[], reference: readonly number[]) => {
      const { mean, ...band } = estimateMean(rows, reference);
      return { x, y: mean, ...band };
    };
    const lines = [...groups].map(([name, rows]) => {
      const present = rows.filter(hasValue).toSorted((a, b) => x(a) - x(b));
      return {
        name: name === '' ? formatName(metric) : name,
        points: present.map((i) => pointAt(x(i), [i], [present[0]!])),
        gapPositions: rows.filter((i) => !hasValue(i)).map(x),
      };
    });
    const isReadable =
      lines.length <= MAX_SERIES && lines.every(({ points, gapPositions }) => points.length + gapPositions.length > 1);
    const perValue = [...groupBy(pointIndices, x)].sort(([a], [b]) => a - b);
    const hasRepeats = perValue.length * 2 <= pointIndices.length;
    const draw = (series: readonly CurveSeries[], subtitle: string) =>
      renderCurves({
        title: `${formatName(metric)} against ${formatName(column.quantity)}`,
        subtitle,
        series,
        x: { label: formatLabel(column.quantity), log: column.isLog },
        y: { label: formatLabel(metric) },
      });
    if (isReadable)
      return draw(
        lines.filter(({ points }) => points.length > 0),
        `${meanText}${describeBands('leftmost point of the line')}`,
      );
    if (hasRepeats) {
      const points = perValue.map(([x, rows]) => pointAt(x, rows, perValue[0]![1]));
      return draw([{ name: 'all values of the others', points }], `${POOLED}${describeBands('leftmost point')}`);
    }
    const points = pointIndices.map((i) => ({ x: x(i), y: computeMean([i]) }));
    return draw(
      [{ name: 'points', isScatter: true, points }],
      `each point at its own values of the other parameters${absent}`,
    );
  };

  const drawCategories = (column: Column) => {
    const groups = [...groupBy(pointIndices, (i) => formatCell(column.pointValues[i]!))];
    return renderCategoryMeans({
      title: `${formatName(metric)} by ${formatName(column.quantity)}`,
      subtitle: `${columns.length > 1 ? POOLED : meanText}${describeBands('first row')}`,
      label: formatLabel(metric),
      rows: groups.map(([name, own]) => ({ name, ...estimateMean(own, groups[0]![1]) })),
    });
  };

  /** True if `x` and `y` vary independently and have at most `MAX_CELLS` values each. */
  const canDrawHeatMap = (x: Column, y: Column) => {
    const pairs = new Set(summary.map((_, i) => JSON.stringify([x.pointValues[i], y.pointValues[i]])));
    const maxLength = Math.max(x.distinctCells.length, y.distinctCells.length);
    return (
      maxLength <= MAX_CELLS &&
      pairs.size > 0.5 * x.distinctCells.length * y.distinctCells.length &&
      pairs.size > maxLength
    );
  };

  const drawValueMap = (x: Column, y: Column) =>
    renderValueTable({
      title: `${formatName(metric)} over ${formatName(x.quantity)} and ${formatName(y.quantity)}`,
      subtitle: columns.length > 2 ? POOLED : meanText,
      x: { label: formatLabel(x.quantity), values: x.distinctCells.map(formatCell) },
      y: { label: formatLabel(y.quantity), values: y.distinctCells.map(formatCell) },
      label: formatLabel(metric),
      cells: y.distinctCells.map((b) =>
        x.distinctCells.map((a) =>
          computeMean(pointIndices.filter((i) => x.pointValues[i] === a && y.pointValues[i] === b)),
        ),
      ),
    });

  if (pointIndices.length === 0) return [];
  const mappedPairs = columns
    .flatMap((x, i) => columns.slice(i + 1).map((y) => ({ x, y })))
    .filter(({ x, y }) => canDrawHeatMap(x, y));
  return [
    ...columns.map((column) => ({
      fileStem: formatFileName('response', metric.name, column.quantity.name),
      svg: column.isNumeric ? drawCurve(column) : drawCategories(column),
    })),
    ...mappedPairs.map(({ x, y }) => ({
      fileStem: formatFileName('heat-map', metric.name, x.quantity.name, y.quantity.name),
      svg: drawValueMap(x, y),
    })),
  ];
}
