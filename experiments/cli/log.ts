import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { choice, number, object, optional, text } from '../../core/declare/params.ts';
import { FileSink, fileChunks, produceFile } from '../../core/log/file.ts';
import { repairLog } from '../../core/log/repair.ts';
import { catLog } from '../logs/cat.ts';
import { logFacts, rowsIn } from '../logs/facts.ts';
import { FORMATS, type FormatName, formatNames } from '../logs/formats.ts';
import { LogTable, logFile, type Selection } from '../logs/table.ts';
import { type OutputFile, outputFile, overwrite } from '../output/file.ts';
import { command, UsageError } from './command.ts';
import { optionalText, optionalTexts } from './options.ts';

/** Longer names of metadata are not lined up. */
const WIDEST = 20;

function info(file: string): void {
  const { facts, problem } = logFacts(logFile(file));
  const width = Math.max(...Object.keys(facts).map((name) => Math.min(name.length, WIDEST)));
  for (const [name, fact] of Object.entries(facts)) console.log(`${name.padEnd(width)}  ${fact}`);
  if (problem) throw new UserError(problem.message);
}

function repair(file: string, { path: out, replace }: OutputFile): void {
  const { rows, batches, dropped, problem } = produceFile(out, replace, (temporary) =>
    repairLog(fileChunks(file), () => new FileSink(temporary), file),
  );
  console.log(
    problem ? `${problem.message}; ${dropped} rows of damaged batches are lost.` : `${file} needs no repair.`,
  );
  console.log(`${out} holds ${rowsIn(rows, batches)}.`);
}

/** The file to write: the one that is named, or else this. */
type FileAt = (ownName: string) => OutputFile;

/** `run/spikes.arrows` becomes `run/spikes.csv`, a run directory `run` becomes `run/spikes.csv`. */
const renamed = (file: string, ending: string): string => `${logFile(file).replace(/\.arrows$/, '')}.${ending}`;

async function exportNetwork(run: string, selection: Selection, out: OutputFile): Promise<void> {
  if (Object.values(selection).some((condition) => condition !== undefined))
    throw new UsageError(
      'log: --format nir writes a whole network, so --population, --from and --to do not go with it.',
    );
  const { writeNir } = await import('../logs/nir/write.ts');
  const lost = await writeNir(run, out);
  for (const sentence of lost) console.error(sentence);
  console.log(`Wrote ${out.path}`);
}

async function exportLog(name: FormatName, file: string, selection: Selection, out: FileAt): Promise<void> {
  const format = await FORMATS[name]();
  const target = out(renamed(file, format.extension));
  const table = new LogTable(logFile(file), selection);
  await format.write(table, target);
  console.log(`Wrote ${target.path}`);
  table.requireWhole();
}

const ACTIONS = ['info', 'cat', 'repair', 'export'] as const;
type Action = (typeof ACTIONS)[number];

/** Which actions each option goes with. */
const USES: Readonly<Record<string, readonly Action[]>> = {
  out: ['repair', 'export'],
  overwrite: ['repair', 'export'],
  format: ['export'],
  population: ['cat', 'export'],
  from: ['cat', 'export'],
  to: ['cat', 'export'],
};

function checkUses(action: Action, given: Readonly<Record<string, unknown>>): void {
  for (const [option, actions] of Object.entries(USES)) {
    if (given[option] !== undefined && !actions.includes(action))
      throw new UsageError(`log: --${option} goes with ${actions.join(' and ')}, not with ${action}.`);
  }
}

export default command({
  positionals: object({
    action: choice(ACTIONS, {
      help: 'show what a log holds, print its rows, copy what is whole of it to a new log, or write it in another format',
    }),
    file: text({ help: 'log of a run, such as run/weights.arrows; of a run directory the spikes' }),
  }),
  options: object({
    out: optionalText('file to write; default: FILE with .repaired.arrows or the ending of the format'),
    overwrite,
    format: optional(
      choice([...formatNames, 'nir'], {
        help: 'format to export to; nir: the frozen network of a run directory, not a log',
      }),
    ),
    population: optionalTexts('only rows of this population, or projection for weights'),
    from: optional(number({ min: 0, unit: 'ms', help: 'first time' })),
    to: optional(number({ min: 0, unit: 'ms', help: 'last time' })),
  }),
  examples: [
    'log info run/spikes.arrows',
    'log cat run --population output --from 100 --to 200',
    'log export run --format csv --out spikes.csv',
    'log export run/weights.arrows --format npy',
    'log repair run/spikes.arrows --out whole.arrows',
  ],
  handler: async ({ action, file, out: named, overwrite, format, population, from, to }) => {
    checkUses(action, { out: named, overwrite: overwrite || undefined, format, population, from, to });
    const out: FileAt = (ownName) => outputFile(named, ownName, overwrite);
    const selection = { populations: population, from, to };
    if (action === 'info') return info(file);
    if (action === 'repair') return repair(logFile(file), out(renamed(file, 'repaired.arrows')));
    if (action === 'cat') return catLog(new LogTable(logFile(file), selection), process.stdout);
    if (format === undefined)
      throw new UsageError(`log: export needs --format, one of ${[...formatNames, 'nir'].join(', ')}.`);
    if (format === 'nir') return exportNetwork(file, selection, out(join(file, 'network.nir')));
    return exportLog(format, file, selection, out);
  },
});
