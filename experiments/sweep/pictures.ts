import { mean } from 'simple-statistics';
import { formatCount } from '../../core/declare/show.ts';
import { valueMap } from '../look/plots/cells.ts';
import { type CurveSeries, curve } from '../look/plots/chart.ts';
import { responses } from '../look/plots/rows.ts';
import { estimateDifference } from '../statistics/estimate.ts';
import { groupBy } from '../statistics/groupBy.ts';
import { type ColumnQuantity, toDisplayName } from './quantities.ts';
import { type PointSummary, type SweepResults, summariseMetric } from './results.ts';
import { toCell } from './resultTables.ts';

interface SweepPicture {
  readonly fileStem: string;
  readonly svg: string;
}

const MAX_SERIES = 7;
const MAX_CELLS = 60;
const MIN_LOG_RATIO = 20; // largest to smallest value of a logarithmic axis
const POOLED = 'mean over all values of the other parameters and all replicates';
const INTERVAL = '95 % interval of the paired difference from the';

type Cell = ReturnType<typeof toCell>;
interface Column {
  readonly quantity: ColumnQuantity;
  /** Values in the summary, one per point. */
  readonly cells: readonly Cell[];
  readonly distinctCells: readonly Cell[];
  readonly isNumeric: boolean;
  readonly isLog: boolean;
}

const formatName = ({ name }: ColumnQuantity) => toDisplayName(name);
const formatLabel = (one: ColumnQuantity) => (one.unit === '' ? formatName(one) : `${formatName(one)} (${one.unit})`);
const formatFileName = (...parts: readonly string[]) => parts.join('-').replaceAll(/[^\w-]+/g, '-');
const formatCell = (cell: Cell) => (typeof cell === 'number' ? String(Number(cell.toPrecision(4))) : String(cell));

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
      const cells = summary.map(({ parameters }) => toCell(parameters[quantity.name]));
      const isNumeric = cells.every((cell) => typeof cell === 'number');
      const distinct = [...new Set(cells)];
      if (!isNumeric) return { quantity, cells, distinctCells: distinct, isNumeric, isLog: false };
      const sorted = (distinct as number[]).sort((a, b) => a - b);
      const isLog = sorted.length > 2 && sorted[0]! > 0 && sorted.at(-1)! / sorted[0]! >= MIN_LOG_RATIO;
      return { quantity, cells, distinctCells: sorted, isNumeric, isLog };
    })
    .filter(({ distinctCells }) => distinctCells.length > 1);
}

export function drawSweepPictures(given: SweepResults): SweepPicture[] {
  const collected = { ...given, summary: summariseAllPoints(given) };
  const columns = listColumns(collected);
  return collected.plan.facts.metrics.flatMap((metric, m) => {
    const view = new MetricView(collected, columns, metric, m);
    return view.isEmpty ? [] : view.drawPictures();
  });
}

class MetricView {
  readonly #results: SweepResults;
  readonly #columns: readonly Column[];
  readonly #metric: ColumnQuantity;
  readonly #metricIndex: number;
  readonly #pointIndices: readonly number[];
  readonly #subtitle: string;
  readonly #describeBands: (reference: string) => string;

  constructor(collected: SweepResults, columns: readonly Column[], metric: ColumnQuantity, m: number) {
    this.#results = collected;
    this.#columns = columns;
    this.#metric = metric;
    this.#metricIndex = m;
    this.#pointIndices = [...collected.summary.keys()].filter((i) => this.#hasValue(i));
    const { replicates } = collected.plan.facts;
    this.#subtitle = replicates > 1 ? `mean of ${formatCount(replicates, 'replicate')}` : '1 replicate, no interval';
    this.#describeBands = (reference) => (replicates > 1 ? `; ${INTERVAL} ${reference}` : '');
  }

  get isEmpty() {
    return this.#pointIndices.length === 0;
  }

  drawPictures(): SweepPicture[] {
    const columns = this.#columns;
    const mappedPairs = columns
      .flatMap((x, i) => columns.slice(i + 1).map((y) => ({ x, y })))
      .filter(({ x, y }) => this.#canDrawHeatMap(x, y));
    return [
      ...columns.map((column) => ({
        fileStem: formatFileName('response', this.#metric.name, column.quantity.name),
        svg: column.isNumeric ? this.#drawCurve(column) : this.#drawCategories(column),
      })),
      ...mappedPairs.map(({ x, y }) => ({
        fileStem: formatFileName('heat-map', this.#metric.name, x.quantity.name, y.quantity.name),
        svg: this.#drawValueMap(x, y),
      })),
    ];
  }

  get #absent() {
    const absent = this.#results.summary.length - this.#pointIndices.length;
    return absent === 0 ? '' : `; ${formatCount(absent, 'point')} not computed`;
  }

  #getReplicateValues(i: number): readonly number[] {
    return this.#results.summary[i]!.metrics[this.#metricIndex]!.replicateValues;
  }

  #hasValue(i: number): boolean {
    return Number.isFinite(this.#computeMean([i]));
  }

  #computeMean(rows: readonly number[]): number {
    const values = rows.flatMap((i) => this.#getReplicateValues(i)).filter(Number.isFinite);
    return values.length > 0 ? mean(values) : Number.NaN;
  }

  #computeSeedMeans(rows: readonly number[]): number[] {
    return this.#getReplicateValues(rows[0]!).map((_, replicate) =>
      mean(rows.map((i) => this.#getReplicateValues(i)[replicate]!)),
    );
  }

  /**
   * Mean of the metric over points, with the 95 % confidence interval of its paired difference from reference points.
   * Pairing excludes differences between seeds. Intervals of accuracies are clipped to 0 to 100 %.
   */
  #estimateMean(rows: readonly number[], reference: readonly number[]) {
    const own = this.#computeMean(rows);
    const {
      mean: difference,
      low,
      high,
    } = estimateDifference(this.#computeSeedMeans(rows), this.#computeSeedMeans(reference));
    if (Number.isNaN(low)) return { mean: own };
    const [least, most] = this.#metric.name.startsWith('accuracy') ? [0, 100] : [-Infinity, Infinity];
    return { mean: own, low: Math.max(own + low - difference, least), high: Math.min(own + high - difference, most) };
  }

  /**
   * Draws the metric against a parameter: one curve per combination of the other parameters. If there are too many,
   * draws their mean curve or only markers.
   */
  #drawCurve(column: Column): string {
    const others = this.#columns.filter((c) => c !== column);
    const describeValue = ({ quantity: { name, unit }, cells }: Column, i: number) =>
      `${toDisplayName(name)} ${formatCell(cells[i]!)}${unit === '' ? '' : ` ${unit}`}`;
    const key = (i: number) => others.map((column) => describeValue(column, i)).join(', ');
    const groups = groupBy([...this.#results.summary.keys()], key);
    const x = (i: number) => column.cells[i] as number;
    const pointAt = (x: number, rows: readonly number[], reference: readonly number[]) => {
      const { mean, ...band } = this.#estimateMean(rows, reference);
      return { x, y: mean, ...band };
    };
    const lines = [...groups].map(([name, rows]) => {
      const present = rows.filter((i) => this.#hasValue(i)).toSorted((a, b) => x(a) - x(b));
      return {
        name: name === '' ? formatName(this.#metric) : name,
        points: present.map((i) => pointAt(x(i), [i], [present[0]!])),
        gapPositions: rows.filter((i) => !this.#hasValue(i)).map(x),
      };
    });
    const isReadable =
      lines.length <= MAX_SERIES && lines.every(({ points, gapPositions }) => points.length + gapPositions.length > 1);
    const perValue = [...groupBy(this.#pointIndices, x)].sort(([a], [b]) => a - b);
    const hasRepeats = perValue.length * 2 <= this.#pointIndices.length;
    const draw = (series: readonly CurveSeries[], subtitle: string) =>
      curve({
        title: `${formatName(this.#metric)} against ${formatName(column.quantity)}`,
        subtitle,
        series,
        x: { label: formatLabel(column.quantity), log: column.isLog },
        y: { label: formatLabel(this.#metric) },
      });
    if (isReadable)
      return draw(
        lines.filter(({ points }) => points.length > 0),
        `${this.#subtitle}${this.#describeBands('leftmost point of the line')}${this.#absent}`,
      );
    if (hasRepeats) {
      const points = perValue.map(([x, rows]) => pointAt(x, rows, perValue[0]![1]));
      return draw(
        [{ name: 'all values of the others', points }],
        `${POOLED}${this.#describeBands('leftmost point')}${this.#absent}`,
      );
    }
    const points = this.#pointIndices.map((i) => ({ x: x(i), y: this.#computeMean([i]) }));
    return draw(
      [{ name: 'points', isScatter: true, points }],
      `each point at its own values of the other parameters${this.#absent}`,
    );
  }

  #drawCategories(column: Column): string {
    const groups = [...groupBy(this.#pointIndices, (i) => formatCell(column.cells[i]!))];
    const rows = groups.map(([name, own]) => ({ name, ...this.#estimateMean(own, groups[0]![1]) }));
    return responses({
      title: `${formatName(this.#metric)} by ${formatName(column.quantity)}`,
      subtitle: `${this.#columns.length > 1 ? POOLED : this.#subtitle}${this.#describeBands('first row')}${this.#absent}`,
      label: formatLabel(this.#metric),
      rows,
    });
  }

  /** True if `x` and `y` vary independently and have at most `MAX_CELLS` values each. */
  #canDrawHeatMap(x: Column, y: Column): boolean {
    const pairs = new Set(this.#results.summary.map((_, i) => JSON.stringify([x.cells[i], y.cells[i]])));
    const maxLength = Math.max(x.distinctCells.length, y.distinctCells.length);
    return (
      maxLength <= MAX_CELLS &&
      pairs.size > 0.5 * x.distinctCells.length * y.distinctCells.length &&
      pairs.size > maxLength
    );
  }

  #drawValueMap(x: Column, y: Column): string {
    const cells = y.distinctCells.map((b) =>
      x.distinctCells.map((a) =>
        this.#computeMean(this.#pointIndices.filter((i) => x.cells[i] === a && y.cells[i] === b)),
      ),
    );
    const others = this.#columns.length > 2;
    return valueMap({
      title: `${formatName(this.#metric)} over ${formatName(x.quantity)} and ${formatName(y.quantity)}`,
      subtitle: others ? POOLED : this.#subtitle,
      x: { label: formatLabel(x.quantity), values: x.distinctCells.map(formatCell) },
      y: { label: formatLabel(y.quantity), values: y.distinctCells.map(formatCell) },
      label: formatLabel(this.#metric),
      cells,
    });
  }
}
