import { join, resolve } from 'node:path';
import { mean } from 'simple-statistics';
import { UserError } from '../../core/declare/errors.ts';
import { plural } from '../../core/declare/show.ts';
import { readMnistSizes } from '../data/mnist.ts';
import { splitSizes } from '../data/split.ts';
import { type LoadedDevice, nameOrPath } from '../devices/load.ts';
import type { Mapping } from '../network/config/override.ts';
import { ResultDirectory } from '../output/results.ts';
import type { ProgressMode } from '../run/progress.ts';
import type { ParameterValues } from '../sweep/axes.ts';
import type { SweepResults } from '../sweep/collect.ts';
import { type RunSweepOptions, runSweep } from '../sweep/run.ts';
import { searchSweep } from '../sweep/search/index.ts';
import type { MnistConfig } from '../training/unsupervised/config.ts';
import { createSections, type TuningResult, writeTuning } from './report.ts';
import { computeSweep, createSweep, drawCandidates, listAccuracies, listTunables, openJob, planRuns } from './space.ts';

/** Number of seeds for the comparison of the common and the tuned recipe, which the search does not use. */
const CHECK_COUNT = 3;
/** Maximum number of test images of a trial; the comparison uses the whole validation set. */
const MAX_TEST_IMAGES = 5000;
const MAX_LABEL_IMAGES = 5000;
/** Shares of the training images in the rungs of successive halving. */
const RUNGS = [1 / 4, 1 / 2, 1];
/** Limits of the number of candidates. */
const [MIN_CANDIDATES, MAX_CANDIDATES] = [4, 1000];

export interface TuneOptions {
  readonly device: LoadedDevice;
  readonly rule: string;
  readonly neurons: number;
  /** Number of presentations per training; several epochs if larger than the training set. */
  readonly images: number;
  /** Approximate duration, s, which determines the number of candidates. */
  readonly budget: number;
  /** Number of candidates, in place of `budget`. */
  readonly trials?: number | undefined;
  readonly seed: number;
  readonly models: readonly string[];
  readonly data?: string | undefined;
  readonly out: string;
  readonly workers: number;
  readonly progress: ProgressMode;
  readonly signal: AbortSignal;
  readonly onWarnings: RunSweepOptions['onWarnings'];
  /** Prints a progress message. */
  readonly say: (sentence: string) => void;
}

/**
 * Tunes strengths of the rule, initial weights and thresholds for a device on the validation split: successive halving over a Latin
 * hypercube around the common recipe, which is a candidate too. Writes `recipe.yaml` (for `mnist --recipe`), `tune.json`, the table of
 * trials and a picture into `out`. Null if interrupted; the same call resumes.
 */
export function tuneDevice(o: TuneOptions): Promise<TuningResult | null> {
  const begun = ['common', 'search', 'best'];
  const directory = new ResultDirectory(o.out, { command: 'device tune', mark: 'tune.json', begun });
  return directory.claim(() => tuneInto(directory, o));
}

async function tuneInto(directory: ResultDirectory, o: TuneOptions): Promise<TuningResult | null> {
  const at = (name: string) => join(o.out, name);
  const base = createBaseSettings(o);
  const shared = {
    data: o.data === undefined ? undefined : resolve(o.data),
    models: o.models.map((file) => resolve(file)),
  };
  const { workers, progress, signal, onWarnings } = o;
  const run = { workers, progress, signal, onWarnings };
  const check = (name: string, settings: Mapping) => {
    planRuns(createSweep({ ...shared, base: settings, seed: `${o.seed}/check`, replicates: CHECK_COUNT }), at(name));
    return computeSweep(at(name), runSweep, { ...run, label: name === 'common' ? 'common recipe' : 'tuned recipe' });
  };

  const seed = `${o.seed}`;
  const common = openJob(createSweep({ ...shared, base, seed })).resolve([]) as unknown as MnistConfig;
  const tunables = listTunables(common);
  const before = await check('common', base);
  if (before === null) return null;
  const accuracy = formatMean(listAccuracies(before));
  o.say(`Common recipe: ${accuracy} on the validation split, ${plural(CHECK_COUNT, 'seed')}.`);

  const trials = o.trials ?? countAffordable(o, before);
  const images = [...new Set(RUNGS.map((share) => Math.max(1, Math.round(share * common.train))))];
  const candidates = drawCandidates(tunables, trials, o.seed);
  const searchBase = { ...base, test: Math.min(MAX_TEST_IMAGES, common.test) };
  planRuns(createSweep({ ...shared, base: searchBase, seed, tunables, candidates, images }), at('search'));
  const found = await computeSweep(
    at('search'),
    (s) => searchSweep({ ...s, search: 'halving', resource: 'images', onStep: (step) => o.say(`Halving, ${step}.`) }),
    { ...run, label: 'search' },
  );
  if (found === null) return null;

  const best = findBestCandidate(found, common.train);
  const after = await check('best', { ...base, ...createSections(common, tunables, best) });
  if (after === null) return null;
  return writeTuning(directory, o, { common, tunables, best, trials: candidates.length, found, before, after });
}

/** Settings of the MNIST job that all trials share. */
function createBaseSettings({ device, rule, neurons, images, data }: TuneOptions): Mapping {
  const { train: all } = splitSizes('validation', readMnistSizes(data));
  const epochs = Math.ceil(images / all);
  const train = Math.round(images / epochs);
  const deviceReference = nameOrPath(device.name, resolve('device.yaml'));
  const label = Math.min(MAX_LABEL_IMAGES, all);
  return { split: 'validation', device: deviceReference, rule: { model: rule }, neurons, epochs, train, label };
}

const formatMean = (values: readonly number[]): string => `${mean([...values]).toFixed(1)} %`;

/** Number of candidates within the budget, from the duration of the runs with the common recipe. */
function countAffordable({ budget, workers }: TuneOptions, { results }: SweepResults): number {
  const meanSeconds = (m: number) => mean(results.map(({ metrics }) => metrics[m]!));
  const [train, label, test] = [meanSeconds(1), meanSeconds(2), meanSeconds(3)];
  // After each rung, half of the candidates continue with twice the images.
  const perCandidate = RUNGS.reduce((sum, share) => sum + (share * train + label + test) * (RUNGS[0]! / share), 0);
  const left = budget * workers - 2 * CHECK_COUNT * (train + label + test);
  return Math.max(MIN_CANDIDATES, Math.min(MAX_CANDIDATES, Math.floor(left / perCandidate)));
}

/** Candidate with the highest accuracy among those that were trained with all images. */
function findBestCandidate({ results }: SweepResults, images: number): ParameterValues {
  const full = results.filter(({ run, metrics }) => run.parameters.images === images && Number.isFinite(metrics[0]));
  const [first] = full.toSorted((a, b) => b.metrics[0]! - a.metrics[0]!);
  if (first === undefined) throw new UserError('device tune: no trial finished; see the logs in search/points.');
  return first.run.parameters;
}
