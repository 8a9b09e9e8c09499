import { DataType, Precision, type Table, tableFromIPC } from 'apache-arrow';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { WEIGHTS } from '../../../core/log/tables.ts';
import { LogTable } from '../../logs/table.ts';
import { type ConnectionReader, type FileContent, readSynapseColumns } from './part.ts';

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

/** Reads an uncompressed Arrow file or stream. Its lengths are compared with the size of the file before memory is allocated. */
function readTable(bytes: Buffer, path: string): Table {
  const refuse = (reason: string, cause?: unknown) =>
    new UserError(`${path} is not a readable Arrow file or stream: ${reason}.`, { cause });
  let table: Table;
  try {
    table = tableFromIPC(bytes);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const compressed = /compress|codec/i.test(cause.message);
    throw refuse(
      compressed
        ? 'it is compressed, which is not supported; write it with compression=None'
        : 'a part of it is missing or damaged',
      cause,
    );
  }
  const names = table.schema.names.map(String);
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (names.length === 0) throw refuse('it has no columns');
  if (twice !== undefined) throw refuse(`it has two columns ${show(twice)}`);
  for (const { data, numRows } of table.batches)
    for (const { values, length, stride, type } of data.children)
      if (length !== numRows || !(numRows >= 0) || (isNumeric(type) && !(values.length >= length * stride)))
        throw refuse(`a batch does not hold the ${numRows} rows that it states`);
  return table;
}

const isNumeric = (type: DataType): boolean =>
  DataType.isInt(type) || (DataType.isFloat(type) && type.precision !== Precision.HALF);

/** Numbers of a column. @throws UserError for a column without numbers and for a null value */
function readNumbers(table: Table, name: string, path: string): Float64Array {
  const column = table.getChild(name)!;
  if (!isNumeric(column.type))
    throw new UserError(
      `${path}: column ${show(name)} must hold integers of 8 to 64 bits or floating-point numbers of 32 or 64 bits.`,
    );
  const values = new Float64Array(column.length);
  for (let i = 0; i < values.length; i++) {
    const value: unknown = column.get(i);
    if (value === null) throw new UserError(`${path}, row ${i + 1}: ${show(name)} is null, but must be a number.`);
    values[i] = Number(value);
  }
  return values;
}

/** Reads an Arrow file or stream: columns pre, post, weight and optionally delay, or else the columns of a matrix. */
export const readArrowConnections: ConnectionReader = (bytes, { path, projection }) => {
  const table = readTable(bytes, path);
  if (table.schema.metadata.get('schema') === WEIGHTS.name) return readLastWeightPerSynapse(path, projection);
  const names = table.schema.names.map(String);
  const list = readSynapseColumns(names, path, (name) => readNumbers(table, name, path));
  if (list) return list;
  const matrix = new Float64Array(table.numRows * names.length);
  for (const [j, name] of names.entries())
    for (const [i, value] of readNumbers(table, name, path).entries()) matrix[i * names.length + j] = value;
  return { matrix, shape: [table.numRows, names.length] };
};
