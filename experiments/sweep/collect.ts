import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  Bool,
  type DataType,
  Field,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Uint32,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { csvFormatRows } from 'd3-dsv';
import { UserError } from '../../core/declare/errors.ts';
import { formatCount, show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { configSchema, readJson } from '../logs/runJson.ts';
import { canonicalJson } from '../network/config/hash.ts';
import { isMapping } from '../network/config/override.ts';
import { describeDifference, type Estimate, estimateDifference, estimateMean } from '../statistics/estimate.ts';
import { groupBy } from '../statistics/groupBy.ts';
import { getSweepPaths, isRunFinished, type Plan, type PlannedRun, readPlan } from './directory.ts';
import { type ParameterValues, requireDistinctColumns } from './planSweep.ts';
import { type ColumnQuantity, describeMetric } from './quantities.ts';

type Cell = number | string | boolean | null;

interface ResultColumn {
  readonly name: string;
  readonly unit: string;
  readonly cells: readonly Cell[];
}

const isUint32 = (cell: Cell) => typeof cell === 'number' && Number.isInteger(cell) && cell >= 0 && cell < 2 ** 32;
const COUNTS = ['point', 'replicate', 'seed', 'runs'];

function columnTypeOf({ name, cells }: ResultColumn): DataType {
  if (COUNTS.includes(name) && cells.every(isUint32)) return new Uint32();
  if (cells.every((cell) => cell === null || typeof cell === 'number')) return new Float64();
  return cells.every((cell) => cell === null || typeof cell === 'boolean') ? new Bool() : new Utf8();
}

/** Converts a value to a cell: numbers, texts and booleans are kept, others become JSON. */
export const toCell = (value: unknown): Cell =>
  typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : canonicalJson(value);

/**
 * Writes a table as `name.arrow` (Arrow IPC file, which is Feather version 2), with column units in the field metadata,
 * and as `name.csv` (RFC 4180), in which null cells are empty.
 */
function writeResultTable(
  directory: string,
  name: string,
  columns: readonly ResultColumn[],
  metadata: Readonly<Record<string, string>>,
) {
  const rows = columns[0]?.cells.length ?? 0;
  const typed = columns.map((column) => ({ ...column, type: columnTypeOf(column) }));
  const fields = typed.map(
    ({ name, unit, type }) => new Field(name, type, true, new Map(unit === '' ? [] : [['unit', unit]])),
  );
  const units = Object.fromEntries(columns.filter(({ unit }) => unit !== '').map(({ name, unit }) => [name, unit]));
  const schema = new Schema(fields, new Map(Object.entries({ ...metadata, units: JSON.stringify(units) })));
  const children = typed.map(({ cells, type }) => {
    const values = type instanceof Utf8 ? cells.map((cell) => (cell === null ? null : String(cell))) : cells;
    return vectorFromArray(values as Cell[], type).data[0] ?? makeData({ type, length: 0 } as never);
  });
  const batch = new RecordBatch(schema, makeData({ type: new Struct(fields), length: rows, children }));
  writeFileAtomic(join(directory, `${name}.arrow`), tableToIPC(new Table(schema, [batch]), 'file'));
  const text = Array.from({ length: rows }, (_, i) => columns.map(({ cells }) => String(cells[i] ?? '')));
  writeFileAtomic(join(directory, `${name}.csv`), `${csvFormatRows([columns.map(({ name }) => name), ...text])}\n`);
}

interface RunResult {
  readonly run: PlannedRun;
  /** Metric values, in the order of the sweep's metrics; undefined if missing in `run.json`, NaN if null there. */
  readonly metrics: readonly (number | undefined)[];
  readonly spikesSha256: unknown;
  readonly weightsSha256: unknown;
}

/** Metrics that depend on the machine and so differ from run to run. */
const MACHINE_METRICS = /Seconds$|PerSecond$|^peakRssBytes$/;

function valueAt(facts: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((node, key) => (isMapping(node) && Object.hasOwn(node, key) ? node[key] : undefined), facts);
}

function listNumbers(facts: unknown, path = ''): string[] {
  if (typeof facts === 'number') return [path];
  if (!isMapping(facts)) return [];
  return Object.entries(facts).flatMap(([key, value]) => listNumbers(value, path === '' ? key : `${path}.${key}`));
}

export function readResults({ directory, facts, runs }: Plan): RunResult[] {
  const location = getSweepPaths(directory);
  return runs
    .filter(({ index, hash }) => isRunFinished(location.run(index), hash))
    .map((run): RunResult => {
      const found = readJson(location.run(run.index), 'run.json', configSchema);
      const metrics = facts.metrics.map(({ path }) => {
        const value = valueAt(found, path);
        if (value === null) return Number.NaN;
        return typeof value === 'number' ? value : undefined;
      });
      const { spikesSha256, weightsSha256 } = found;
      return { run, metrics, spikesSha256, weightsSha256 };
    });
}

/** Sentence on a metric that is missing in some results; undefined if all results have it. */
function describeMissingMetric({ directory, facts }: Plan, results: readonly RunResult[], m: number) {
  const { path } = facts.metrics[m]!;
  const without = results.filter(({ metrics }) => metrics[m] === undefined).map(({ run }) => run.index);
  if (without.length === 0) return undefined;
  const found = readJson(getSweepPaths(directory).run(without[0]!), 'run.json', configSchema);
  const value = valueAt(found, path);
  const listed = `${without.slice(0, 5).join(', ')}${without.length > 5 ? ', …' : ''}`;
  const share = `${without.length} of ${formatCount(results.length, 'run')} (${listed})`;
  if (value !== undefined) return `the metric ${show(path)} is not a number in ${share}, but ${show(value)}.`;
  if (without.length < results.length) return `the metric ${show(path)} is missing from ${share}.`;
  const known = listNumbers(found);
  const suggestion = didYouMean(path, known, '');
  const numbers = `; run.json has ${known.slice(0, 5).join(', ')}${known.length > 5 ? `, … (${known.length} numbers)` : ''}.`;
  return `no run.json has the metric ${show(path)}${suggestion.startsWith(',') ? suggestion : numbers}`;
}

const describeMissingMetrics = (plan: Plan, results: readonly RunResult[]) =>
  plan.facts.metrics.flatMap((_, m) => describeMissingMetric(plan, results, m) ?? []);

/** Checks that at least one of the results, if any, has the metric. */
export function requireMetric(plan: Plan, results: readonly RunResult[], m: number) {
  if (results.length > 0 && results.every(({ metrics }) => metrics[m] === undefined))
    throw new UserError(describeMissingMetric(plan, results, m)!);
}

/** SHA-256 of all results; independent of order and machines of the runs. */
export function hashResults({ facts }: Plan, results: readonly RunResult[]) {
  const hash = createHash('sha256');
  for (const { run, metrics, spikesSha256 = null, weightsSha256 = null } of results) {
    const compared = metrics
      .filter((_, m) => !MACHINE_METRICS.test(facts.metrics[m]!.path))
      .map((value) => value ?? null);
    hash.update(`${canonicalJson([run.index, run.hash, spikesSha256, weightsSha256, compared])}\n`);
  }
  return hash.digest('hex');
}

/** Index of a metric among the metrics of a sweep; default: the first. */
export function findMetric({ facts }: Plan, metric: string | undefined) {
  const names = facts.metrics.map(({ name }) => name);
  const found = metric === undefined ? 0 : names.indexOf(metric);
  if (found < 0) throw new UserError(`${metric} is not a metric of the sweep${didYouMean(metric!, names, 'metrics')}`);
  return found;
}

interface MetricSummary extends Estimate {
  /** Value for each replicate; NaN if missing. */
  readonly replicateValues: readonly number[];
  /** Paired difference from the first computed point; replicates with the same number have the same seed. */
  readonly pairedDifference: Estimate;
}

export interface PointSummary {
  readonly point: number;
  readonly parameters: ParameterValues;
  readonly runCount: number;
  readonly metrics: readonly MetricSummary[];
}

export const summariseMetric = (values: readonly number[], reference: readonly number[]): MetricSummary => ({
  ...estimateMean(values.filter(Number.isFinite)),
  replicateValues: values,
  pairedDifference: estimateDifference(values, reference),
});

function listMetricValues(results: readonly RunResult[], metric: number, replicates: number) {
  const values = Array<number>(replicates).fill(Number.NaN);
  for (const { run, metrics } of results) values[run.replicate] = metrics[metric] ?? Number.NaN;
  return values;
}

/** Summarises each point with at least one finished replicate, in plan order. */
function summarisePoints(results: readonly RunResult[], replicates: number): PointSummary[] {
  const groups = [...groupBy(results, ({ run }) => run.point)];
  const first = groups[0]?.[1] ?? [];
  const references = (first[0]?.metrics ?? []).map((_, m) => listMetricValues(first, m, replicates));
  return groups.map(([point, group]) => ({
    point,
    parameters: group[0]!.run.parameters,
    runCount: group.length,
    metrics: references.map((reference, m) => summariseMetric(listMetricValues(group, m, replicates), reference)),
  }));
}

export interface SweepResults {
  readonly plan: Plan;
  readonly results: readonly RunResult[];
  readonly summary: readonly PointSummary[];
  readonly resultsSha256: string;
  readonly missingMetrics: readonly string[];
}

const toFinite = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);

/** Replaces the metrics of a plan by given paths in `run.json`, if any. */
function withMetrics(plan: Plan, paths: readonly string[]): Plan {
  if (paths.length === 0) return plan;
  const metrics = [...new Set(paths)];
  requireDistinctColumns({ parameters: plan.facts.sweep.parameters, metrics }, `${plan.directory}, --metric`);
  return { ...plan, facts: { ...plan.facts, metrics: metrics.map(describeMetric) } };
}

/** Reads the results of all finished runs and writes nothing. @param metrics paths in `run.json`; default: the metrics of the sweep */
export function readSweepResults(directory: string, metrics: readonly string[] = []): SweepResults {
  const plan = withMetrics(readPlan(directory), metrics);
  const results = readResults(plan);
  return {
    plan,
    results,
    summary: summarisePoints(results, plan.facts.replicates),
    resultsSha256: hashResults(plan, results),
    missingMetrics: describeMissingMetrics(plan, results),
  };
}

/** Checks that no run lacks a metric. @throws UserError that describes two missing metrics and counts the others */
export function requireMetrics({ plan, missingMetrics }: Pick<SweepResults, 'plan' | 'missingMetrics'>) {
  if (missingMetrics.length === 0) return;
  const rest = missingMetrics.length > 2 ? ` ${missingMetrics.length - 2} more metrics are missing.` : '';
  throw new UserError(`${plan.directory}: ${missingMetrics.slice(0, 2).join(' ')}${rest}`);
}

/**
 * Writes the tables of a sweep. `results.arrow` and `results.csv`: one row per finished run with point, replicate,
 * seed, parameters, metrics. `summary.arrow` and `summary.csv`: one row per point with, for each metric, the mean over
 * replicates and the paired difference from the first computed point, both with 95 % confidence intervals.
 * @param metricPaths paths in `run.json`; default: the metrics of the sweep
 */
export function writeSweepTables(directory: string, metricPaths: readonly string[] = []): SweepResults {
  const collected = readSweepResults(directory, metricPaths);
  const { plan, results, summary, resultsSha256 } = collected;
  const { parameters, metrics, file, version } = plan.facts;
  const facts = { sweep: file, version, resultsSha256 };
  const runs = results.map(({ run }) => run);
  const column = (name: string, cells: ResultColumn['cells'], unit = ''): ResultColumn => ({ name, unit, cells });
  const parameterColumns = (rows: readonly Pick<PointSummary, 'parameters'>[]): ResultColumn[] =>
    parameters.map(({ name, unit }) => {
      const cells = rows.map((row) => toCell(row.parameters[name]));
      return column(name, cells, unit);
    });
  const resultColumns = [
    ...(['point', 'replicate', 'seed'] as const).map((name) =>
      column(
        name,
        Array.from(runs, (run) => run[name]),
      ),
    ),
    ...parameterColumns(runs),
    ...metrics.map(({ name, unit }, m) => {
      const cells = results.map((result) => toFinite(result.metrics[m]));
      return column(name, cells, unit);
    }),
  ];
  const metricColumns = ({ name, unit }: ColumnQuantity, pick: (row: PointSummary) => Estimate): ResultColumn[] =>
    (['mean', 'low', 'high'] as const).map((end) => {
      const cells = summary.map((row) => toFinite(pick(row)[end]));
      return column(end === 'mean' ? name : `${name}.${end}`, cells, unit);
    });
  const summaryColumns = [
    column(
      'point',
      Array.from(summary, ({ point }) => point),
    ),
    ...parameterColumns(summary),
    column(
      'runs',
      Array.from(summary, ({ runCount }) => runCount),
    ),
    ...metrics.flatMap((metric, m) => [
      ...metricColumns(metric, (row) => row.metrics[m]!),
      ...metricColumns({ ...metric, name: `${metric.name}.difference` }, (row) => row.metrics[m]!.pairedDifference),
    ]),
  ];
  writeResultTable(directory, 'results', resultColumns, facts);
  writeResultTable(directory, 'summary', summaryColumns, facts);
  return collected;
}

const MAX_SHOWN_POINTS = 10;
/** Smallest value written without an exponent. */
const MIN_DECIMAL = 1e-3;

function formatValue(value: number) {
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
  const formatParameter = (value: unknown) => {
    const cell = toCell(value);
    return typeof cell === 'number' ? formatValue(cell) : String(cell);
  };
  const formatDifference = (values: readonly number[]) => {
    const difference = estimateDifference(values, sorted[0]!.metrics[metric]!.replicateValues);
    return describeDifference(difference, '', 'not significantly different', formatValue);
  };
  return [
    ['point', ...parameters.map(title), ...metrics.map(title), `${metrics[metric]!.name}: difference from the best`],
    ...sorted.map(({ point, parameters: values, metrics: own }, rank) => [
      String(point),
      ...parameters.map(({ name }) => formatParameter(values[name])),
      ...own.map(({ mean }) => formatValue(mean)),
      rank === 0 ? '–' : formatDifference(own[metric]!.replicateValues),
    ]),
  ];
}
