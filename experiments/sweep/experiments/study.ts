import { $ZodType } from 'zod/v4/core';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { isMapping, type Mapping, setConfigValue } from '../../network/config/override.ts';
import { hashInputFile, requireUnchangedFile } from '../../network/inputs.ts';
import { makeDirectory } from '../../output/directory.ts';
import {
  applySettings,
  type Experiment,
  loadModule,
  type ParameterSetting,
  type Sweep,
  writeFinishedRun,
} from '../experiment.ts';

/**
 * Opens a user module as an experiment. Its function `run(config, { out, signal })` returns the content of `run.json`,
 * or null if `signal` ended it early. An optional zod schema `schema` validates configurations; without it, parameters
 * may set only values that are in `base`.
 */
export async function openModuleExperiment(sweep: Sweep, where: string): Promise<Experiment> {
  const { experiment: file, base, moduleSha256 } = sweep;
  const { run, schema = null } = await loadModule(file);
  if (typeof run !== 'function') throw new UserError(`${file} does not export a function \`run\`.`);
  if (schema !== null && !(schema instanceof $ZodType))
    throw new UserError(`${file} exports a \`schema\` that is not a zod schema.`);
  return {
    schema,
    adviseAgainstTestSet: (_, metric) =>
      /(^|\.)test/i.test(metric)
        ? 'choose a metric of validation data, whose name does not begin with test'
        : undefined,
    resolveConfig: (settings) => {
      if (schema !== null) return applySettings(schema, base, settings, where) as Mapping;
      return settings.reduce((config: Mapping, s) => replaceValue(config, s), base);
    },
    run: async (config, { out, signal }) => {
      if (moduleSha256 !== undefined) requireUnchangedFile(hashInputFile(file), moduleSha256);
      makeDirectory(out);
      const started = performance.now();
      const facts: unknown = await run(config, { out, signal });
      if (facts === null) return false;
      if (!isMapping(facts))
        throw new UserError(`run of ${file} returned ${show(facts)}, but must return a mapping or null.`);
      writeFinishedRun(out, config, { seed: config.seed, ...facts }, started);
      return true;
    },
  };
}

/** Replaces a value of the base configuration; only the key `seed` may be new. */
function replaceValue(config: Mapping, { keyPath: path, value, settingLocation }: ParameterSetting): Mapping {
  const parent = path.slice(0, -1).reduce((node: unknown, key) => (isMapping(node) ? node[key] : undefined), config);
  const last = path.at(-1)!;
  if (isMapping(parent) && !Object.hasOwn(parent, last) && path.join('.') !== 'seed')
    throw new UserError(
      `${settingLocation}: ${path.join('.')} is not in base${didYouMean(last, Object.keys(parent), 'keys there')}`,
    );
  return setConfigValue(config, path, value, settingLocation);
}
