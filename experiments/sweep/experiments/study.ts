import { $ZodType } from 'zod/v4/core';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { isMapping, type Mapping, withValue } from '../../network/config/override.ts';
import { makeDirectory } from '../../output/directory.ts';
import { type Experiment, finishRun, loadModule, type Setting, type Sweep, settle } from '../experiment.ts';

/**
 * A module of the user's: `export async function run(config, { out, signal })` returns what `run.json` shall tell, or
 * null if it came to an end because of `signal`. `export const schema` (zod), if there is one, checks configurations;
 * without it a parameter may set what stands in `base`, and nothing else.
 */
export async function openStudy(sweep: Sweep, where: string): Promise<Experiment> {
  const { experiment: file, base } = sweep;
  const { run, schema = null } = await loadModule(file);
  if (typeof run !== 'function') throw new UserError(`${file} exports no function called run.`);
  if (schema !== null && !(schema instanceof $ZodType))
    throw new UserError(`${file} exports a schema that is no zod schema.`);
  return {
    schema,
    resumes: false,
    testSet: (_, metric) =>
      /(^|\.)test/i.test(metric) ? 'choose by a metric of validation data, one not called test' : undefined,
    resolve: (settings) => {
      if (schema !== null) return settle(schema, base, settings, where) as Mapping;
      return settings.reduce((config: Mapping, s) => withKnown(config, s), base);
    },
    run: async (config, { out, signal }) => {
      makeDirectory(out);
      const started = performance.now();
      const facts: unknown = await run(config, { out, signal });
      if (facts === null) return false;
      if (!isMapping(facts))
        throw new UserError(`run of ${file} returned ${show(facts)}, but must return a mapping or null.`);
      finishRun(out, config, { seed: config.seed, ...facts }, started);
      return true;
    },
  };
}

/** `seed` is every study's; anything else must be in its base. */
function withKnown(config: Mapping, { path, value, where }: Setting): Mapping {
  const parent = path.slice(0, -1).reduce((node: unknown, key) => (isMapping(node) ? node[key] : undefined), config);
  const last = path.at(-1)!;
  if (isMapping(parent) && !Object.hasOwn(parent, last) && path.join('.') !== 'seed')
    throw new UserError(
      `${where}: ${path.join('.')} is not in base${didYouMean(last, Object.keys(parent), 'keys there')}`,
    );
  return withValue(config, path, value, where);
}
