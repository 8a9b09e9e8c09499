import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { detectDelimited } from '../config/text.ts';
import { type ConnectionReader, readSynapseColumns } from './part.ts';

/** Parses the number in a cell. @throws UserError with its position */
function parseCell(cell: string | undefined, place: () => string): number {
  const text = (cell ?? '').trim();
  const value = text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value))
    throw new UserError(`${place()} is ${text === '' ? 'empty' : show(text)}, but must be a number.`);
  return value;
}

/** Reads a list with a header (pre, post, weight and optionally delay) or a matrix without a header. Separator: comma, semicolon or tab. */
export const readTextConnections: ConnectionReader = (bytes, { path }) => {
  const { text, header: firstLine, format } = detectDelimited(bytes);
  const rows = format.parseRows(text).filter((cells) => cells.some((cell) => cell.trim() !== ''));
  const header = rows[0]?.map((cell) => cell.trim());
  if (header === undefined) throw new UserError(`${path} is empty.`);
  const list = readSynapseColumns(header, path, (name) => {
    const at = header.indexOf(name);
    return Float64Array.from(rows.slice(1), (cells, i) => parseCell(cells[at], () => `${path}, row ${i + 1}: ${name}`));
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
      matrix[i * cells.length + j] = parseCell(cell, () => `${path}, row ${i + 1}, column ${j + 1}`);
  });
  return { matrix, shape: [rows.length, header.length] };
};
