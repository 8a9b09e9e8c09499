import { Zip, ZipPassThrough } from 'fflate';
import { UserError } from '../../../core/declare/errors.ts';
import { RowPacker } from '../../../core/log/rowPacker.ts';
import { countRowBytes, WEIGHTS } from '../../../core/log/tables.ts';
import { type OutputFile, SequentialFile } from '../../output/file.ts';
import { columnToBytes, encodeNpyHeader, NPY_TYPES } from '../npy.ts';
import { ID_NAMES_METADATA_KEYS, type LogFormat, type LogTable } from '../table.ts';
import { readLastWeights } from '../weightMatrix.ts';

function writeMatrix(table: LogTable, out: OutputFile) {
  const { weights: values, preCount: pre, postCount: post } = readLastWeights(table);
  SequentialFile.writeAtomic(out, (file) => {
    file.write(encodeNpyHeader("'<f8'", [pre, post]));
    file.write(columnToBytes(values));
  });
}

function writeRows(table: LogTable, out: OutputFile) {
  const rows = table.countRows();
  const fields = Object.entries(table.spec.columns).map(([name, type]) => `('${name}', '${NPY_TYPES[type]}')`);
  const packer = new RowPacker(table.spec);
  SequentialFile.writeAtomic(out, (file) => {
    file.write(encodeNpyHeader(`[${fields.join(', ')}]`, [rows]));
    for (const batch of table.readBatches()) packer.pack(batch.columns, batch.rows, (bytes) => file.write(bytes));
  });
}

/**
 * One NumPy array: for weights the matrix pre × post of the last recorded values, for other tables a structured array
 * with one field per column. Source: NumPy Enhancement Proposal 1.
 */
export const npyFormat: LogFormat = {
  extension: 'npy',
  help: 'one NumPy array: a matrix (pre x post) for weight logs, an array of records for other logs',
  write: (table, out) => (table.spec.name === WEIGHTS.name ? writeMatrix : writeRows)(table, out),
};

/** Maximum size of a zip file, bytes: limit without the 64-bit extension, minus a safety margin. */
const MAX_ZIP_BYTES = 2 ** 32 - 2 ** 20;

function addArray(zip: Zip, name: string, type: string, length: number, chunks: Iterable<Uint8Array>) {
  const entry = new ZipPassThrough(`${name}.npy`);
  zip.add(entry);
  entry.push(encodeNpyHeader(`'${type}'`, [length]));
  // The zip library keeps each chunk until the next chunk is pushed. Reading the next batch overwrites the memory of
  // the chunk, so a copy is pushed.
  for (const chunk of chunks) entry.push(chunk.slice());
  entry.push(new Uint8Array(0), true);
}

function* readColumn(table: LogTable, name: string): Generator<Uint8Array> {
  for (const { columns } of table.readBatches()) yield columnToBytes(columns[name]!);
}

/** Adds texts as an array of NumPy's fixed-width text: four bytes per code point. */
function addNames(zip: Zip, name: string, names: readonly string[]) {
  const points = names.map((name) => Array.from(name, (c) => c.codePointAt(0)!));
  const width = Math.max(1, ...points.map((p) => p.length));
  const cells = new Uint32Array(names.length * width);
  for (const [i, p] of points.entries()) cells.set(p, i * width);
  addArray(zip, name, `<U${width}`, names.length, [columnToBytes(cells)]);
}

/**
 * Uncompressed NumPy archive: one array per column, and the array `populations` (or `projections`) with the names that
 * the integers index. The log is read once per column. Source: `numpy.savez`, a zip of `.npy` files.
 */
export const npzFormat: LogFormat = {
  extension: 'npz',
  help: 'NumPy archive (.npz): one array per column',
  write: (table, out) => {
    const rows = table.countRows(table.isWhole ? 0 : 1); // a log without spikes is an archive of empty arrays
    const bytes = rows * countRowBytes(table.spec);
    if (bytes > MAX_ZIP_BYTES)
      throw new UserError(
        `${table.path}: ${bytes} bytes do not fit into a zip file of 4 GiB; export npy or parquet, or a window of time.`,
      );
    SequentialFile.writeAtomic(out, (file) => {
      const zip = new Zip((error, chunk) => {
        if (error) throw error;
        file.write(chunk);
      });
      for (const [name, type] of Object.entries(table.spec.columns))
        addArray(zip, name, NPY_TYPES[type], rows, readColumn(table, name));
      const { idColumn } = table;
      if (idColumn) addNames(zip, ID_NAMES_METADATA_KEYS[idColumn.column]!, idColumn.names);
      zip.end();
    });
  },
};
