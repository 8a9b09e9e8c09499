import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { WEIGHTS } from '../../core/log/tables.ts';
import type { LogTable } from './table.ts';

interface WeightMatrix {
  /** Weights, presynaptic × postsynaptic, row-major; NaN if no synapse was recorded. */
  readonly weights: Float64Array;
  readonly preCount: number;
  readonly postCount: number;
}

/** Maximum number of entries of a matrix: 2 GiB in memory and in an `.npy` file. */
const MAX_ENTRIES = 2 ** 28;

const MIN_ALLOWED_ENTRIES = 2 ** 20;
/** Maximum number of matrix entries per log row; a matrix with more entries would be almost empty. */
const MAX_ENTRIES_PER_ROW = 256;

/** Rejects a weight matrix that would be almost empty, because the log has few rows. */
export function rejectSparseLog(path: string, pre: number, post: number, rows: number, instead: string) {
  if (pre * post > Math.max(MIN_ALLOWED_ENTRIES, MAX_ENTRIES_PER_ROW * rows))
    throw new UserError(
      `${path}: a matrix of ${pre} x ${post} weights would be almost empty with the ${rows} rows of this log; ${instead}.`,
    );
}

/** Requires rows of a single projection. @param seen ids of projections in the rows @param hint advice for the user */
export function requireOneProjection(table: LogTable, seen: ReadonlySet<number>, hint: string) {
  if (seen.size === 0) throw table.createEmptyError();
  if (seen.size === 1) return;
  const names = [...seen].map((id) => show(table.idColumn?.names[id] ?? String(id))).join(', ');
  throw new UserError(`${table.path} holds the weights of ${seen.size} projections (${names}); ${hint}.`);
}

/**
 * Reads the last weight of each synapse in one projection, up to the end of the time window. The highest recorded
 * neuron indices give the matrix size.
 */
export function readLastWeights(table: LogTable): WeightMatrix {
  const { path, spec } = table;
  if (spec.name !== WEIGHTS.name) throw new UserError(`${path} is a ${spec.name} log, but must be a weight log.`);
  const seen = new Set<number>();
  let [pre, post, count] = [0, 0, 0];
  for (const { columns, rows } of table.readBatches()) {
    count += rows;
    for (let i = 0; i < rows; i++) {
      seen.add(columns.projection![i]!);
      pre = Math.max(pre, columns.pre![i]! + 1);
      post = Math.max(post, columns.post![i]! + 1);
    }
  }
  requireOneProjection(table, seen, 'select one with --population');
  if (pre * post > MAX_ENTRIES)
    throw new UserError(`${path}: a matrix of ${pre} x ${post} weights is too large; export csv or parquet instead.`);
  rejectSparseLog(path, pre, post, count, 'export csv or parquet instead');
  const values = new Float64Array(pre * post).fill(Number.NaN);
  for (const { columns, rows } of table.readBatches()) {
    for (let i = 0; i < rows; i++) values[columns.pre![i]! * post + columns.post![i]!] = columns.weight![i]!;
  }
  return { weights: values, preCount: pre, postCount: post };
}
