import { mean } from 'simple-statistics';
import { plural } from '../../core/declare/show.ts';
import type { CurveSeries } from '../look/plots/chart.ts';
import { curve } from '../look/plots/curve.ts';
import { parallelCoordinates } from '../look/plots/parallelCoordinates.ts';
import { responses } from '../look/plots/responses.ts';
import { valueMap } from '../look/plots/valueMap.ts';
import { estimateDifference } from '../statistics/estimate.ts';
import type { Collected } from './collect.ts';
import { grouped } from './grouped.ts';
import { humanName } from './names.ts';
import type { Quantity } from './quantities.ts';
import { type PointSummary, summariseMetric } from './summary.ts';
import { cellOf } from './table.ts';

interface SweepPicture {
  /** Of its file, without an ending. */
  readonly name: string;
  readonly svg: string;
}

/** Lines that one chart can tell apart. */
const MOST_SERIES = 7;
const MOST_CELLS = 60;
const LOG_RATIO = 20;
const POOLED = 'mean over all values of the other parameters and all replicates';
/** What a band or a bar is. */
const INTERVAL = '95 % interval of the paired difference from the';

type Cell = ReturnType<typeof cellOf>;
interface Column {
  readonly quantity: Quantity;
  /** One a point of the summary. */
  readonly cells: readonly Cell[];
  readonly distinct: readonly Cell[];
  readonly numeric: boolean;
  readonly log: boolean;
}

const nameOf = ({ name }: Quantity): string => humanName(name);
const labelOf = (one: Quantity): string => (one.unit === '' ? nameOf(one) : `${nameOf(one)} (${one.unit})`);
const fileOf = (...parts: readonly string[]): string => parts.join('-').replaceAll(/[^\w-]+/g, '-');
const shown = (cell: Cell): string => (typeof cell === 'number' ? String(Number(cell.toPrecision(4))) : String(cell));

/** Every point of the plan, also those of which nothing is done. */
function planned({ plan, summary }: Collected): PointSummary[] {
  const done = new Map(summary.map((one) => [one.point, one]));
  const metrics = plan.facts.metrics.map(() => summariseMetric([], []));
  return [...grouped(plan.runs, ({ point }) => point)].map(
    ([point, [run]]) => done.get(point) ?? { point, parameters: run!.parameters, runs: 0, metrics },
  );
}

/** The parameters that take more than one value; of those that advance together the first stands for all. */
function columnsOf({ plan, summary }: Collected): Column[] {
  const { parameters } = plan.facts.sweep;
  const zipOf = ({ name }: Quantity) => parameters[name]!.zip;
  const first = plan.facts.parameters.filter(
    (one, i, all) => zipOf(one) === undefined || all.findIndex((other) => zipOf(other) === zipOf(one)) === i,
  );
  return first
    .map((quantity): Column => {
      const cells = summary.map(({ parameters }) => cellOf(parameters[quantity.name]));
      const numeric = cells.every((cell) => typeof cell === 'number');
      const distinct = [...new Set(cells)];
      if (!numeric) return { quantity, cells, distinct, numeric, log: false };
      const sorted = (distinct as number[]).sort((a, b) => a - b);
      const log = sorted.length > 2 && sorted[0]! > 0 && sorted.at(-1)! / sorted[0]! >= LOG_RATIO;
      return { quantity, cells, distinct: sorted, numeric, log };
    })
    .filter(({ distinct }) => distinct.length > 1);
}

/** Response curves, heat maps and parallel coordinates of each metric. Points without a value of it are gaps, and counted. */
export function sweepPictures(given: Collected): SweepPicture[] {
  const collected = { ...given, summary: planned(given) };
  const columns = columnsOf(collected);
  return collected.plan.facts.metrics.flatMap((metric, m) => {
    const view = new MetricView(collected, columns, metric, m);
    return view.empty ? [] : view.pictures();
  });
}

class MetricView {
  readonly #collected: Collected;
  readonly #columns: readonly Column[];
  readonly #metric: Quantity;
  readonly #m: number;
  readonly #rows: readonly number[];
  readonly #subtitle: string;
  /** Description of the bands, for a subtitle. */
  readonly #bands: (reference: string) => string;

  constructor(collected: Collected, columns: readonly Column[], metric: Quantity, m: number) {
    this.#collected = collected;
    this.#columns = columns;
    this.#metric = metric;
    this.#m = m;
    this.#rows = [...collected.summary.keys()].filter((i) => this.#has(i));
    const { replicates } = collected.plan.facts;
    this.#subtitle = replicates > 1 ? `mean of ${plural(replicates, 'replicate')}` : '1 replicate, no interval';
    this.#bands = (reference) => (replicates > 1 ? `; ${INTERVAL} ${reference}` : '');
  }

  get empty(): boolean {
    return this.#rows.length === 0;
  }

  pictures(): SweepPicture[] {
    const columns = this.#columns;
    const crossed = columns
      .flatMap((x, i) => columns.slice(i + 1).map((y) => ({ x, y })))
      .filter(({ x, y }) => this.#crossed(x, y));
    return [
      ...columns.map((column) => ({
        name: fileOf('response', this.#metric.name, column.quantity.name),
        svg: column.numeric ? this.#curve(column) : this.#categories(column),
      })),
      ...crossed.map(({ x, y }) => ({
        name: fileOf('heat-map', this.#metric.name, x.quantity.name, y.quantity.name),
        svg: this.#valueMap(x, y),
      })),
      ...(columns.length > 1 ? [{ name: fileOf('parallel', this.#metric.name), svg: this.#parallel() }] : []),
    ];
  }

  /** How many points have no value of the metric, for a subtitle. */
  get #absent(): string {
    const absent = this.#collected.summary.length - this.#rows.length;
    return absent === 0 ? '' : `; ${plural(absent, 'point')} not computed`;
  }

  #valuesAt(i: number): readonly number[] {
    return this.#collected.summary[i]!.metrics[this.#m]!.values;
  }

  /** True if the metric has a value at a point. */
  #has(i: number): boolean {
    return Number.isFinite(this.#meanOf([i]));
  }

  /** Mean over all runs of some points; NaN if there are none. */
  #meanOf(rows: readonly number[]): number {
    const values = rows.flatMap((i) => this.#valuesAt(i)).filter(Number.isFinite);
    return values.length > 0 ? mean(values) : Number.NaN;
  }

  /** Mean over some points for each replicate. */
  #bySeed(rows: readonly number[]): number[] {
    return this.#valuesAt(rows[0]!).map((_, replicate) => mean(rows.map((i) => this.#valuesAt(i)[replicate]!)));
  }

  /**
   * Mean over some points, with the 95 % interval of its paired difference from reference points about it: seeds differ in
   * more than the parameter changes. Accuracies are drawn between 0 and 100 %.
   */
  #estimate(rows: readonly number[], reference: readonly number[]) {
    const own = this.#meanOf(rows);
    const { mean: difference, low, high } = estimateDifference(this.#bySeed(rows), this.#bySeed(reference));
    if (Number.isNaN(low)) return { mean: own };
    const [least, most] = this.#metric.name.startsWith('accuracy') ? [0, 100] : [-Infinity, Infinity];
    return { mean: own, low: Math.max(own + low - difference, least), high: Math.min(own + high - difference, most) };
  }

  /** Lines for the values of the other parameters where these are few; else one over all of them, or single marks. */
  #curve(column: Column): string {
    const others = this.#columns.filter((c) => c !== column);
    const told = ({ quantity: { name, unit }, cells }: Column, i: number) =>
      `${humanName(name)} ${shown(cells[i]!)}${unit === '' ? '' : ` ${unit}`}`;
    const key = (i: number) => others.map((column) => told(column, i)).join(', ');
    const groups = grouped([...this.#collected.summary.keys()], key);
    const x = (i: number) => column.cells[i] as number;
    const pointAt = (x: number, rows: readonly number[], reference: readonly number[]) => {
      const { mean: y, ...band } = this.#estimate(rows, reference);
      return { x, y, ...band };
    };
    const lines = [...groups].map(([name, rows]) => {
      const there = rows.filter((i) => this.#has(i)).toSorted((a, b) => x(a) - x(b));
      return {
        name: name === '' ? nameOf(this.#metric) : name,
        points: there.map((i) => pointAt(x(i), [i], [there[0]!])),
        missing: rows.filter((i) => !this.#has(i)).map(x),
      };
    });
    const few = lines.length <= MOST_SERIES && lines.every(({ points, missing }) => points.length + missing.length > 1);
    const perValue = [...grouped(this.#rows, x)].sort(([a], [b]) => a - b);
    const repeated = perValue.length * 2 <= this.#rows.length;
    const drawn = (series: readonly CurveSeries[], subtitle: string) =>
      curve({
        ...{ title: `${nameOf(this.#metric)} against ${nameOf(column.quantity)}`, subtitle, series },
        x: { label: labelOf(column.quantity), log: column.log },
        y: { label: labelOf(this.#metric) },
      });
    if (few)
      return drawn(
        lines.filter(({ points }) => points.length > 0),
        `${this.#subtitle}${this.#bands('leftmost point of the line')}${this.#absent}`,
      );
    if (repeated) {
      const points = perValue.map(([x, rows]) => pointAt(x, rows, perValue[0]![1]));
      return drawn(
        [{ name: 'all values of the others', points }],
        `${POOLED}${this.#bands('leftmost point')}${this.#absent}`,
      );
    }
    const points = this.#rows.map((i) => ({ x: x(i), y: this.#meanOf([i]) }));
    return drawn(
      [{ name: 'points', scatter: true, points }],
      `each point at its own values of the other parameters${this.#absent}`,
    );
  }

  #categories(column: Column): string {
    const groups = [...grouped(this.#rows, (i) => shown(column.cells[i]!))];
    const rows = groups.map(([name, own]) => ({ name, ...this.#estimate(own, groups[0]![1]) }));
    return responses({
      title: `${nameOf(this.#metric)} by ${nameOf(column.quantity)}`,
      subtitle: `${this.#columns.length > 1 ? POOLED : this.#subtitle}${this.#bands('first row')}${this.#absent}`,
      label: labelOf(this.#metric),
      rows,
    });
  }

  /** Whether both vary independently, and few enough values of each to be cells. */
  #crossed(x: Column, y: Column): boolean {
    const pairs = new Set(this.#collected.summary.map((_, i) => JSON.stringify([x.cells[i], y.cells[i]])));
    const most = Math.max(x.distinct.length, y.distinct.length);
    return most <= MOST_CELLS && pairs.size > 0.5 * x.distinct.length * y.distinct.length && pairs.size > most;
  }

  #valueMap(x: Column, y: Column): string {
    const cells = y.distinct.map((b) =>
      x.distinct.map((a) => this.#meanOf(this.#rows.filter((i) => x.cells[i] === a && y.cells[i] === b))),
    );
    const others = this.#columns.length > 2;
    return valueMap({
      title: `${nameOf(this.#metric)} over ${nameOf(x.quantity)} and ${nameOf(y.quantity)}`,
      subtitle: others ? POOLED : this.#subtitle,
      x: { label: labelOf(x.quantity), values: x.distinct.map(shown) },
      y: { label: labelOf(y.quantity), values: y.distinct.map(shown) },
      label: labelOf(this.#metric),
      cells,
    });
  }

  #parallel(): string {
    const of = (cells: readonly Cell[]) =>
      this.#rows.map((i) => (typeof cells[i] === 'number' ? cells[i] : String(cells[i])));
    return parallelCoordinates({
      title: `${nameOf(this.#metric)} over all parameters`,
      subtitle: `${plural(this.#rows.length, 'point')}, the darker the higher the ${nameOf(this.#metric)}${this.#absent}`,
      axes: [
        ...this.#columns.map(({ quantity, cells, log }) => ({ label: labelOf(quantity), values: of(cells), log })),
        { label: labelOf(this.#metric), values: this.#rows.map((i) => this.#meanOf([i])) },
      ],
    });
  }
}
