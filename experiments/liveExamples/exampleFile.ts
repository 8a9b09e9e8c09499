/** Fenced file of a live example: its content with slider values inserted, validated by the schema of its kind. */

import { UserError } from '../../core/declare/errors.ts';
import { validate } from '../../core/declare/validate.ts';
import { parseConfig } from '../data/parse.ts';
import { type LoadedDevice, parseDeviceFile } from '../devices/load.ts';
import { resolveDeviceReferences } from '../devices/reference.ts';
import { isMapping, type Mapping, setConfigValue } from '../network/config/override.ts';
import { type NetworkDescription, networkSchema } from '../network/schema.ts';
import type { MnistConfig } from '../training/unsupervised/config.ts';
import { createMnistConfig } from '../training/unsupervised/steps.ts';
import type { LiveExample, SliderValues } from './fence.ts';

export function readExampleFile({ source, where }: LiveExample, values: SliderValues = {}): Mapping {
  const file = parseConfig(source, where);
  if (!isMapping(file)) throw new UserError(`${where}: the fenced block is not a mapping of keys to values.`);
  return Object.entries(values).reduce<Mapping>(
    (config, [path, value]) => setConfigValue(config, path.split('.'), value, where),
    file,
  );
}

export const readExampleNetwork = (example: LiveExample, values?: SliderValues): NetworkDescription =>
  validate(networkSchema, resolveDeviceReferences(readExampleFile(example, values), example.where), example.where);

export const readExampleDevice = (example: LiveExample, values?: SliderValues): LoadedDevice =>
  parseDeviceFile(readExampleFile(example, values), example.where);

export const readExampleMnistConfig = (example: LiveExample, values?: SliderValues): MnistConfig =>
  createMnistConfig(readExampleFile(example, values));
