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

/** A value for a place in a configuration, and who asks for it. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly where: string;
}

interface PointContext {
  /** The run directory to write; what an interrupted run left there is gone on with where the experiment can. */
  readonly out: string;
  /** Aborted when the run shall come to an orderly end, with a checkpoint if it can. */
  readonly signal: AbortSignal;
  /** Images (mnist) or simulated ms (run) between checkpoints. */
  readonly checkpointEvery: number | undefined;
}

/** What a sweep can vary. */
export interface Experiment {
  /** What its configuration takes, for units; null if that is not known. */
  readonly schema: z.core.$ZodType | null;
  /** Whether it can go on from a checkpoint. */
  readonly resumes: boolean;
  /** If a metric of a run is measured on a test set: how to have it measured on another. */
  testSet(config: Mapping, metric: string): string | undefined;
  /** The whole configuration of a point: settings over the base over its defaults. @throws UserError naming the setting */
  resolve(settings: readonly Setting[]): Mapping;
  /** Runs a resolved configuration to `run.json` in `out`; false if it was interrupted. */
  run(config: Mapping, context: PointContext): Promise<boolean>;
}

/** A sweep file with its paths absolute, and SHA-256 of the data set that its points are bound to. */
export type Sweep = SweepFile & { readonly dataSha256?: string };

/**
 * Puts settings over a base and validates: those of the top level first, so that `complete` (defaults that depend on the
 * rest, presets by name) sees them, then those of the parts, over the defaults of the schema. An error names its setting.
 * @param decisive sections whose model those defaults depend on: it counts as one of the top level
 */
export function settle<S extends z.core.$ZodType>(
  schema: S,
  base: Mapping,
  settings: readonly Setting[],
  where: string,
  complete: (given: Mapping) => Mapping = (given) => given,
  decisive: readonly string[] = [],
): z.output<S> {
  const isModel = ({ path }: Setting) => path.length === 2 && path[1] === 'model' && decisive.includes(path[0]!);
  const isTop = (s: Setting) => s.path.length === 1 || isModel(s);
  const put = (config: Mapping, { path, value, where: whose }: Setting) => withValue(config, path, value, whose);
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

/** The path of a setting, `device.alphaUp` in its parts. */
export function pathOf(text: string, where: string): string[] {
  const path = text.split('.');
  if (path.includes('')) throw new UserError(`${where}: the path ${showPath([text])} has an empty part.`);
  return path;
}

/** Endings of modules; those of TypeScript are compiled on the way, whatever Node's version. */
const JAVASCRIPT = ['.js', '.mjs', '.cjs'];
const TYPESCRIPT = ['.ts', '.mts', '.cts'];

export const isModule = (file: string): boolean => [...JAVASCRIPT, ...TYPESCRIPT].includes(extname(file));

/** The exports of a module of the user's. */
export async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new UserError(`${file}: there is no such file.`);
  try {
    if (JAVASCRIPT.includes(extname(file))) return await import(pathToFileURL(file).href);
    const { createJiti } = await import('jiti');
    // No cache: what lies in a shared temporary directory could be anybody's.
    return (await createJiti(import.meta.url, { fsCache: false }).import(file)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UserError(`${file} cannot be loaded: ${reason}`, { cause: error });
  }
}

/** Writes `config.json` and, last, `run.json` of an experiment that does not do so itself. NaN becomes null. */
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
