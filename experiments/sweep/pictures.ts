import { plural } from '../../core/declare/plural.ts';
import type { CurveSeries } from '../look/plots/chart.ts';
import { curve } from '../look/plots/curve.ts';
import { parallelCoordinates } from '../look/plots/parallelCoordinates.ts';
import { responses } from '../look/plots/responses.ts';
import { valueMap } from '../look/plots/valueMap.ts';
import type { Collected } from './collect.ts';
import { grouped } from './grouped.ts';
import { humanName } from './names.ts';
import type { Quantity } from './quantities.ts';
import { type Estimate, estimate, type PointSummary } from './summary.ts';
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
const INTERVAL = ', and its 95 % interval';
const POOLED = `mean over all values of the other parameters and all replicates${INTERVAL}`;

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
  const metrics = plan.facts.metrics.map(() => estimate([]));
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
  readonly #estimates: readonly Estimate[];
  readonly #rows: readonly number[];
  readonly #subtitle: string;

  constructor(collected: Collected, columns: readonly Column[], metric: Quantity, m: number) {
    this.#collected = collected;
    this.#columns = columns;
    this.#metric = metric;
    this.#m = m;
    this.#estimates = collected.summary.map(({ metrics }) => possible(metric, metrics[m]!));
    this.#rows = this.#estimates.flatMap(({ mean }, i) => (Number.isFinite(mean) ? [i] : []));
    const { replicates } = collected.plan.facts;
    this.#subtitle =
      replicates > 1 ? `mean of ${plural(replicates, 'replicate')} and its 95 % interval` : '1 replicate';
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
    const absent = this.#estimates.length - this.#rows.length;
    return absent === 0 ? '' : `; ${plural(absent, 'point')} not computed`;
  }

  /** Estimate over all runs of some points. */
  #pooled(rows: readonly number[]): Estimate {
    const points = new Set(rows.map((i) => this.#collected.summary[i]!.point));
    const runs = this.#collected.results.filter(({ run }) => points.has(run.point));
    const values = runs.map(({ metrics }) => metrics[this.#m] ?? Number.NaN).filter(Number.isFinite);
    return possible(this.#metric, estimate(values));
  }

  /** Lines for the values of the other parameters where these are few; else one over all of them, or single marks. */
  #curve(column: Column): string {
    const others = this.#columns.filter((c) => c !== column);
    const told = ({ quantity: { name, unit }, cells }: Column, i: number) =>
      `${humanName(name)} ${shown(cells[i]!)}${unit === '' ? '' : ` ${unit}`}`;
    const key = (i: number) => others.map((column) => told(column, i)).join(', ');
    const groups = grouped([...this.#estimates.keys()], key);
    const has = (i: number) => Number.isFinite(this.#estimates[i]!.mean);
    const lines = [...groups].map(([name, rows]) => ({
      name: name === '' ? nameOf(this.#metric) : name,
      points: rows.filter(has).map((i) => pointOf(column.cells[i] as number, this.#estimates[i]!)),
      missing: rows.filter((i) => !has(i)).map((i) => column.cells[i] as number),
    }));
    const few = lines.length <= MOST_SERIES && lines.every(({ points, missing }) => points.length + missing.length > 1);
    const perValue = grouped(this.#rows, (i) => column.cells[i] as number);
    const repeated = perValue.size * 2 <= this.#rows.length;
    const drawn = (series: readonly CurveSeries[], subtitle: string) =>
      curve({
        ...{ title: `${nameOf(this.#metric)} against ${nameOf(column.quantity)}`, subtitle, series },
        x: { label: labelOf(column.quantity), log: column.log },
        y: { label: labelOf(this.#metric) },
      });
    if (few)
      return drawn(
        lines.filter(({ points }) => points.length > 0),
        `${this.#subtitle}${this.#absent}`,
      );
    if (repeated) {
      const points = [...perValue].map(([x, rows]) => pointOf(x, this.#pooled(rows)));
      return drawn([{ name: 'all values of the others', points }], `${POOLED}${this.#absent}`);
    }
    const points = this.#rows.map((i) => ({ x: column.cells[i] as number, y: this.#estimates[i]!.mean }));
    return drawn(
      [{ name: 'points', scatter: true, points }],
      `each point at its own values of the other parameters${this.#absent}`,
    );
  }

  #categories(column: Column): string {
    const groups = grouped(this.#rows, (i) => shown(column.cells[i]!));
    const rows = [...groups].map(([name, own]) => {
      const { mean, low, high } = this.#pooled(own);
      return { name, mean, ...(Number.isFinite(low) && { low, high }) };
    });
    return responses({
      title: `${nameOf(this.#metric)} by ${nameOf(column.quantity)}`,
      subtitle: `${this.#columns.length > 1 ? POOLED : this.#subtitle}${this.#absent}`,
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
      x.distinct.map((a) => this.#pooled(this.#rows.filter((i) => x.cells[i] === a && y.cells[i] === b)).mean),
    );
    const others = this.#columns.length > 2;
    return valueMap({
      title: `${nameOf(this.#metric)} over ${nameOf(x.quantity)} and ${nameOf(y.quantity)}`,
      subtitle: others ? POOLED.replace(INTERVAL, '') : this.#subtitle.replace(' and its 95 % interval', ''),
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
        { label: labelOf(this.#metric), values: this.#rows.map((i) => this.#estimates[i]!.mean) },
      ],
    });
  }
}

/** Few runs that differ give intervals beyond what an accuracy can be: they are drawn up to 0 and 100 %. */
const possible = ({ name }: Quantity, { mean, low, high }: Estimate): Estimate =>
  name.startsWith('accuracy') ? { mean, low: Math.max(low, 0), high: Math.min(high, 100) } : { mean, low, high };

const pointOf = (x: number, { mean, low, high }: Estimate) => ({
  x,
  y: mean,
  ...(Number.isFinite(low) && { low, high }),
});
