import { computeJoulesPer, type EnergyAccount, energyOf, sumEnergy } from '../../devices/energy/account.ts';
import type { RunDirectory } from '../../run/runDirectory.ts';
import { findNonFinite, listWarnings, requireFinite, summariseNetwork } from '../../run/summary.ts';
import { countGroups, countOutputs } from './architecture.ts';
import { type Evaluation, evaluate, OUTPUT_ID } from './evaluate.ts';
import { Job, type JobOptions } from './job.ts';
import { type Layer, type Learned, learnedBy } from './network.ts';
import { createTask, type PhaseOptions, type PhaseResult, runPhase, runTraining } from './phases.ts';
import { writeLogs } from './record.ts';
import type { Responses, Task } from './respond.ts';

/** Results of a run that are drawn in its pictures. */
export interface RunResults {
  readonly job: Job;
  readonly learned: Learned;
  readonly evaluation: Evaluation;
  readonly testTask: Task;
  readonly labelling: PhaseResult;
  /** Energy account of training; labelling and test are not included. */
  readonly energy: EnergyAccount;
}

export interface MnistOptions extends JobOptions, PhaseOptions {
  /** Draws pictures into the run directory and returns their names. */
  readonly draw?: ((directory: RunDirectory, results: RunResults) => Promise<readonly string[]>) | undefined;
  /** Warnings issued before the run, to be stored in `run.json`. */
  readonly warnings?: readonly string[];
}

interface MnistResult extends Pick<RunResults, 'evaluation' | 'energy'> {
  readonly pictures: readonly string[];
}

/**
 * Unsupervised STDP on MNIST: trains a layer on images without labels, freezes it, assigns neurons to digits by their responses to
 * training images, and tests once. Returns null after an interruption, with a checkpoint in `out`.
 *
 * Network and rule after Querlioz, Bichler, Dollfus & Gamrat 2013, doi:10.1109/TNANO.2013.2250995.
 */
export async function runMnist(o: MnistOptions): Promise<MnistResult | null> {
  const job = new Job(o);
  try {
    await job.begin();
    if (!(await runTraining(job, o))) return null;
    const learned = learnedBy(job.layer);
    const labelling = await runPhase(job, learned, 'label', o);
    const testing = labelling && (await runPhase(job, learned, 'test', o));
    if (!labelling || !testing) return null;
    const { config, classes } = job;
    const evaluation = evaluate(countOutputs(config), labelling, testing, config.seed, classes, countGroups(config));
    const hashes = writeLogs(job, learned, labelling, testing, evaluation);
    const { energy, ...summary } = summariseNetwork(job.layer.net);
    const testTask = createTask(job, learned, 'test', o.recordInputs);
    const pictures = (await o.draw?.(job.directory, { job, learned, evaluation, testTask, labelling, energy })) ?? [];
    const nonFinite = findNonFinite(job.layer.net);
    const { accuracy, interval } = evaluation;
    job.resultMessage = `The run has ended: accuracy ${accuracy.logProbability.toFixed(2)} % (95 % interval ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)} %). All of it on one page: memspike report ${o.out}`;
    job.directory.finish({
      ...collectFacts(job, labelling, testing, evaluation),
      ...summary,
      ...summariseFirstStage(job),
      ...summariseEnergy(energy, job.training.total),
      warnings: [...(o.warnings ?? []), ...listJobWarnings(job.layer, labelling.responses, testing.responses)],
      ...hashes,
      ...(nonFinite === null ? {} : { notFinite: nonFinite }),
    });
    requireFinite(nonFinite, o.out);
    return { evaluation, pictures, energy };
  } finally {
    await job.close();
  }
}

/** Entries of `run.json` that only this job has. The name of the split is a key of the accuracy: `accuracy.test`. */
function collectFacts(job: Job, labelling: PhaseResult, testing: PhaseResult, evaluation: Evaluation): object {
  const { accuracy, interval, groups } = evaluation;
  const { config: c, training, test, metadata } = job;
  const { synapticEvents } = job.layer.synapses;
  return {
    seed: c.seed,
    neurons: countOutputs(c),
    ...(c.network && { network: c.network, groups: countGroups(c) }),
    ...(c.features && { handover: c.features.handover ?? 'spikes' }),
    epochs: c.epochs,
    trainImages: c.train,
    labelImages: c.label,
    testImages: c.test,
    presentations: training.total,
    threshold: c.neuron.threshold,
    homeostasis: c.homeostasis,
    split: c.split,
    preprocessing: c.preprocessing,
    imageRows: test.rows,
    imageColumns: test.columns,
    classes: job.classes,
    ...(job.names && { classNames: job.names }),
    dataSha256: metadata.dataSha256,
    accuracy: { [c.split]: accuracy.logProbability, ...accuracy },
    accuracyInterval: interval,
    ...(groups && { accuracyOfGroups: groups.accuracy }),
    trainSeconds: training.seconds,
    labelSeconds: labelling.seconds,
    testSeconds: testing.seconds,
    trainSynapticEvents: synapticEvents,
    testSynapticEvents: labelling.responses.synapticEvents + testing.responses.synapticEvents,
    imagesPerSecond: training.total / training.seconds,
    synapticEventsPerSecond: synapticEvents / training.seconds,
  };
}

/**
 * Energy and win counts of first-stage training, and energy of reading the replicas. Replicas are read once per
 * training image, when its spikes are generated (again after `--resume`).
 */
function summariseFirstStage({ layer: { front, input }, training }: Job): object {
  if (!front?.learned) return {};
  const { wins, energy } = front.learned;
  const reading = energyOf(front.net);
  return {
    firstStage: {
      wins,
      energy,
      replicas: reading.counts.devices,
      reading,
      inputSpikesPerImage: input.spikes / Math.max(1, training.shown),
    },
  };
}

const summariseEnergy = (energy: EnergyAccount, images: number): object => ({
  energy: { ...energy, perImage: computeJoulesPer(sumEnergy(energy), images) },
  energyPerImage: { read: computeJoulesPer(energy.read, images), write: computeJoulesPer(energy.write, images) },
});

/** Warning if synapses were never depressed, because the rule depresses only at input spikes after an output spike. */
function checkDepression({ devices, rule }: Layer['synapses']): string[] {
  const { writesUp, writesDown } = devices!.usage;
  if (writesUp === 0 || writesDown > 0 || !rule!.pulsesAtArrival) return [];
  return [
    'The rule has not depressed any synapse: it depresses at arrivals after an output spike, but the last output spike ends an image and the next image starts from rest. Next step: set `training.keepTraces`.',
  ];
}

const checkResponses = (phase: string, { populations }: Responses): string[] =>
  populations.includes(OUTPUT_ID) ? [] : [`No output neuron fired in ${phase}, so every answer is a guess.`];

/** Warnings about probably unintended behaviour in a run, one sentence each. */
const listJobWarnings = ({ net, synapses }: Layer, labelling: Responses, testing: Responses): string[] => [
  ...listWarnings(net),
  ...checkDepression(synapses),
  ...checkResponses('labelling', labelling),
  ...checkResponses('the test', testing),
];
