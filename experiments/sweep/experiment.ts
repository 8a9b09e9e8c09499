import { statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as z from 'zod';
import { UserError } from '../../core/declare/errors.ts';
import { formatKeyPath } from '../../core/declare/show.ts';
import { validate } from '../../core/declare/validate.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { canonicalJson, hashConfig } from '../network/config/hash.ts';
import { type Mapping, setConfigValue } from '../network/config/override.ts';
import { describeProvenance } from '../output/commandLine.ts';
import { makeDirectory } from '../output/directory.ts';
import { VERSION } from '../version.ts';
import type { SweepFile } from './schema.ts';

/** Value that a parameter sets at a path of a configuration. */
export interface ParameterSetting {
  readonly keyPath: readonly string[];
  readonly value: unknown;
  readonly settingLocation: string; // for error messages
}

interface PointContext {
  /** Run directory; an interrupted run in it is resumed, if possible. */
  readonly out: string;
  /** Abort signal that ends the run, with a checkpoint if possible. */
  readonly signal: AbortSignal;
  /** Interval between checkpoints: number of images (mnist), or simulated time in ms (run). */
  readonly checkpointEvery: number | undefined;
}

export interface Experiment {
  /** Schema of the configuration, from which units are taken; null if not known. */
  readonly schema: z.core.$ZodType | null;
  /** Advice on avoiding the test set if the metric is measured on it; otherwise undefined. Absent without a test set. */
  adviseAgainstTestSet?(config: Mapping, metric: string): string | undefined;
  /** Configuration of a run: settings override the base, which overrides defaults. */
  resolveConfig(settings: readonly ParameterSetting[]): Mapping;
  /** Computes a run and writes `run.json` to the directory `out`. Returns false if interrupted. */
  run(config: Mapping, context: PointContext): Promise<boolean>;
}

/** Sweep file with absolute paths and the SHA-256 of its data set or experiment module. */
export type Sweep = SweepFile & { readonly dataSha256?: string; readonly moduleSha256?: string };

/**
 * Applies settings to a base configuration and validates the result. Top-level settings come first, so that `complete`
 * can derive other values from them (presets, dependent defaults). Nested settings then override derived values.
 * @param modelDefaultSections sections whose `model` counts as a top-level setting, because it determines other
 * defaults
 */
export function applySettings<S extends z.core.$ZodType>(
  schema: S,
  base: Mapping,
  settings: readonly ParameterSetting[],
  where: string,
  complete: (given: Mapping) => Mapping = (given) => given,
  modelDefaultSections: readonly string[] = [],
): z.output<S> {
  const isModel = ({ keyPath }: ParameterSetting) =>
    keyPath.length === 2 && keyPath[1] === 'model' && modelDefaultSections.includes(keyPath[0]!);
  const isTop = (s: ParameterSetting) => s.keyPath.length === 1 || s.keyPath[0] === 'parameters' || isModel(s);
  const put = (config: Mapping, s: ParameterSetting) => setConfigValue(config, s.keyPath, s.value, s.settingLocation);
  let config = validate(schema, complete(base), where) as Mapping;
  const top = settings.filter(isTop);
  if (top.length > 0) {
    const sections = top.filter(isModel).map(({ keyPath }) => [keyPath[0]!, {}]);
    const given = top.reduce(put, { ...Object.fromEntries(sections), ...base });
    config = validate(schema, complete(given), top.map((s) => s.settingLocation).join(', ')) as Mapping;
  }
  for (const setting of settings.filter((s) => !isTop(s)))
    config = validate(schema, put(config, setting), setting.settingLocation) as Mapping;
  return config as z.output<S>;
}

export function parseSettingPath(text: string, where: string) {
  const path = text.split('.');
  if (path.includes('')) throw new UserError(`${where}: the path ${formatKeyPath([text])} has an empty key.`);
  return path;
}

const JAVASCRIPT = ['.js', '.mjs', '.cjs'];
const TYPESCRIPT = ['.ts', '.mts', '.cts']; // compiled by jiti on import, with any version of Node

export const isModuleFile = (file: string) => [...JAVASCRIPT, ...TYPESCRIPT].includes(extname(file));

export async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new UserError(`${file}: there is no such file.`);
  try {
    if (JAVASCRIPT.includes(extname(file))) return await import(pathToFileURL(file).href);
    const { createJiti } = await import('jiti');
    // The TypeScript loader (jiti) keeps no cache of compiled files, because other users could modify it in a shared
    // temporary directory.
    return (await createJiti(import.meta.url, { fsCache: false }).import(file)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UserError(`${file} cannot be loaded: ${reason}`, { cause: error });
  }
}

/** Writes the files of a finished run, `config.json`, then `run.json`; NaN becomes null. */
export function writeFinishedRun(out: string, config: Mapping, facts: Mapping, started: number) {
  makeDirectory(out);
  writeFileAtomic(join(out, 'config.json'), `${JSON.stringify(JSON.parse(canonicalJson(config)), null, 2)}\n`);
  const run = {
    ...facts,
    configSha256: hashConfig(config),
    version: VERSION,
    ...describeProvenance(),
    wallSeconds: (performance.now() - started) / 1000,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
  writeFileAtomic(join(out, 'run.json'), `${JSON.stringify(run, null, 2)}\n`);
}
