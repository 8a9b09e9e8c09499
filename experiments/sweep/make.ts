import { type Plan, readPlan, requireSweepOut, writePlan } from './directory.ts';
import { openExperiment } from './experiments/index.ts';
import { readSweep } from './file.ts';
import { planOf } from './plan.ts';
import { quantitiesOf } from './quantities.ts';

/**
 * Plans the sweep of a file into a directory, which may hold the very same plan already.
 * @param set assignments that change what the file says: `replicates=5`, `base.neurons=400`
 */
export async function planSweep(file: string, directory: string, set: readonly string[] = []): Promise<Plan> {
  requireSweepOut(directory);
  const sweep = await readSweep(file, set);
  const experiment = await openExperiment(sweep, file);
  writePlan(directory, planOf(sweep, experiment, file), { file, sweep, ...quantitiesOf(sweep, experiment) });
  return readPlan(directory);
}
