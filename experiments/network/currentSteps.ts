import { dsvFormat } from 'd3-dsv';
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { readRegular } from '../../core/log/file.ts';

const COLUMNS = ['time', 'current'] as const;

/** The steps of a current, `[t, pA]`, from a text file with columns `time` (ms) and `current` (pA). UserError naming the row for what is no number. */
export function readSteps(path: string): [number, number][] {
  const text = readRegular(path)
    .toString()
    .replace(/^\uFEFF/, '');
  const header = text.split(/\r?\n/, 1)[0]!;
  const rows = dsvFormat(['\t', ';', ','].find((s) => header.includes(s)) ?? ',').parse(text);
  if (!COLUMNS.every((name) => rows.columns.includes(name)))
    throw new UserError(`${path} has the header ${show(header)}, but must have columns time and current.`);
  if (rows.length === 0) throw new UserError(`${path} holds no steps.`);
  return rows.map((row, i) => {
    const [t, pA] = COLUMNS.map((name) => {
      const cell = (row[name] ?? '').trim();
      if (cell === '' || !Number.isFinite(Number(cell)))
        throw new UserError(`${path}, row ${i + 1}: ${name} is ${show(cell)}, but must be a number.`);
      return Number(cell);
    });
    return [t!, pA!];
  });
}
