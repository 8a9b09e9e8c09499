import { RowPacker } from '../../../core/log/rowHash.ts';
import { WEIGHTS } from '../../../core/log/tables.ts';
import type { OutputFile } from '../../output/file.ts';
import { GrowingFile } from '../../output/growingFile.ts';
import { bytesOf, NPY_TYPES, npyHeader } from '../npyHeader.ts';
import type { LogTable } from '../table.ts';
import { lastWeights } from '../weightMatrix.ts';
import type { Format } from './format.ts';

function writeMatrix(table: LogTable, out: OutputFile): void {
  const { values, pre, post } = lastWeights(table);
  GrowingFile.fill(out, (file) => {
    file.write(npyHeader("'<f8'", [pre, post]));
    file.write(bytesOf(values));
  });
}

function writeRows(table: LogTable, out: OutputFile): void {
  const rows = table.count();
  const fields = Object.entries(table.spec.columns).map(([name, type]) => `('${name}', '${NPY_TYPES[type]}')`);
  const packer = new RowPacker(table.spec);
  GrowingFile.fill(out, (file) => {
    file.write(npyHeader(`[${fields.join(', ')}]`, [rows]));
    for (const batch of table.batches()) packer.pack(batch.columns, batch.rows, (bytes) => file.write(bytes));
  });
}

/**
 * One NumPy array: of weights the matrix pre × post as it was last recorded, of any other table a structured array with a
 * field a column. Source: NumPy Enhancement Proposal 1.
 */
export const npy: Format = {
  extension: 'npy',
  help: 'one NumPy array: weights as a matrix pre x post, others as records',
  write: (table, out) => (table.spec.name === WEIGHTS.name ? writeMatrix : writeRows)(table, out),
};
