import { UserError } from '../../../core/declare/errors.ts';
import { show, showShape } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { type NpyArray, readNpy } from '../../logs/npy.ts';
import { readNpzArchive } from '../../logs/readNpz.ts';
import { type ConnectionReader, type FileContent, readSynapseColumns, type SynapseColumns } from './part.ts';

function readDenseMatrix(array: NpyArray, path: string): FileContent {
  const [rows = 0, columns = 0] = array.shape;
  if (array.shape.length !== 2)
    throw new UserError(
      `${path} has shape ${showShape(array.shape)}, but must be a matrix, pre × post, or records with the fields pre, post, weight.`,
    );
  return { matrix: array.values(), shape: [rows, columns] };
}

/** Reads a matrix, or records with the fields pre, post, weight and optionally delay. */
export const readNpyConnections: ConnectionReader = (bytes, { path }) => {
  const array = readNpy(bytes, path);
  return readSynapseColumns(array.fields, path, (name) => array.values(name)) ?? readDenseMatrix(array, path);
};

/** Reads arrays pre, post, weight and optionally delay, a sparse matrix of `scipy.sparse.save_npz`, or the only or the named matrix. */
export const readNpzConnections: ConnectionReader = (bytes, { path, array: wanted }) => {
  const { names, read } = readNpzArchive(bytes, path);
  if (wanted !== undefined) {
    if (!names.includes(wanted))
      throw new UserError(`${path} has no array ${show(wanted)}${didYouMean(wanted, names, 'there')}`);
    return readDenseMatrix(read(wanted), `${path}: ${show(wanted)}`);
  }
  const list = readSynapseColumns(names, path, (name) => read(name).values());
  if (list) return requireEqualLengths(list, path);
  if (names.includes('format') && names.includes('data')) return readSparseMatrix(read, path);
  if (names.length === 1) return readDenseMatrix(read(names[0]!), `${path}: ${show(names[0])}`);
  throw new UserError(
    `${path} holds ${names.length === 0 ? 'no arrays' : show(names)}; select a matrix (file: { path, array }), or name the arrays of synapses pre, post, weight.`,
  );
};

function requireEqualLengths(list: SynapseColumns, path: string): SynapseColumns {
  for (const [name, values] of Object.entries(list) as [string, Float64Array][])
    if (values.length !== list.pre.length)
      throw new UserError(`${path}: ${name} has length ${values.length}, but pre has ${list.pre.length}.`);
  return list;
}

/** Reads a sparse matrix in compressed rows (csr), compressed columns (csc) or coordinates (coo). Each stored entry, also a zero, is a synapse. */
function readSparseMatrix(read: (name: string) => NpyArray, path: string): FileContent {
  const format = read('format').text;
  if (format !== 'csr' && format !== 'csc' && format !== 'coo')
    throw new UserError(`${path} is a sparse matrix of the kind ${show(format)}, but must be csr, csc or coo.`);
  const [values, shape] = [read('data').values(), read('shape').values()];
  const indicesIn = (name: string, size: number): Float64Array => {
    const indices = read(name).values();
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
  const starts = read('indptr').values();
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
