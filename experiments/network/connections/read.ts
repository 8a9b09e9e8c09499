import { extname } from 'node:path';
import { prefixErrors, UserError } from '../../../core/declare/errors.ts';
import { formatShape, show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import type { Connect, EdgeArrays } from '../../../core/graph/schema.ts';
import { readRegularFile } from '../../../core/log/file.ts';
import { WEIGHTS } from '../../../core/log/tables.ts';
import { type NpyArray, readNpy, readNpzArchive } from '../../logs/npy.ts';
import { LogTable } from '../../logs/table.ts';
import { requireOneProjection } from '../../logs/weightMatrix.ts';
import { decodeDelimitedText, parseNumberCell } from '../config/text.ts';
import { readNirSynapses } from '../nir/describe.ts';
import type { SynapseColumns } from '../nir/graph.ts';
import type { ConnectionFile } from '../schema.ts';
import { ArrowTable } from './arrowTable.ts';

/** Content of a file: a list of synapses, or a weight matrix (presynaptic × postsynaptic, row-major). */
type ConnectionContent =
  | SynapseColumns
  | { readonly matrix: Float64Array; readonly shape: readonly [pre: number, post: number] };

type ConnectionFileOptions = Exclude<ConnectionFile, string>;

type ConnectionReader = (bytes: Buffer, choice: ConnectionFileOptions) => ConnectionContent;

/** Reads the columns pre, post and weight; undefined if all are missing. @throws UserError if some are missing */
function readSynapseColumns(
  names: readonly string[],
  path: string,
  column: (name: string) => Float64Array,
): SynapseColumns | undefined {
  const needed = ['pre', 'post', 'weight'];
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length === needed.length) return undefined;
  if (missing.length > 0)
    throw new UserError(`${path} lacks the columns ${missing}, but a list of synapses has pre, post and weight.`);
  const list: SynapseColumns = {
    pre: column('pre'),
    post: column('post'),
    weight: column('weight'),
    ...(names.includes('delay') ? { delay: column('delay') } : {}),
  };
  for (const [name, { length }] of Object.entries(list) as [string, Float64Array][])
    if (length !== list.pre.length)
      throw new UserError(`${path}: ${name} has length ${length}, but pre has ${list.pre.length}.`);
  return list;
}

function readDenseMatrix(array: NpyArray, path: string): ConnectionContent {
  const [rows = 0, columns = 0] = array.shape;
  if (array.shape.length !== 2)
    throw new UserError(
      `${path} has shape ${formatShape(array.shape)}, but must be a matrix, pre × post, or records with the fields pre, post, weight.`,
    );
  return { matrix: array.readValues(), shape: [rows, columns] };
}

/** Reader of an .npy file: weight matrix, or records with fields pre, post, weight and optionally delay. */
const readNpyConnections: ConnectionReader = (bytes, { path }) => {
  const array = readNpy(bytes, path);
  return readSynapseColumns(array.fieldNames, path, (name) => array.readValues(name)) ?? readDenseMatrix(array, path);
};

/** Reader of an .npz file: arrays pre, post, weight and optionally delay, SciPy sparse matrix, or weight matrix. */
const readNpzConnections: ConnectionReader = (bytes, { path, array: wanted }) => {
  const { arrayNames: names, readArray: read } = readNpzArchive(bytes, path);
  if (wanted !== undefined) {
    if (!names.includes(wanted))
      throw new UserError(`${path} has no array ${show(wanted)}${didYouMean(wanted, names, 'there')}`);
    return readDenseMatrix(read(wanted), `${path}: ${show(wanted)}`);
  }
  const list = readSynapseColumns(names, path, (name) => read(name).readValues());
  if (list) return list;
  if (names.includes('format') && names.includes('data')) return readSparseMatrix(read, path);
  if (names.length === 1) return readDenseMatrix(read(names[0]!), `${path}: ${show(names[0])}`);
  throw new UserError(
    `${path} holds ${names.length === 0 ? 'no arrays' : show(names)}; for a weight matrix, select its array with file: { path, array }; a list of synapses needs the arrays pre, post and weight.`,
  );
};

/** Reads a csr (rows), csc (columns) or coo (coordinates) sparse matrix; each stored entry, even 0, is a synapse. */
function readSparseMatrix(read: (name: string) => NpyArray, path: string): ConnectionContent {
  const format = read('format').text;
  if (format !== 'csr' && format !== 'csc' && format !== 'coo')
    throw new UserError(`${path} is a sparse matrix of the kind ${show(format)}, but must be csr, csc or coo.`);
  const [values, shape] = [read('data').readValues(), read('shape').readValues()];
  const indicesIn = (name: string, size: number): Float64Array => {
    const indices = read(name).readValues();
    const bad = indices.findIndex((index) => !(index >= 0 && index < size));
    if (indices.length !== values.length || bad >= 0)
      throw new UserError(
        `${path}: ${name} has ${indices.length} indices${bad < 0 ? '' : `, of which number ${bad} is ${indices[bad]}`}, but must have ${values.length} from 0 to ${size - 1}.`,
      );
    return indices;
  };
  const [rows = 0, columns = 0] = shape;
  if (format === 'coo') return { pre: indicesIn('row', rows), post: indicesIn('col', columns), weight: values };
  const [majors, minors] = format === 'csr' ? [rows, columns] : [columns, rows];
  const starts = read('indptr').readValues();
  const isAscending = starts.every((start, r) => start >= (starts[r - 1] ?? 0));
  if (starts.length !== majors + 1 || starts[0] !== 0 || starts.at(-1) !== values.length || !isAscending)
    throw new UserError(
      `${path}: indptr must have ${majors + 1} ascending numbers from 0 to ${values.length}, the number of values.`,
    );
  const minor = indicesIn('indices', minors);
  const major = new Float64Array(values.length);
  for (let r = 0; r < majors; r++) major.fill(r, starts[r]!, starts[r + 1]!);
  return format === 'csr' ? { pre: major, post: minor, weight: values } : { pre: minor, post: major, weight: values };
}

/** Reader of a text file: synapse list with header (pre, post, weight, optionally delay), or matrix without header. */
const readTextConnections: ConnectionReader = (bytes, { path }) => {
  const { text, header: firstLine, format } = decodeDelimitedText(bytes);
  const rows = format.parseRows(text).filter((cells) => cells.some((cell) => cell.trim() !== ''));
  const header = rows[0]?.map((cell) => cell.trim());
  if (header === undefined) throw new UserError(`${path} is empty, but must hold synapses.`);
  const list = readSynapseColumns(header, path, (name) => {
    const at = header.indexOf(name);
    return Float64Array.from(rows.slice(1), (cells, i) =>
      parseNumberCell(cells[at], () => `${path}, row ${i + 1}: ${name}`),
    );
  });
  if (list) return list;
  if (header.some((cell) => Number.isNaN(Number(cell))))
    throw new UserError(
      `${path} has the header ${show(firstLine)}, but a list of synapses has columns pre, post, weight, and a matrix has no header.`,
    );
  const matrix = new Float64Array(rows.length * header.length);
  rows.forEach((cells, i) => {
    if (cells.length !== header.length)
      throw new UserError(`${path}, row ${i + 1} has ${cells.length} numbers, but row 1 has ${header.length}.`);
    for (const [j, cell] of cells.entries())
      matrix[i * cells.length + j] = parseNumberCell(cell, () => `${path}, row ${i + 1}, column ${j + 1}`);
  });
  return { matrix, shape: [rows.length, header.length] };
};

function readLastWeightPerSynapse(path: string, projection: string | undefined): ConnectionContent {
  const table = new LogTable(path, projection === undefined ? {} : { populations: [projection] }, WEIGHTS);
  const seen = new Set<number>();
  const last = new Map<string, number>();
  table.forEachRow(['projection', 'pre', 'post', 'weight'], (projection, pre, post, weight) => {
    seen.add(projection);
    last.set(`${pre} ${post}`, weight);
  });
  table.requireIntact();
  requireOneProjection(table, seen, 'select one: file: { path, projection }');
  const pairs = Array.from(last.keys(), (key) => key.split(' ').map(Number));
  return {
    pre: Float64Array.from(pairs, ([pre]) => pre!),
    post: Float64Array.from(pairs, ([, post]) => post!),
    weight: Float64Array.from(last.values()),
  };
}

/** Reader of an Arrow file: columns pre, post, weight and optionally delay, or the columns of a weight matrix. */
const readArrowConnections: ConnectionReader = (bytes, { path, projection }) => {
  const table = new ArrowTable(bytes, path);
  if (table.metadata.get('schema') === WEIGHTS.name) return readLastWeightPerSynapse(path, projection);
  const { names, rowCount } = table;
  const list = readSynapseColumns(names, path, (name) => table.readColumn(name));
  if (list) return list;
  const matrix = new Float64Array(rowCount * names.length);
  for (const [j, name] of names.entries()) {
    const values = table.readColumn(name);
    for (let i = 0; i < values.length; i++) matrix[i * names.length + j] = values[i]!;
  }
  return { matrix, shape: [rowCount, names.length] };
};

const READERS: ReadonlyMap<string, ConnectionReader> = new Map([
  ['.csv', readTextConnections],
  ['.tsv', readTextConnections],
  ['.npy', readNpyConnections],
  ['.npz', readNpzConnections],
  ['.arrow', readArrowConnections],
  ['.arrows', readArrowConnections],
  ['.feather', readArrowConnections],
  [
    '.nir',
    (_, { path, nir }) => {
      if (nir === undefined)
        throw new UserError(`${path} is a whole network; use it at the top level: import: ${path}`);
      return readNirSynapses(path, nir);
    },
  ],
]);

/** Reads a synapse list, or a weight matrix (presynaptic × postsynaptic; NaN: no synapse), from a file. */
export function readConnections(file: ConnectionFile, where: string): Connect {
  const choice: ConnectionFileOptions = typeof file === 'string' ? { path: file } : file;
  const { path } = choice;
  return prefixErrors(where, () => {
    const bytes = readRegularFile(path);
    const read = READERS.get(extname(path).toLowerCase());
    const endings = [...READERS.keys()].join(', ');
    if (read === undefined)
      throw new UserError(`${path} has the ending ${show(extname(path))}, but must have one of ${endings}.`);
    const part = read(bytes, choice);
    if (!('matrix' in part)) return { edges: toEdges(part, path) };
    const { matrix, shape } = part;
    return matrix.some(Number.isNaN) ? { edges: listEntries(matrix, shape) } : { matrix: { weights: matrix, shape } };
  });
}

function listEntries(matrix: Float64Array, [, columns]: readonly [number, number]): EdgeArrays {
  const present = new Uint32Array(matrix.length).map((_, k) => k).filter((k) => !Number.isNaN(matrix[k]));
  return {
    pre: present.map((k) => Math.floor(k / columns)),
    post: present.map((k) => k % columns),
    weight: matrix.filter((w) => !Number.isNaN(w)),
  };
}

function toEdges({ pre, post, weight, delay }: SynapseColumns, path: string): EdgeArrays {
  const neurons = (name: string, values: Float64Array): Uint32Array => {
    const bad = values.findIndex((v) => !Number.isInteger(v) || v < 0 || v >= 2 ** 32);
    if (bad >= 0)
      throw new UserError(
        `${path}, row ${bad + 1}: ${name} is ${values[bad]}, but must be the index of a neuron, from 0.`,
      );
    return Uint32Array.from(values);
  };
  return {
    pre: neurons('pre', pre),
    post: neurons('post', post),
    weight,
    ...(delay === undefined ? {} : { delay }),
  };
}
