import { escapeControlCharacters } from '../../core/declare/show.ts';
import { openLog } from '../../core/log/file.ts';
import { findIdColumn } from './table.ts';

export const formatRowCount = (rows: number, batches: number): string =>
  `${rows} row${rows === 1 ? '' : 's'} in ${batches} batch${batches === 1 ? '' : 'es'}`;

type LogProperties = Readonly<Record<string, string>>;

export function summariseLog(path: string) {
  const log = openLog(path, { strict: false });
  let [first, last] = [Number.NaN, Number.NaN];
  const counts = new Map<number, number>();
  for (const { columns, rows } of log) {
    const { time } = columns;
    if (Number.isNaN(first)) first = time?.[0] ?? Number.NaN;
    last = time?.[rows - 1] ?? last;
    const group = columns.population ?? columns.projection ?? columns.quantity;
    for (let i = 0; group && i < rows; i++) counts.set(group[i]!, (counts.get(group[i]!) ?? 0) + 1);
  }
  const { spec, metadata, position, problem } = log;
  const kind = problem?.kind ?? 'whole';
  const state = kind === 'foreign' ? 'not a log' : kind;
  if (problem?.batch === 0) return { problem, properties: { state } as LogProperties };
  const names = findIdColumn(log)?.names ?? [];
  const shares = [...counts].sort(([a], [b]) => a - b).map(([id, count]) => `${names[id] ?? id} ${count}`);
  const columns = Object.entries(spec.columns).map((column) => column.join(' '));
  const found = {
    table: spec.name,
    columns: columns.join(', '),
    state,
    rows: formatRowCount(position.rows, position.batches),
    ...(shares.length > 0 ? { 'rows of': shares.join(', ') } : {}),
    time: Number.isNaN(first) ? 'none' : `${first} to ${last} ms`,
  };
  // `found` is spread twice: first to fix the order of the entries, then to override metadata with equal keys.
  const facts = Object.entries({ ...found, ...metadata, ...found });
  return {
    problem,
    properties: Object.fromEntries(facts.map((fact) => fact.map(escapeControlCharacters))) as LogProperties,
  };
}
