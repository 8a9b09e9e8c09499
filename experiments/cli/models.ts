import { loadModels } from '../network/extensions.ts';
import { texts } from './options.ts';

/** Option of commands that take models of the user's. */
export const models = texts('module (.ts, .js) with models of your own, whose code is run (repeatable)');

/** Makes the models of these modules known. */
export function know(files: readonly string[]): void {
  for (const file of files) loadModels(file);
}

/** The same files for a command that is told next. */
export const again = (files: readonly string[]): string[] => files.flatMap((file) => ['--models', file]);
