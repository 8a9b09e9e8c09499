/** Fenced file of a live example: its content with slider values inserted, validated by the schema of its kind. */

import { UserError } from '../../core/declare/errors.ts';
import { validate } from '../../core/declare/validate.ts';
import { parseConfig } from '../data/parse.ts';
import { type LoadedDevice, parseDevice } from '../devices/load.ts';
import { resolveDevices } from '../devices/reference.ts';
import { isMapping, type Mapping, setConfigValue } from '../network/config/override.ts';
import { type NetworkDescription, networkSchema } from '../network/schema.ts';
import type { MnistConfig } from '../training/unsupervised/config.ts';
import { createMnistConfig } from '../training/unsupervised/steps.ts';
import type { ExampleValues, LiveExample } from './fence.ts';

export function readExampleFile({ source, where }: LiveExample, values: ExampleValues = {}): Mapping {
  const file = parseConfig(source, where);
  if (!isMapping(file)) throw new UserError(`${where}: the block is not a mapping of keys to values.`);
  return Object.entries(values).reduce<Mapping>(
    (config, [path, value]) => setConfigValue(config, path.split('.'), value, where),
    file,
  );
}

export const readNetwork = (example: LiveExample, values?: ExampleValues): NetworkDescription =>
  validate(networkSchema, resolveDevices(readExampleFile(example, values), example.where), example.where);

export const readDevice = (example: LiveExample, values?: ExampleValues): LoadedDevice =>
  parseDevice(readExampleFile(example, values), example.where);

export const readMnistConfig = (example: LiveExample, values?: ExampleValues): MnistConfig =>
  createMnistConfig(readExampleFile(example, values));
