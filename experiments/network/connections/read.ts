import { extname } from 'node:path';
import { prefixErrors, UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import type { Connect, EdgeArrays } from '../../../core/graph/connectOptions.ts';
import { readRegular } from '../../../core/log/file.ts';
import { readNirSynapses } from '../nir/describe.ts';
import { readArrowConnections } from './arrow.ts';
import { readNpyConnections, readNpzConnections } from './numpy.ts';
import type { ConnectionFile, ConnectionReader, FileChoice, SynapseColumns } from './part.ts';
import { readTextConnections } from './text.ts';

export type { ConnectionFile } from './part.ts';

const READERS: ReadonlyMap<string, ConnectionReader> = new Map<string, ConnectionReader>([
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

/**
 * Reads connections from a file: a matrix of weights, pre × post, or a list with columns `pre`, `post`, `weight` and optionally
 * `delay` (ms). Formats: csv and tsv (a list has a header, a matrix has none), npy (a list is an array of records), npz (arrays
 * with the names of the columns, one matrix, or a sparse matrix of SciPy), Arrow files and streams, and logs of weights, whose
 * last weight of each synapse is used. NaN in a matrix means no synapse.
 * @throws UserError that names file and row
 */
export function readConnections(file: ConnectionFile, where: string): Connect {
  const choice: FileChoice = typeof file === 'string' ? { path: file } : file;
  const { path } = choice;
  return prefixErrors(where, () => {
    const bytes = readRegular(path);
    const read = READERS.get(extname(path).toLowerCase());
    if (read === undefined)
      throw new UserError(
        `${path} has the ending ${show(extname(path))}, but synapses are read from ${[...READERS.keys()].join(', ')}.`,
      );
    const part = read(bytes, choice);
    if (!('matrix' in part)) return { edges: toEdges(part, path) };
    const { matrix, shape } = part;
    return matrix.some(Number.isNaN) ? { edges: listEntries(matrix, shape) } : { matrix: { weights: matrix, shape } };
  });
}

function listEntries(matrix: Float64Array, [, columns]: readonly [number, number]): EdgeArrays {
  const count = matrix.reduce((n, w) => n + (Number.isNaN(w) ? 0 : 1), 0);
  const [pre, post, weight] = [new Uint32Array(count), new Uint32Array(count), new Float64Array(count)];
  let n = 0;
  for (const [k, w] of matrix.entries()) {
    if (Number.isNaN(w)) continue;
    [pre[n], post[n], weight[n]] = [Math.floor(k / columns), k % columns, w];
    n++;
  }
  return { pre, post, weight };
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
