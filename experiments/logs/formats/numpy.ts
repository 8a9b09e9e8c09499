import { Zip, ZipPassThrough } from 'fflate';
import { UserError } from '../../../core/declare/errors.ts';
import { RowPacker } from '../../../core/log/rowHash.ts';
import { rowBytes, WEIGHTS } from '../../../core/log/tables.ts';
import type { OutputFile } from '../../output/file.ts';
import { SequentialFile } from '../../output/growingFile.ts';
import { bytesOfArray, NPY_TYPES, npyHeader } from '../npy.ts';
import { type LogTable, NAME_LISTS } from '../table.ts';
import { readLastWeights } from '../weightMatrix.ts';
import type { LogFormat } from './format.ts';

function writeMatrix(table: LogTable, out: OutputFile): void {
  const { values, pre, post } = readLastWeights(table);
  SequentialFile.fill(out, (file) => {
    file.write(npyHeader("'<f8'", [pre, post]));
    file.write(bytesOfArray(values));
  });
}

function writeRows(table: LogTable, out: OutputFile): void {
  const rows = table.countRows();
  const fields = Object.entries(table.spec.columns).map(([name, type]) => `('${name}', '${NPY_TYPES[type]}')`);
  const packer = new RowPacker(table.spec);
  SequentialFile.fill(out, (file) => {
    file.write(npyHeader(`[${fields.join(', ')}]`, [rows]));
    for (const batch of table.readBatches()) packer.pack(batch.columns, batch.rows, (bytes) => file.write(bytes));
  });
}

/**
 * One NumPy array: of weights the matrix pre × post as it was last recorded, of any other table a structured array with a
 * field a column. Source: NumPy Enhancement Proposal 1.
 */
export const npy: LogFormat = {
  extension: 'npy',
  help: 'one NumPy array: weights as a matrix pre x post, others as records',
  write: (table, out) => (table.spec.name === WEIGHTS.name ? writeMatrix : writeRows)(table, out),
};

/** A zip without its 64-bit extension ends here. */
const MOST_BYTES = 2 ** 32 - 2 ** 20;

/** Adds one array to the archive. */
function add(zip: Zip, name: string, header: Uint8Array, chunks: Iterable<Uint8Array>): void {
  const entry = new ZipPassThrough(`${name}.npy`);
  zip.add(entry);
  entry.push(header);
  // A copy, because the archive keeps the chunk until the next one while the batch is overwritten.
  for (const chunk of chunks) entry.push(chunk.slice());
  entry.push(new Uint8Array(0), true);
}

function* column(table: LogTable, name: string): Generator<Uint8Array> {
  for (const { columns } of table.readBatches()) yield bytesOfArray(columns[name]!);
}

/** Names as NumPy's fixed-width text: four bytes a code point. */
function textArray(names: readonly string[]): { header: Uint8Array; chunks: Uint8Array[] } {
  const points = names.map((name) => Array.from(name, (c) => c.codePointAt(0)!));
  const width = Math.max(1, ...points.map((p) => p.length));
  const cells = new Uint32Array(names.length * width);
  for (const [i, p] of points.entries()) cells.set(p, i * width);
  return { header: npyHeader(`'<U${width}'`, [names.length]), chunks: [bytesOfArray(cells)] };
}

/**
 * A NumPy archive, uncompressed: one array a column, and `populations` (or `projections`), the names that the small
 * integers index. The log is read once a column. Source: `numpy.savez`, a zip of `.npy` files.
 */
export const npz: LogFormat = {
  extension: 'npz',
  help: 'NumPy archive: one array a column',
  write: (table, out) => {
    const rows = table.countRows();
    const bytes = rows * rowBytes(table.spec);
    if (bytes > MOST_BYTES)
      throw new UserError(
        `${table.path}: ${bytes} bytes do not fit into a zip of 4 GiB; export npy or parquet, or a window.`,
      );
    SequentialFile.fill(out, (file) => {
      const zip = new Zip((error, chunk) => {
        if (error) throw error;
        file.write(chunk);
      });
      for (const [name, type] of Object.entries(table.spec.columns)) {
        add(zip, name, npyHeader(`'${NPY_TYPES[type]}'`, [rows]), column(table, name));
      }
      const { group } = table;
      if (group) {
        const { header, chunks } = textArray(group.names);
        add(zip, NAME_LISTS[group.column]!, header, chunks);
      }
      zip.end();
    });
  },
};
