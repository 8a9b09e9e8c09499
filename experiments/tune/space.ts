import { UserError } from '../../core/declare/errors.ts';
import { validate } from '../../core/declare/validate.ts';
import type { Seed } from '../../core/random/random.ts';
import type { Mapping } from '../network/config/override.ts';
import { loadConfigModels } from '../network/extensions.ts';
import { drawAxisValues, type ParameterValues } from '../sweep/axes.ts';
import { readSweepResults, type SweepResults } from '../sweep/collect.ts';
import { writePlan } from '../sweep/directory.ts';
import type { Experiment, Sweep } from '../sweep/experiment.ts';
import { openMnist } from '../sweep/experiments/training.ts';
import { listRuns } from '../sweep/plan.ts';
import { bindSweep } from '../sweep/planSweep.ts';
import { describeColumns } from '../sweep/quantities.ts';
import type { RunSweepOptions, SweepOutcome } from '../sweep/run.ts';
import { type Parameter, sweepSchema } from '../sweep/schema.ts';
import type { MnistConfig } from '../training/unsupervised/config.ts';
import { getWeightFloor } from '../training/unsupervised/device.ts';
import { findRuleRecipe, RULES_WITH_RECIPE } from '../training/unsupervised/recipes.ts';

/** Tuned parameter. The ranges of strengths and thresholds are multiples of the values of the common recipe. */
export interface Tunable {
  /** Name in tables and pictures. */
  readonly name: string;
  /** Path in the configuration. */
  readonly path: string;
  readonly unit: string;
  /** Value in the common recipe for this device. */
  readonly common: number;
  /** Range of the candidates, uniform in the value, or in its logarithm if `log`. */
  readonly range: readonly [low: number, high: number];
  readonly log: boolean;
}

/** Ranges in multiples of the values of the common recipe. */
const UP: readonly [number, number] = [1 / 6, 3];
const DOWN: readonly [number, number] = [1 / 6, 6];
const THRESHOLD: readonly [number, number] = [0.6, 2.2];
const GAIN: readonly [number, number] = [0.3, 4];
const READ_THRESHOLD: readonly [number, number] = [0.3, 0.9];
/** Range of the highest initial weight, as a share of the range of the device. */
const INITIAL: readonly [number, number] = [0.05, 0.8];

/** Tuned parameters of a rule on a device: strengths, initial weights, thresholds and their adaptation. @param common common recipe for this device */
export function listTunables(common: MnistConfig): Tunable[] {
  const { rule, neuron, weight, device, homeostasis } = common;
  const { strengths } = findRuleRecipe(rule.model);
  if (strengths.up.length === 0)
    throw new UserError(
      `device tune: no strengths are known for the rule ${rule.model}; use one of ${RULES_WITH_RECIPE.join(', ')}.`,
    );
  const strength = (key: string, [low, high]: readonly [number, number]): Tunable => {
    const value = rule[key as keyof typeof rule] as unknown as number;
    return { name: key, path: `rule.${key}`, unit: '', common: value, range: [low * value, high * value], log: true };
  };
  const floor = getWeightFloor(device);
  const share = (s: number) => floor + s * (1 - floor);
  const times = ([low, high]: readonly [number, number], value: number) => [low * value, high * value] as const;
  return [
    ...strengths.up.map((key) => strength(key, UP)),
    ...strengths.down.map((key) => strength(key, DOWN)),
    {
      name: 'initial',
      path: 'weight.initial.1',
      unit: 'mV',
      common: weight.initial[1],
      range: [share(INITIAL[0]), share(INITIAL[1])],
      log: false,
    },
    {
      name: 'threshold',
      path: 'neuron.threshold',
      unit: 'mV',
      common: neuron.threshold,
      range: times(THRESHOLD, neuron.threshold),
      log: true,
    },
    {
      name: 'gain',
      path: 'homeostasis.gain',
      unit: 'mV',
      common: homeostasis.gain,
      range: times(GAIN, homeostasis.gain),
      log: true,
    },
    {
      name: 'readThreshold',
      path: 'neuron.readThreshold',
      unit: '',
      common: neuron.readThreshold,
      range: READ_THRESHOLD,
      log: false,
    },
  ];
}

/** Round to four digits, more than a search can distinguish. */
const roundValue = (value: number): number => Number(value.toPrecision(4));

/** Candidates: the common recipe, and a Latin hypercube of others. @param count number of candidates with the common recipe */
export function drawCandidates(tunables: readonly Tunable[], count: number, seed: Seed): ParameterValues[] {
  const common = Object.fromEntries(tunables.map((tunable) => [tunable.name, tunable.common]));
  if (count < 2) return [common];
  const parameters = tunables.map(({ name, path, range: [low, high], log }): readonly [string, Parameter] => [
    name,
    { path, [log ? 'logUniform' : 'uniform']: [low, high], count: count - 1, latinHypercube: 'tune' },
  ]);
  const drawn = drawAxisValues({ parameters, length: count - 1 }, seed);
  const rounded = (values: ParameterValues): ParameterValues =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, roundValue(value as number)]));
  return [common, ...drawn.map(rounded)];
}

/** Name of the sweeps of a search in error messages. */
const WHERE = 'device tune';
const ACCURACY = 'accuracy.logProbability';
const METRICS = [ACCURACY, 'trainSeconds', 'labelSeconds', 'testSeconds', 'energy.perImage'];

/** Description of the sweep of a search. */
interface TrialsDescription {
  /** Settings that all runs share. */
  readonly base: Mapping;
  readonly data?: string | undefined;
  readonly models: readonly string[];
  readonly seed: string;
  readonly replicates?: number;
  readonly tunables?: readonly Tunable[];
  readonly candidates?: readonly ParameterValues[];
  /** Numbers of training images, ascending, each with a run of every candidate. */
  readonly images?: readonly number[];
}

/** Sweep of the MNIST job over candidates, or over seeds alone without candidates. */
export function createSweep(trials: TrialsDescription): Sweep {
  const { base, data, models, seed, replicates = 1, tunables = [], candidates = [], images } = trials;
  const lists = tunables.map(({ name, path, unit }) => [
    name,
    { path, ...(unit !== '' && { unit }), list: candidates.map((values) => values[name]), zip: 'candidate' },
  ]);
  return validate(
    sweepSchema,
    {
      memspike: 1,
      experiment: 'mnist',
      models,
      data,
      base,
      seed,
      replicates,
      metrics: METRICS,
      parameters: { ...Object.fromEntries(lists), ...(images && { images: { path: 'train', grid: images } }) },
    },
    WHERE,
  );
}

/** Opens the experiment of a sweep, after loading the models that it names. */
export function openJob(sweep: Sweep): Experiment {
  loadConfigModels(sweep, WHERE);
  return openMnist(sweep, WHERE);
}

/** Writes the plan of a sweep into a directory, which may hold the same plan already. */
export function planRuns(unbound: Sweep, directory: string): void {
  const sweep = bindSweep(unbound);
  const experiment = openJob(sweep);
  writePlan(directory, listRuns(sweep, experiment, WHERE), {
    file: WHERE,
    sweep,
    ...describeColumns(sweep, experiment),
  });
}

/** Computes a sweep; null if interrupted. @throws UserError if a run fails, or if another process computes it */
export async function computeSweep(
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
export const listAccuracies = ({ results }: SweepResults): number[] => results.map(({ metrics }) => metrics[0]!);
