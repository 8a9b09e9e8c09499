import { loadMnist } from '../mnist/idx.ts';
import { bindData } from '../mnist/images.ts';
import { type Plan, readPlan, requireSweepOut, writePlan } from './directory.ts';
import type { Sweep } from './experiment.ts';
import { openExperiment } from './experiments/index.ts';
import { readSweep } from './file.ts';
import { planOf } from './plan.ts';
import { quantitiesOf } from './quantities.ts';

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
