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
import { writeFileAtomic } from '../../core/log/file.ts';
import { canonicalJson } from '../network/config/hash.ts';
import { describePairedDifference, estimatePairedDifference, type MeanEstimate } from '../statistics/estimate.ts';
import { appendUnit, type ColumnQuantity } from './quantities.ts';
import { type PointSummary, readSweepResults, type SweepResults } from './results.ts';

type Cell = number | string | boolean | null;

interface ResultColumn {
  readonly name: string;
  readonly unit?: string;
  readonly cells: readonly Cell[];
}

const isUint32 = (cell: Cell) => typeof cell === 'number' && Number.isInteger(cell) && cell >= 0 && cell < 2 ** 32;
const COUNTS = ['point', 'replicate', 'seed', 'runs'];

function chooseColumnType({ name, cells }: ResultColumn): DataType {
  if (COUNTS.includes(name) && cells.every(isUint32)) return new Uint32();
  if (cells.every((cell) => cell === null || typeof cell === 'number')) return new Float64();
  return cells.every((cell) => cell === null || typeof cell === 'boolean') ? new Bool() : new Utf8();
}

/** Table cell of a value: number, text and boolean unchanged, other values as JSON. */
export const toTableCell = (value: unknown): Cell =>
  typeof value === 'object' ? canonicalJson(value) : (value as Cell);

/**
 * Writes a table as Arrow IPC file `name.arrow` (Feather version 2), with units in the field metadata, and as
 * `name.csv` (RFC 4180), with empty cells for null.
 */
function writeResultTable(
  directory: string,
  name: string,
  columns: readonly ResultColumn[],
  metadata: Readonly<Record<string, string>>,
) {
  const rows = columns[0]?.cells.length ?? 0;
  const typed = columns.map((column) => ({ ...column, type: chooseColumnType(column) }));
  const fields = typed.map(
    ({ name, unit, type }) => new Field(name, type, true, new Map(unit ? [['unit', unit]] : [])),
  );
  const units = Object.fromEntries(columns.filter(({ unit }) => unit).map(({ name, unit }) => [name, unit]));
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

const toFinite = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);

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
  const metadata = { sweep: file, version, resultsSha256 };
  const tabulateParameters = (rows: readonly Pick<PointSummary, 'parameters'>[]) =>
    parameters.map(({ name, unit }) => ({ name, unit, cells: rows.map((row) => toTableCell(row.parameters[name])) }));
  const runs = results.map(({ run }) => run);
  const resultColumns = [
    ...(['point', 'replicate', 'seed'] as const).map((name) => ({ name, cells: runs.map((run) => run[name]) })),
    ...tabulateParameters(runs),
    ...metrics.map(({ name, unit }, m) => {
      return { name, unit, cells: results.map((result) => toFinite(result.metricValues[m])) };
    }),
  ];
  const tabulateEstimate = (name: string, unit: string, pick: (row: PointSummary) => MeanEstimate) =>
    (['mean', 'low', 'high'] as const).map((end) => {
      const cells = summary.map((row) => toFinite(pick(row)[end]));
      return { name: end === 'mean' ? name : `${name}.${end}`, unit, cells };
    });
  const summaryColumns = [
    { name: 'point', cells: summary.map(({ point }) => point) },
    ...tabulateParameters(summary),
    { name: 'runs', cells: summary.map(({ runCount }) => runCount) },
    ...metrics.flatMap(({ name, unit }, m) => [
      ...tabulateEstimate(name, unit, (row) => row.metrics[m]!),
      ...tabulateEstimate(`${name}.difference`, unit, (row) => row.metrics[m]!.pairedDifference),
    ]),
  ];
  writeResultTable(directory, 'results', resultColumns, metadata);
  writeResultTable(directory, 'summary', summaryColumns, metadata);
  return collected;
}

const MAX_SHOWN_POINTS = 10;
const MIN_DECIMAL = 1e-3; // smaller values are written with an exponent

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
  const getMean = ({ metrics }: PointSummary) => metrics[metric]!.mean;
  const sorted = summary
    .filter((point) => Number.isFinite(getMean(point)))
    .toSorted((a, b) => sign * (getMean(a) - getMean(b)))
    .slice(0, MAX_SHOWN_POINTS);
  const title = (one: ColumnQuantity) => appendUnit(one.name, one);
  const formatParameter = (value: unknown) =>
    typeof value === 'number' ? formatValue(value) : String(toTableCell(value));
  const formatDifference = (values: readonly number[]) => {
    const difference = estimatePairedDifference(values, sorted[0]!.metrics[metric]!.replicateValues);
    return describePairedDifference(difference, '', formatValue);
  };
  return [
    ['point', ...parameters.map(title), ...metrics.map(title), `${metrics[metric]!.name}: difference from the best`],
    ...sorted.map((row, rank) => [
      String(row.point),
      ...parameters.map(({ name }) => formatParameter(row.parameters[name])),
      ...row.metrics.map(({ mean }) => formatValue(mean)),
      rank === 0 ? '–' : formatDifference(row.metrics[metric]!.replicateValues),
    ]),
  ];
}
