import { dirname, resolve } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { validate } from '../../core/declare/validate.ts';
import { loadMnist } from '../data/mnist.ts';
import { readConfig, validateSet } from '../network/config/load.ts';
import { applyAssignments, isMapping, type Mapping } from '../network/config/override.ts';
import { loadConfigModels, resolveModels } from '../network/extensions.ts';
import { bindInput } from '../network/inputs.ts';
import { bindData } from '../training/dataOrigin.ts';
import { type Plan, readPlan, requireSweepOut, writePlan } from './directory.ts';
import { isModule, loadModule, type Sweep } from './experiment.ts';
import { openExperiment } from './experiments/index.ts';
import { listRuns } from './plan.ts';
import { describeColumns } from './quantities.ts';
import { sweepSchema } from './schema.ts';

/** Reads a sweep file (YAML, JSON, or the default export of a module) and applies assignments. Paths become absolute. */
export async function readSweep(file: string, set: readonly string[] = []): Promise<Sweep> {
  const read = isModule(file) ? await loadDefaultExport(file) : readConfig(file);
  const sweep =
    set.length === 0
      ? validate(sweepSchema, read, file)
      : validateSet(sweepSchema, applyAssignments(read, set), () => read, file);
  const toAbsolute = (path: string) => resolve(dirname(file), path);
  return {
    ...sweep,
    ...resolveModels(sweep, file),
    ...(isModule(sweep.experiment) && { experiment: toAbsolute(sweep.experiment) }),
    ...(sweep.network !== undefined && { network: toAbsolute(sweep.network) }),
    ...(sweep.data !== undefined && { data: toAbsolute(sweep.data) }),
  };
}

async function loadDefaultExport(file: string): Promise<Mapping> {
  const { default: sweep } = await loadModule(resolve(file));
  if (!isMapping(sweep)) throw new UserError(`${file}: its default export is ${show(sweep)}, but must be a sweep.`);
  loadConfigModels(sweep, file);
  return sweep;
}

/** Adds the SHA-256 of the data set that the experiment of a sweep reads, or of the module that it is. */
export function bindSweep(sweep: Sweep): Sweep {
  if (isModule(sweep.experiment)) return { ...sweep, moduleSha256: bindInput(sweep.experiment).sha256 };
  return ['mnist', 'learn'].includes(sweep.experiment)
    ? { ...sweep, dataSha256: bindData(loadMnist(sweep.data)).sha256 }
    : sweep;
}

/**
 * Plans a sweep file into a directory, which may already hold the same plan.
 * @param set assignments that change values of the file: `replicates=5`, `base.neurons=400`
 */
export async function planSweep(file: string, directory: string, set: readonly string[] = []): Promise<Plan> {
  requireSweepOut(directory);
  const unbound = await readSweep(file, set);
  const experiment = await openExperiment(unbound, file);
  const sweep = bindSweep(unbound);
  writePlan(directory, listRuns(sweep, experiment, file), { file, sweep, ...describeColumns(sweep, experiment) });
  return readPlan(directory);
}
