import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { WEIGHTS } from '../../core/log/tables.ts';
import { requireDenseEnough } from './sizes.ts';
import type { LogTable } from './table.ts';

interface WeightMatrix {
  /** Row-major, presynaptic × postsynaptic; NaN where no synapse was recorded. */
  readonly values: Float64Array;
  readonly pre: number;
  readonly post: number;
}

/** 2 GiB: what one array and one `.npy` file of this size need. */
const MAX_ENTRIES = 2 ** 28;

/**
 * The last recorded weight of each synapse of one projection, up to the end of the window. The matrix is as large as the
 * highest neurons recorded. UserError if the log is another table, holds several projections of which none is chosen, or the
 * matrix has more than 2^28 entries, or more than 256 a row of the log.
 */
export function readLastWeights(table: LogTable): WeightMatrix {
  const { path, spec } = table;
  if (spec.name !== WEIGHTS.name) throw new UserError(`${path} is a ${spec.name} log, not one of weights.`);
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
  if (seen.size === 0) throw table.emptyError();
  if (seen.size > 1) {
    const names = [...seen].map((id) => show(table.group?.names[id] ?? String(id))).join(', ');
    throw new UserError(
      `${path} holds the weights of ${seen.size} projections (${names}); name one with --population.`,
    );
  }
  if (pre * post > MAX_ENTRIES)
    throw new UserError(`${path}: a matrix of ${pre} x ${post} weights is too large; export csv or parquet instead.`);
  requireDenseEnough(path, pre, post, count, 'export csv or parquet instead');
  const values = new Float64Array(pre * post).fill(Number.NaN);
  for (const { columns, rows } of table.readBatches()) {
    for (let i = 0; i < rows; i++) values[columns.pre![i]! * post + columns.post![i]!] = columns.weight![i]!;
  }
  return { values, pre, post };
}
