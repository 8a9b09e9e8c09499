import { dirname, resolve } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { validate } from '../../core/declare/validate.ts';
import { loadMnist } from '../mnist/idx.ts';
import { bindData } from '../mnist/images.ts';
import { readConfig, validateSet } from '../network/config/load.ts';
import { isMapping, type Mapping, override } from '../network/config/override.ts';
import { knowModels, resolvedModels } from '../network/extensions.ts';
import { type Plan, readPlan, requireSweepOut, writePlan } from './directory.ts';
import { isModule, loadModule, type Sweep } from './experiment.ts';
import { openExperiment } from './experiments/index.ts';
import { planOf } from './plan.ts';
import { quantitiesOf } from './quantities.ts';
import { sweepSchema } from './schema.ts';

/** Reads a sweep file: YAML or JSON, or the default export of a module, with assignments over it. Paths in it become absolute. */
export async function readSweep(file: string, set: readonly string[] = []): Promise<Sweep> {
  const read = isModule(file) ? await exported(file) : readConfig(file);
  const sweep =
    set.length === 0
      ? validate(sweepSchema, read, file)
      : validateSet(sweepSchema, override(read, set), () => read, file);
  const beside = (path: string) => resolve(dirname(file), path);
  return {
    ...sweep,
    ...resolvedModels(sweep, file),
    ...(isModule(sweep.experiment) && { experiment: beside(sweep.experiment) }),
    ...(sweep.network !== undefined && { network: beside(sweep.network) }),
    ...(sweep.data !== undefined && { data: beside(sweep.data) }),
  };
}

async function exported(file: string): Promise<Mapping> {
  const { default: sweep } = await loadModule(resolve(file));
  if (!isMapping(sweep)) throw new UserError(`${file}: its default export is ${show(sweep)}, but must be a sweep.`);
  knowModels(sweep, file);
  return sweep;
}

/** A sweep that is bound to the content of its data set, where its experiment reads one. */
export const bindSweep = (sweep: Sweep): Sweep =>
  ['mnist', 'learn'].includes(sweep.experiment)
    ? { ...sweep, dataSha256: bindData(loadMnist(sweep.data)).sha256 }
    : sweep;

/**
 * Plans the sweep of a file into a directory, which may hold the very same plan already.
 * @param set assignments that change what the file says: `replicates=5`, `base.neurons=400`
 */
export async function planSweep(file: string, directory: string, set: readonly string[] = []): Promise<Plan> {
  requireSweepOut(directory);
  const sweep = bindSweep(await readSweep(file, set));
  const experiment = await openExperiment(sweep, file);
  writePlan(directory, planOf(sweep, experiment, file), { file, sweep, ...quantitiesOf(sweep, experiment) });
  return readPlan(directory);
}
