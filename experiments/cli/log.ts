import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { object, text } from '../../core/declare/params.ts';
import { FileSink, fileChunks, writeViaTemporary } from '../../core/log/file.ts';
import { repairLog } from '../../core/log/repair.ts';
import { LOG_FORMAT_NAMES, LOG_FORMATS, type LogFormatName } from '../logs/formats.ts';
import { formatRowCount, summariseLog } from '../logs/summariseLog.ts';
import { findLogFile, LogTable, type RowSelection } from '../logs/table.ts';
import { printLog } from '../logs/text.ts';
import { type OutputFile, overwriteOption, resolveOutputFile } from '../output/file.ts';
import { defineCommand, UsageError } from './command.ts';
import { defineChoiceOption, defineOptionalListOption, defineTextOption, timeWindowOptions } from './options.ts';
import { printNextStep } from './terminal.ts';

/** Column width of metadata names, characters; longer names are not aligned. */
const MAX_NAME_WIDTH = 20;

function printFacts(file: string): void {
  const { properties: facts, problem } = summariseLog(findLogFile(file));
  const width = Math.max(...Object.keys(facts).map((name) => Math.min(name.length, MAX_NAME_WIDTH)));
  for (const [name, fact] of Object.entries(facts)) console.log(`${name.padEnd(width)}  ${fact}`);
  if (problem) throw new UserError(problem.message);
}

function writeRepaired(file: string, { path: out, replace }: OutputFile): void {
  const { rows, batches, dropped, problem } = writeViaTemporary(out, replace, (temporary) =>
    repairLog(fileChunks(file), () => new FileSink(temporary), file),
  );
  console.log(
    problem ? `${problem.message}; ${dropped} rows of damaged batches are lost.` : `${file} needs no repair.`,
  );
  console.log(`${out} holds ${formatRowCount(rows, batches)}.`);
}

type OutputResolver = (ownName: string) => OutputFile;

const fileName = (file: string, ending: string): string => `${findLogFile(file).replace(/\.arrows$/, '')}.${ending}`;

async function exportNetwork(run: string, selection: RowSelection, out: OutputFile): Promise<void> {
  if (Object.values(selection).some((condition) => condition !== undefined))
    throw new UsageError(
      'log export: --format nir exports the whole network, so --population, --from and --to are not allowed.',
    );
  const { writeNir } = await import('../run/nir/write.ts');
  const lost = await writeNir(run, out);
  for (const sentence of lost) console.error(sentence);
  console.log(`Wrote ${out.path}`);
}

async function exportLog(
  name: LogFormatName,
  file: string,
  selection: RowSelection,
  out: OutputResolver,
): Promise<void> {
  const format = await LOG_FORMATS[name]();
  const target = out(fileName(file, format.extension));
  const table = new LogTable(findLogFile(file), selection);
  await format.write(table, target);
  console.log(`Wrote ${target.path}`);
  table.requireIntact();
}

const file = text({ help: 'log of a run, such as run/weights.arrows; or a run directory, whose spike log is used' });
const rows = {
  population: defineOptionalListOption('population of the rows, or projection in logs of weights; default: all'),
  ...timeWindowOptions('log'),
};

export const infoCommand = defineCommand({
  positionals: object({ file }),
  examples: ['log info run/spikes.arrows'],
  handler: (args) => {
    printFacts(args.file);
    printNextStep('log', 'cat', findLogFile(args.file));
  },
});

export const catCommand = defineCommand({
  positionals: object({ file }),
  options: object(rows),
  examples: ['log cat run --population output --from 100 --to 200'],
  handler: ({ file, population, from, to }) =>
    printLog(new LogTable(findLogFile(file), { populations: population, from, to }), process.stdout),
});

export const repairCommand = defineCommand({
  positionals: object({ file }),
  options: object({
    out: defineTextOption('file to write; default: FILE with .repaired.arrows'),
    overwrite: overwriteOption,
  }),
  examples: ['log repair run/spikes.arrows --out whole.arrows'],
  handler: ({ file, out: outPath, overwrite }) => {
    const out = resolveOutputFile(outPath, fileName(file, 'repaired.arrows'), overwrite);
    writeRepaired(findLogFile(file), out);
    printNextStep('log', 'info', out.path);
  },
});

export const exportCommand = defineCommand({
  positionals: object({ file }),
  options: object({
    out: defineTextOption('file to write; default: FILE with the ending of the format'),
    overwrite: overwriteOption,
    format: defineChoiceOption(
      [...LOG_FORMAT_NAMES, 'nir'],
      'format of the exported file; nir: the network of the run, with its weights fixed, instead of the log',
    ),
    ...rows,
  }),
  examples: [
    'log export run --format csv --out spikes.csv',
    'log export run/weights.arrows --format npy',
    'log export run --format sonata',
  ],
  handler: async ({ file, out: outPath, overwrite, format, population, from, to }) => {
    const out: OutputResolver = (ownName) => resolveOutputFile(outPath, ownName, overwrite);
    const selection = { populations: population, from, to };
    if (format === undefined)
      throw new UsageError(
        `log export: --format is missing; choose one of ${[...LOG_FORMAT_NAMES, 'nir'].join(', ')}.`,
      );
    if (format === 'nir') return exportNetwork(file, selection, out(join(file, 'network.nir')));
    await exportLog(format, file, selection, out);
    printNextStep('log', 'export', '--help');
  },
});
