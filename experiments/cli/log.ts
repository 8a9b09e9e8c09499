import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { choice, object, text } from '../../core/declare/params.ts';
import { FileSink, fileChunks, writeViaTemporaryFile } from '../../core/log/file.ts';
import { repairLog } from '../../core/log/repair.ts';
import { LOG_FORMAT_LOADERS, LOG_FORMAT_NAMES } from '../logs/formats.ts';
import { formatRowCount, summariseLog } from '../logs/summariseLog.ts';
import { findLogFile, LogTable, type RowSelection } from '../logs/table.ts';
import { printLog } from '../logs/text.ts';
import { type OutputFile, overwriteOption, resolveOutputFile } from '../output/file.ts';
import { defineCommand, UsageError } from './command.ts';
import { defineOptionalListOption, defineTextOption, timeWindowOptions } from './options.ts';
import { printNextStep } from './terminal.ts';

/** Column width of metadata names, characters; longer names are not aligned. */
const MAX_NAME_WIDTH = 20;

const fileName = (file: string, ending: string): string => `${findLogFile(file).replace(/\.arrows$/, '')}.${ending}`;

async function exportNetwork(run: string, selection: RowSelection, out: OutputFile): Promise<void> {
  if (Object.values(selection).some((condition) => condition !== undefined))
    throw new UsageError(
      'log export: --format nir exports the whole network, so --population, --from and --to are not allowed.',
    );
  const { writeNir } = await import('../run/nir/write.ts');
  for (const sentence of await writeNir(run, out)) console.error(sentence);
  console.log(`Wrote ${out.path}`);
}

const file = text({ help: 'log of a run, such as run/weights.arrows; or a run directory, whose spike log is used' });
const rows = {
  population: defineOptionalListOption('population of the rows, or projection in logs of weights; default: all'),
  ...timeWindowOptions('log'),
};

export const infoCommand = defineCommand({
  positionals: object({ file }),
  handler: ({ file }) => {
    const { properties, problem } = summariseLog(findLogFile(file));
    const width = Math.max(...Object.keys(properties).map((name) => Math.min(name.length, MAX_NAME_WIDTH)));
    for (const [name, value] of Object.entries(properties)) console.log(`${name.padEnd(width)}  ${value}`);
    if (problem) throw new UserError(problem.message);
    printNextStep('log', 'cat', findLogFile(file));
  },
});

export const catCommand = defineCommand({
  positionals: object({ file }),
  options: object(rows),
  handler: ({ file, population, from, to }) =>
    printLog(new LogTable(findLogFile(file), { populations: population, from, to }), process.stdout),
});

export const repairCommand = defineCommand({
  positionals: object({ file }),
  options: object({
    out: defineTextOption('file to write; default: name of FILE, ending in .repaired.arrows'),
    overwrite: overwriteOption,
  }),
  handler: ({ file, out, overwrite }) => {
    const { path, replace } = resolveOutputFile(out, fileName(file, 'repaired.arrows'), overwrite);
    const log = findLogFile(file);
    const { rows, batches, dropped, problem } = writeViaTemporaryFile(path, replace, (temporary) =>
      repairLog(fileChunks(log), () => new FileSink(temporary), log),
    );
    console.log(
      problem ? `${problem.message}; ${dropped} rows of damaged batches are lost.` : `${log} needs no repair.`,
    );
    console.log(`${path} holds ${formatRowCount(rows, batches)}.`);
    printNextStep('log', 'info', path);
  },
});

export const exportCommand = defineCommand({
  positionals: object({ file }),
  options: object({
    out: defineTextOption('file to write; default: FILE with the ending of the format'),
    overwrite: overwriteOption,
    format: choice([...LOG_FORMAT_NAMES, 'nir'], {
      help: 'format of the exported file; nir: the network of the run, with its weights fixed, instead of the log',
    }),
    ...rows,
  }),
  handler: async ({ file, out, overwrite, format: name, population, from, to }) => {
    const selection = { populations: population, from, to };
    if (name === 'nir')
      return exportNetwork(file, selection, resolveOutputFile(out, join(file, 'network.nir'), overwrite));
    const format = await LOG_FORMAT_LOADERS[name]();
    const target = resolveOutputFile(out, fileName(file, format.extension), overwrite);
    const table = new LogTable(findLogFile(file), selection);
    await format.write(table, target);
    console.log(`Wrote ${target.path}`);
    table.requireIntact();
    printNextStep('log', 'export', '--help');
  },
});
