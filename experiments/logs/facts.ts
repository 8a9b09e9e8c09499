import { openLog } from '../../core/log/file.ts';
import type { LogProblem } from '../../core/log/read.ts';

const STATES = {
  foreign: 'no log',
  unclosed: 'whole, but without an end mark',
  cut: 'cut',
  damaged: 'damaged',
} as const satisfies Record<LogProblem['kind'], string>;

export interface LogFacts {
  /** Names and values, in the order to show them. */
  readonly facts: Readonly<Record<string, string>>;
  readonly problem: LogProblem | undefined;
}

export const rowsIn = (rows: number, batches: number): string =>
  `${rows} row${rows === 1 ? '' : 's'} in ${batches} batch${batches === 1 ? '' : 'es'}`;

/** Reads a log to its end and tells what it holds, as far as it can be read. */
export function logFacts(path: string): LogFacts {
  const log = openLog(path, { strict: false });
  let [first, last] = [Number.NaN, Number.NaN];
  const counts: number[] = [];
  for (const { columns, rows } of log) {
    const { time } = columns;
    if (Number.isNaN(first)) first = time?.[0] ?? Number.NaN;
    last = time?.[rows - 1] ?? last;
    const group = columns.population ?? columns.projection;
    for (let i = 0; group && i < rows; i++) counts[group[i]!] = (counts[group[i]!] ?? 0) + 1;
  }
  const { spec, metadata, position, problem } = log;
  const names = JSON.parse((spec.columns.population ? metadata.populations : metadata.projections) ?? '[]') as string[];
  const shares = Array.from(counts, (count = 0, id) => `${names[id] ?? id} ${count}`).filter((s) => !s.endsWith(' 0'));
  return {
    problem,
    facts: {
      table: spec.name,
      columns: Object.entries(spec.columns)
        .map((column) => column.join(' '))
        .join(', '),
      state: problem ? STATES[problem.kind] : 'whole',
      rows: rowsIn(position.rows, position.batches),
      ...(shares.length > 0 ? { 'rows of': shares.join(', ') } : {}),
      time: Number.isNaN(first) ? 'none' : `${first} to ${last} ms`,
      ...metadata,
    },
  };
}
