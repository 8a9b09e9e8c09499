import { UserError } from '../../core/declare/errors.ts';
import { validate } from '../../core/declare/validate.ts';
import type { Mapping } from '../network/config/override.ts';
import { loadConfigModels } from '../network/extensions.ts';
import type { ParameterValues } from '../sweep/axes.ts';
import { readSweepResults, type SweepResults } from '../sweep/collect.ts';
import { writePlan } from '../sweep/directory.ts';
import type { Experiment, Sweep } from '../sweep/experiment.ts';
import { openMnist } from '../sweep/experiments/training.ts';
import { listRuns } from '../sweep/plan.ts';
import { bindSweep } from '../sweep/planSweep.ts';
import { describeColumns } from '../sweep/quantities.ts';
import type { RunSweepOptions, SweepOutcome } from '../sweep/run.ts';
import { sweepSchema } from '../sweep/schema.ts';
import type { Tunable } from './space.ts';

/** What errors call the sweeps of a search. */
const WHERE = 'device tune';
const ACCURACY = 'accuracy.logProbability';
const METRICS = [ACCURACY, 'trainSeconds', 'labelSeconds', 'testSeconds', 'energy.perImage'];

interface Trials {
  readonly base: Mapping;
  readonly data?: string | undefined;
  readonly models: readonly string[];
  readonly seed: string;
  readonly replicates?: number;
  readonly tunables?: readonly Tunable[];
  readonly candidates?: readonly ParameterValues[];
  /** Training images, from few to all; one run of each candidate for each. */
  readonly images?: readonly number[];
}

/** A sweep of the job over candidates; without any, over seeds alone. */
export function sweepOf({
  base,
  data,
  models,
  seed,
  replicates = 1,
  tunables = [],
  candidates = [],
  images,
}: Trials): Sweep {
  const lists = tunables.map(({ name, path, unit }) => [
    name,
    { path, ...(unit !== '' && { unit }), list: candidates.map((values) => values[name]), zip: 'candidate' },
  ]);
  return validate(
    sweepSchema,
    {
      ...{ memspike: 1, experiment: 'mnist', models, data, base, seed, replicates, metrics: METRICS },
      parameters: { ...Object.fromEntries(lists), ...(images && { images: { path: 'train', grid: images } }) },
    },
    WHERE,
  );
}

/** The job as a sweep varies it. */
export function jobOf(sweep: Sweep): Experiment {
  loadConfigModels(sweep, WHERE);
  return openMnist(sweep, WHERE);
}

/** Plans a sweep into a directory, where the very same plan may lie already. */
export function plan(unbound: Sweep, directory: string): void {
  const sweep = bindSweep(unbound);
  const experiment = jobOf(sweep);
  writePlan(directory, listRuns(sweep, experiment, WHERE), {
    file: WHERE,
    sweep,
    ...describeColumns(sweep, experiment),
  });
}

/** What came out of a sweep; null where it was interrupted. @throws UserError where a run has failed or another process computes it. */
export async function computed(
  directory: string,
  compute: (o: RunSweepOptions) => Promise<SweepOutcome>,
  options: Omit<RunSweepOptions, 'directory'>,
): Promise<SweepResults | null> {
  const { failed, elsewhere, unfinished } = await compute({ ...options, directory });
  if (options.signal?.aborted) return null;
  const [first] = [...failed, ...elsewhere];
  if (first !== undefined) throw new UserError(`${directory}: run ${first.index}: ${first.reason}`);
  return unfinished > 0 ? null : readSweepResults(directory);
}

/** Accuracy of each run, percent. */
export const accuracyOf = ({ results }: SweepResults): number[] => results.map(({ metrics }) => metrics[0]!);
