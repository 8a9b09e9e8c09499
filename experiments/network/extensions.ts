import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import type { Jiti } from 'jiti';
import { prefixErrors, UserError } from '../../core/declare/errors.ts';
import * as extend from '../extend.ts';
import { isMapping, type Mapping } from './config/override.ts';
import { readTextFile } from './config/text.ts';
import { requireUnchangedFile } from './inputs.ts';
import { type HashedFile, isModel, registerModel } from './models.ts';

/** Loader of modules that import `memspike/extend`, without disk cache, because other users could change the cache. */
function createLoader(): Jiti {
  const require = createRequire(import.meta.url); // loaded on first use
  const { createJiti } = require('jiti') as typeof import('jiti');
  return createJiti(import.meta.url, {
    fsCache: false,
    interopDefault: false,
    nativeModules: ['memspike'],
    virtualModules: { 'memspike/extend': extend, zod: require('zod') },
  });
}

let jiti: Jiti | undefined;
const loaded = new Map<string, HashedFile>();

function loadExports(file: string): unknown[] {
  try {
    jiti ??= createLoader();
    return Object.values(jiti(file) as object);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${file}: ${error.message}`, { cause: error });
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UserError(`${file} cannot be loaded: ${reason}`, { cause: error });
  }
}

/** Loads a module with user-defined models and registers the models; returns its absolute path and SHA-256. */
export function loadModels(path: string): HashedFile {
  const file = resolve(path);
  const sha256 = createHash('sha256').update(readTextFile(file)).digest('hex');
  const known = loaded.get(file);
  if (known?.sha256 === sha256) return known;
  if (known) throw new UserError(`${file} has been changed since it was loaded; start again.`);
  const models = loadExports(file).filter(isModel);
  if (models.length === 0)
    throw new UserError(
      `${file} does not export a model; declare one with defineDevice, defineRule, defineNeuron and so on of memspike/extend.`,
    );
  const origin = { file, sha256 };
  for (const model of models) registerModel(model, origin);
  loaded.set(file, origin);
  return origin;
}

export const resolveModelFiles = (
  { models }: { readonly models?: readonly (string | HashedFile)[] | undefined },
  file: string,
) => models && { models: models.map((m) => (typeof m === 'string' ? loadModels(resolve(dirname(file), m)) : m)) };

/**
 * Loads the model modules listed under `models` in a configuration: paths relative to `file` or, in a resolved
 * configuration, files with hashes. @throws UserError if a file has changed since it was hashed
 */
export function loadConfigModels(config: Mapping, file: string) {
  if (!Array.isArray(config.models)) return;
  config.models.forEach((entry: unknown, i) => {
    prefixErrors(`${file}: models.${i}`, () => {
      if (typeof entry === 'string') loadModels(resolve(dirname(file), entry));
      if (!isMapping(entry) || typeof entry.file !== 'string') return;
      requireUnchangedFile(loadModels(entry.file), String(entry.sha256));
    });
  });
}
