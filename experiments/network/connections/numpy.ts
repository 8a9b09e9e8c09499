import { unzipSync } from 'fflate';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { isNpy, type NpyArray, readNpy } from '../../logs/npy.ts';
import { type Columns, columnsOf, type Part, type Read } from './part.ts';

function matrixOf(array: NpyArray, path: string): Part {
  const [rows = 0, columns = 0] = array.shape;
  if (array.shape.length !== 2)
    throw new UserError(
      `${path} has shape (${array.shape.join(', ')}), but must be a matrix, pre × post, or records with the fields pre, post, weight.`,
    );
  return { matrix: array.values(), shape: [rows, columns] };
}

/** A matrix, or records with the fields pre, post, weight and perhaps delay. */
export const fromNpyBytes: Read = (bytes, { path }) => {
  if (!isNpy(bytes)) throw new UserError(`${path} is no .npy file.`);
  const array = readNpy(bytes, path);
  return columnsOf(array.fields, path, (name) => array.values(name)) ?? matrixOf(array, path);
};

/** Arrays of these names, a sparse matrix as `scipy.sparse.save_npz` writes it, or a matrix: the one that is there or is named. */
export const fromNpz: Read = (bytes, { path, array: wanted }) => {
  const arrays = unzipped(bytes, path);
  const names = [...arrays.keys()];
  const read = (name: string): NpyArray => readNpy(arrays.get(name)!, `${path}: ${name}`);
  if (wanted !== undefined) {
    if (!arrays.has(wanted))
      throw new UserError(`${path} has no array ${show(wanted)}${didYouMean(wanted, names, 'there')}`);
    return matrixOf(read(wanted), `${path}: ${wanted}`);
  }
  const list = columnsOf(names, path, (name) => read(name).values());
  if (list) return sameLength(list, path);
  if (names.includes('format') && names.includes('data')) return fromSciPy(read, path);
  if (names.length === 1) return matrixOf(read(names[0]!), `${path}: ${names[0]}`);
  throw new UserError(
    `${path} holds ${names.join(', ')}; name the matrix (file: { path, array }), or call arrays of synapses pre, post, weight.`,
  );
};

function unzipped(bytes: Buffer, path: string): Map<string, Buffer> {
  try {
    return new Map(
      Object.entries(unzipSync(bytes)).map(([name, data]) => [name.replace(/\.npy$/, ''), Buffer.from(data)]),
    );
  } catch (cause) {
    throw new UserError(`${path} is no .npz file: ${cause instanceof Error ? cause.message : cause}.`, { cause });
  }
}

function sameLength(list: Columns, path: string): Columns {
  for (const [name, values] of Object.entries(list) as [string, Float64Array][])
    if (values.length !== list.pre.length)
      throw new UserError(`${path}: ${name} has length ${values.length}, but pre has ${list.pre.length}.`);
  return list;
}

/** A matrix in compressed rows (csr) or columns (csc), or in coordinates (coo): its entries are the synapses, zeros that are stored too. */
function fromSciPy(read: (name: string) => NpyArray, path: string): Part {
  const format = read('format').text;
  const weight = read('data').values();
  if (format === 'coo') return { pre: read('row').values(), post: read('col').values(), weight };
  if (format !== 'csr' && format !== 'csc')
    throw new UserError(`${path} is a sparse matrix of the kind ${show(format)}, but must be csr, csc or coo.`);
  const [starts, minor] = [read('indptr').values(), read('indices').values()];
  const major = new Float64Array(weight.length);
  for (let r = 0; r + 1 < starts.length; r++) major.fill(r, starts[r]!, starts[r + 1]!);
  return format === 'csr' ? { pre: major, post: minor, weight } : { pre: minor, post: major, weight };
}
