import { statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as z from 'zod';
import { UserError } from '../../core/declare/errors.ts';
import { showPath } from '../../core/declare/show.ts';
import { validate } from '../../core/declare/validate.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { canonicalJson, configSha256 } from '../network/config/hash.ts';
import { type Mapping, withValue } from '../network/config/override.ts';
import { makeDirectory } from '../output/directory.ts';
import { VERSION } from '../version.ts';
import type { SweepFile } from './schema.ts';

/** Value for a path in a configuration. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
  /** Source of the setting, for errors. */
  readonly where: string;
}

interface PointContext {
  /** Run directory. An interrupted run in it is resumed if the experiment can resume. */
  readonly out: string;
  /** Aborted to end the run in an orderly way, with a checkpoint if the experiment has checkpoints. */
  readonly signal: AbortSignal;
  /** Images (mnist) or simulated ms (run) between checkpoints. */
  readonly checkpointEvery: number | undefined;
}

/** Experiment that a sweep can vary. */
export interface Experiment {
  /** Schema of the configuration, for units; null if it is not known. */
  readonly schema: z.core.$ZodType | null;
  /** True if an interrupted run can be resumed from its checkpoint. */
  readonly resumes: boolean;
  /** Advice on how to avoid the test set, if a metric of a run is measured on it; else undefined. */
  testSet(config: Mapping, metric: string): string | undefined;
  /** Complete configuration of a point: settings over base over defaults. @throws UserError that names the setting */
  resolve(settings: readonly Setting[]): Mapping;
  /** Runs a complete configuration until `run.json` is in `out`; false if the run was interrupted. */
  run(config: Mapping, context: PointContext): Promise<boolean>;
}

/** Sweep file with absolute paths, and SHA-256 of the data set of its points, or of the module that is its experiment. */
export type Sweep = SweepFile & { readonly dataSha256?: string; readonly moduleSha256?: string };

/**
 * Applies settings to a base configuration and validates the result. Settings of the top level come first, so that `complete`
 * (presets by name and defaults that depend on other values) sees them. Settings of nested values follow, over the defaults
 * of the schema. Errors name the setting.
 * @param decisive sections whose `model` decides on such defaults: its setting counts as one of the top level
 */
export function applySettings<S extends z.core.$ZodType>(
  schema: S,
  base: Mapping,
  settings: readonly Setting[],
  where: string,
  complete: (given: Mapping) => Mapping = (given) => given,
  decisive: readonly string[] = [],
): z.output<S> {
  const isModel = ({ path }: Setting) => path.length === 2 && path[1] === 'model' && decisive.includes(path[0]!);
  const isTop = (s: Setting) => s.path.length === 1 || isModel(s);
  const put = (config: Mapping, s: Setting) => withValue(config, s.path, s.value, s.where);
  let config = validate(schema, complete(base), where) as Mapping;
  const top = settings.filter(isTop);
  if (top.length > 0) {
    const sections = top.filter(isModel).map(({ path }) => [path[0]!, {}]);
    const given = top.reduce(put, { ...Object.fromEntries(sections), ...base });
    config = validate(schema, complete(given), top.map((s) => s.where).join(', ')) as Mapping;
  }
  for (const setting of settings.filter((s) => !isTop(s)))
    config = validate(schema, put(config, setting), setting.where) as Mapping;
  return config as z.output<S>;
}

/** Splits the path of a setting, such as `device.alphaUp`, into its keys. */
export function parseSettingPath(text: string, where: string): string[] {
  const path = text.split('.');
  if (path.includes('')) throw new UserError(`${where}: the path ${showPath([text])} has an empty key.`);
  return path;
}

const JAVASCRIPT = ['.js', '.mjs', '.cjs'];
/** jiti compiles these files on import, with every version of Node. */
const TYPESCRIPT = ['.ts', '.mts', '.cts'];

export const isModule = (file: string): boolean => [...JAVASCRIPT, ...TYPESCRIPT].includes(extname(file));

/** Imports a module of the user and returns its exports. @throws UserError if it cannot be loaded */
export async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new UserError(`${file}: there is no such file.`);
  try {
    if (JAVASCRIPT.includes(extname(file))) return await import(pathToFileURL(file).href);
    const { createJiti } = await import('jiti');
    // No cache: anybody could write to a cache in a shared temporary directory.
    return (await createJiti(import.meta.url, { fsCache: false }).import(file)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UserError(`${file} cannot be loaded: ${reason}`, { cause: error });
  }
}

/** Writes `config.json` and then `run.json`, for an experiment that does not write them itself. NaN becomes null. */
export function finishRun(out: string, config: Mapping, facts: Mapping, started: number): void {
  makeDirectory(out);
  writeFileAtomic(join(out, 'config.json'), `${JSON.stringify(JSON.parse(canonicalJson(config)), null, 2)}\n`);
  const run = {
    ...facts,
    configSha256: configSha256(config),
    version: VERSION,
    wallSeconds: (performance.now() - started) / 1000,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
  writeFileAtomic(join(out, 'run.json'), `${JSON.stringify(run, null, 2)}\n`);
}
