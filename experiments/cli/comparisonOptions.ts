import { integer } from '../../core/declare/params.ts';
import { dataOption, jsonOption, modelsOption, progressOptions } from './options.ts';
import { pictureOptions } from './pictureOptions.ts';

/** Options of commands that train several devices, or variants of a device, and compare them. */
export const comparisonOptions = {
  models: modelsOption,
  data: dataOption,
  workers: integer({ default: 1, min: 1, max: 256, help: 'number of concurrent runs; no effect on results' }),
  ...progressOptions,
  json: jsonOption,
  ...pictureOptions,
};
