import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { WEIGHTS } from '../../../core/log/tables.ts';
import { LogTable } from '../../logs/table.ts';
import { ArrowTable } from './arrowTable.ts';
import { type ConnectionReader, type FileContent, readSynapseColumns } from './part.ts';

/** Reads the last recorded weight of each synapse from a weight log. */
function readLastWeightPerSynapse(path: string, projection: string | undefined): FileContent {
  const table = new LogTable(path, projection === undefined ? {} : { populations: [projection] }, WEIGHTS);
  const seen = new Set<number>();
  const last = new Map<string, number>();
  for (const { columns, rows } of table.readBatches()) {
    for (let i = 0; i < rows; i++) {
      seen.add(columns.projection![i]!);
      last.set(`${columns.pre![i]} ${columns.post![i]}`, columns.weight![i]!);
    }
  }
  table.requireWhole();
  if (seen.size === 0) throw table.emptyError();
  if (seen.size > 1) {
    const names = [...seen].map((id) => show(table.group?.names[id] ?? String(id))).join(', ');
    throw new UserError(
      `${path} holds the weights of ${seen.size} projections (${names}); select one: file: { path, projection }.`,
    );
  }
  const pairs = Array.from(last.keys(), (key) => key.split(' ').map(Number));
  return {
    pre: Float64Array.from(pairs, ([pre]) => pre!),
    post: Float64Array.from(pairs, ([, post]) => post!),
    weight: Float64Array.from(last.values()),
  };
}

/** Reads Arrow data: columns pre, post, weight and optionally delay, or else the columns of a weight matrix. */
export const readArrowConnections: ConnectionReader = (bytes, { path, projection }) => {
  const table = new ArrowTable(bytes, path);
  if (table.metadata.get('schema') === WEIGHTS.name) return readLastWeightPerSynapse(path, projection);
  const { names, rows } = table;
  const list = readSynapseColumns(names, path, (name) => table.values(name));
  if (list) return list;
  const matrix = new Float64Array(rows * names.length);
  for (const [j, name] of names.entries()) {
    const values = table.values(name);
    for (let i = 0; i < values.length; i++) matrix[i * names.length + j] = values[i]!;
  }
  return { matrix, shape: [rows, names.length] };
};
