import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { WEIGHTS } from '../../core/log/tables.ts';
import type { LogTable } from './table.ts';

/** Maximum number of entries of a matrix, which then takes 2 GiB in memory and in an `.npy` file. */
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

/** Name of the only projection in a log. @param ids ids of projections in its rows @param hint advice for the user */
export function requireOneProjection(table: LogTable, ids: ReadonlySet<number>, hint: string): string {
  if (ids.size === 0) throw table.createNoRowsError();
  const names = [...ids].map((id) => table.idColumn?.names[id] ?? String(id));
  if (names.length === 1) return names[0]!;
  throw new UserError(
    `${table.path} holds ${names.length} projections (${names.map((name) => show(name)).join(', ')}); ${hint}.`,
  );
}

/** Finds the projections in a log of synapses and the size of their matrix, given by the highest neuron indices. */
export function findMatrixShape(table: LogTable) {
  const projectionIds = new Set<number>();
  let [preCount, postCount, rowCount] = [0, 0, 0];
  table.forEachRow(['projection', 'pre', 'post'], (projection, pre, post) => {
    projectionIds.add(projection);
    preCount = Math.max(preCount, pre + 1);
    postCount = Math.max(postCount, post + 1);
    rowCount++;
  });
  return { projectionIds, preCount, postCount, rowCount };
}

/**
 * Reads the last weight of each synapse in one projection, up to the end of the time window: a matrix, presynaptic ×
 * postsynaptic, row-major; NaN if no synapse was recorded.
 */
export function readLastWeights(table: LogTable) {
  const { path, spec } = table;
  if (spec.name !== WEIGHTS.name) throw new UserError(`${path} is a ${spec.name} log, but must be a weight log.`);
  const { projectionIds, preCount, postCount, rowCount } = findMatrixShape(table);
  requireOneProjection(table, projectionIds, 'select one with --population');
  if (preCount * postCount > MAX_ENTRIES)
    throw new UserError(
      `${path}: a matrix of ${preCount} x ${postCount} weights is too large; export csv or parquet instead.`,
    );
  rejectSparseLog(path, preCount, postCount, rowCount, 'export csv or parquet instead');
  const weights = new Float64Array(preCount * postCount).fill(Number.NaN);
  table.forEachRow(['pre', 'post', 'weight'], (pre, post, weight) => {
    weights[pre * postCount + post] = weight;
  });
  return { weights, preCount, postCount };
}
