import { type Table, tableFromIPC } from 'apache-arrow';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { WEIGHTS } from '../../../core/log/tables.ts';
import { LogTable } from '../../logs/table.ts';
import { columnsOf, type Part, type Read } from './part.ts';

/** The last weight of each synapse in a log of ours. */
function learned(path: string, projection: string | undefined): Part {
  const table = new LogTable(path, projection === undefined ? {} : { populations: [projection] }, WEIGHTS);
  const seen = new Set<number>();
  const last = new Map<string, number>();
  for (const { columns, rows } of table.batches()) {
    for (let i = 0; i < rows; i++) {
      seen.add(columns.projection![i]!);
      last.set(`${columns.pre![i]} ${columns.post![i]}`, columns.weight![i]!);
    }
  }
  table.requireWhole();
  if (seen.size === 0) throw table.nothing();
  if (seen.size > 1) {
    const names = [...seen].map((id) => show(table.group?.names[id] ?? String(id))).join(', ');
    throw new UserError(
      `${path} holds the weights of ${seen.size} projections (${names}); name one: file: { path, projection }.`,
    );
  }
  const pairs = Array.from(last.keys(), (key) => key.split(' ').map(Number));
  return {
    pre: Float64Array.from(pairs, ([pre]) => pre!),
    post: Float64Array.from(pairs, ([, post]) => post!),
    weight: Float64Array.from(last.values()),
  };
}

/** An Arrow file or stream: columns pre, post, weight and perhaps delay; else its columns are those of a matrix. */
export const fromArrow: Read = (bytes, { path, projection }) => {
  const table = tableOf(bytes, path);
  if (table.schema.metadata.get('schema') === WEIGHTS.name) return learned(path, projection);
  const names = table.schema.fields.map(({ name }) => name);
  const column = (name: string): Float64Array =>
    Float64Array.from({ length: table.numRows }, (_, i) => {
      const value: unknown = table.getChild(name)!.get(i);
      const number = typeof value === 'bigint' ? Number(value) : value;
      if (typeof number !== 'number')
        throw new UserError(`${path}, row ${i + 1}: ${name} is ${String(value)}, but must be a number.`);
      return number;
    });
  const list = columnsOf(names, path, column);
  if (list) return list;
  const matrix = new Float64Array(table.numRows * names.length);
  for (const [j, name] of names.entries()) {
    const values = column(name);
    for (let i = 0; i < values.length; i++) matrix[i * names.length + j] = values[i]!;
  }
  return { matrix, shape: [table.numRows, names.length] };
};

function tableOf(bytes: Buffer, path: string): Table {
  try {
    const table = tableFromIPC(bytes);
    if (table.schema.fields.length > 0) return table;
    throw new Error('it has no columns');
  } catch (cause) {
    throw new UserError(`${path} is no Arrow file or stream: ${cause instanceof Error ? cause.message : cause}.`, {
      cause,
    });
  }
}
