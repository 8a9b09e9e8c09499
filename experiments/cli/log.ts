import { FileSink, fileChunks, openLog } from '../../core/log/file.ts';
import { repairLog } from '../../core/log/repair.ts';
import { choice, object, text } from '../../core/params.ts';
import { command, UsageError } from './command.ts';

const rowsIn = (rows: number, batches: number) =>
  `${rows} row${rows === 1 ? '' : 's'} in ${batches} batch${batches === 1 ? '' : 'es'}`;

function printFacts(facts: Readonly<Record<string, string>>): void {
  const width = Math.max(...Object.keys(facts).map((name) => name.length));
  for (const [name, fact] of Object.entries(facts)) console.log(`${name.padEnd(width)}  ${fact}`);
}

/** Prints what a log holds as far as it can be read; that it is cut, damaged or not closed is an error after that. */
function info(file: string): void {
  const log = openLog(file);
  let [first, last] = [Number.NaN, Number.NaN];
  try {
    for (const { columns, rows } of log) {
      if (Number.isNaN(first)) first = columns.time?.[0] ?? Number.NaN;
      last = columns.time?.[rows - 1] ?? last;
    }
  } finally {
    printFacts({
      table: log.spec.name,
      columns: Object.entries(log.spec.columns)
        .map((column) => column.join(' '))
        .join(', '),
      rows: rowsIn(log.position.rows, log.position.batches),
      time: Number.isNaN(first) ? 'none' : `${first} to ${last} ms`,
      ...log.metadata,
    });
  }
}

function repair(file: string, out: string): void {
  const { rows, batches, dropped, problem } = repairLog(fileChunks(file), () => new FileSink(out), file);
  console.log(
    problem ? `${problem.message}; ${dropped} rows of damaged batches are lost.` : `${file} needs no repair.`,
  );
  console.log(`${out} holds ${rowsIn(rows, batches)}.`);
}

/** `spikes.arrows` becomes `spikes.repaired.arrows`. */
const repairedName = (file: string) => `${file.replace(/\.arrows$/, '')}.repaired.arrows`;

export default command({
  positionals: object({
    action: choice(['info', 'repair'], { help: 'show what a log holds, or copy what is whole of it to a new log' }),
    file: text({ help: 'log of a run, such as spikes.arrows' }),
  }),
  options: object({
    out: text({ help: 'new log; FILE with .repaired.arrows if not given' }).optional(),
  }),
  examples: ['log info run/spikes.arrows', 'log repair run/spikes.arrows --out whole.arrows'],
  handler: ({ action, file, out }) => {
    if (action === 'repair') return repair(file, out ?? repairedName(file));
    if (out !== undefined) throw new UsageError('log: --out goes with repair; info writes nothing.');
    info(file);
  },
});
