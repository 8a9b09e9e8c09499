import { DEVICES, NEURONS } from '../../../core/log/tables.ts';
import type { SystemCost } from '../../cost/systemCost.ts';
import { getTestSetName } from '../../data/split.ts';
import {
  computeMeanEnergy,
  computeNetworkEnergy,
  type EnergyAccount,
  sumDeviceEnergy,
} from '../../devices/energy/account.ts';
import { NO_PREDICTION } from '../../look/imageLog.ts';
import { writeDeviceLog } from '../../run/run.ts';
import type { RunDirectory } from '../../run/runDirectory.ts';
import { findNonFiniteValues, listWarnings, requireFiniteValues, summariseNetwork } from '../../run/summary.ts';
import { countNeuronGroups, countOutputNeurons } from './architecture.ts';
import { evaluateReadouts, OUTPUT_POPULATION_ID, type ReadoutEvaluation } from './evaluate.ts';
import { MnistJob, type MnistJobOptions, type PhaseResult } from './job.ts';
import { extractLearnedState, type LearnedState, type SingleLayerNetwork } from './network.ts';
import { computeImageStartTimes } from './present.ts';
import { type SpikeResponses, shiftSpikeTimes } from './respond.ts';
import { computeInferenceCost, computeTrainingCost } from './systemCost.ts';

export interface MnistRunResults {
  readonly job: MnistJob;
  readonly learned: LearnedState;
  readonly evaluation: ReadoutEvaluation;
  readonly labelling: PhaseResult;
  /** Read and write energy of training, J; labelling and test are not included. */
  readonly energy: EnergyAccount;
  /** Cost of the system per test image; null without the setting `cost`. */
  readonly cost: SystemCost | null;
}

export interface RunMnistOptions extends MnistJobOptions {
  readonly drawPictures?:
    | ((directory: RunDirectory, results: MnistRunResults) => Promise<readonly string[]>)
    | undefined;
  /** Warnings issued before the run, for `run.json`. */
  readonly warnings?: readonly string[];
}

/**
 * Unsupervised STDP on MNIST after Querlioz, Bichler, Dollfus & Gamrat 2013, doi:10.1109/TNANO.2013.2250995: trains a layer, freezes it,
 * assigns neurons to digits by their responses to training images, and tests once. Returns null after an interruption, with a checkpoint
 * in `out`.
 */
export async function runMnist(o: RunMnistOptions) {
  const job = new MnistJob(o);
  try {
    computeTrainingCost(job); // refuses unusable settings before the training
    await job.openRun();
    if (!(await job.runTraining())) return null;
    const learned = extractLearnedState(job.layer);
    const labelling = await job.runPhase(learned, 'label');
    const testing = labelling && (await job.runPhase(learned, 'test'));
    if (!labelling || !testing) return null;
    const { config: c, classCount } = job;
    const evaluation = evaluateReadouts(
      countOutputNeurons(c),
      labelling,
      testing,
      c.seed,
      classCount,
      countNeuronGroups(c),
    );
    const hashes = writeLogs(job, learned, labelling, testing, evaluation);
    const { energy, ...summary } = summariseNetwork(job.layer.net);
    const [cost, trainingCost] = [computeInferenceCost(job, learned), computeTrainingCost(job)];
    const pictures =
      (await o.drawPictures?.(job.directory, { job, learned, evaluation, labelling, energy, cost })) ?? [];
    const nonFinite = findNonFiniteValues(job.layer.net);
    const perImage = (joules: number | null) => computeMeanEnergy(joules, job.training.total);
    const { accuracy, accuracyInterval } = evaluation;
    job.resultMessage = `The run has ended: accuracy ${accuracy.logProbability.toFixed(2)} % (95 % interval ${accuracyInterval.low.toFixed(2)} to ${accuracyInterval.high.toFixed(2)} %). All of it on one page: memspike report ${o.out}`;
    job.directory.finishRun({
      ...collectFacts(job, labelling, testing, evaluation),
      ...summary,
      ...summariseFirstStage(job),
      energy: { ...energy, perImage: perImage(sumDeviceEnergy(energy)) },
      energyPerImage: { read: perImage(energy.read), write: perImage(energy.write) },
      ...(cost && { cost, trainingCost }),
      warnings: [
        ...(o.warnings ?? []),
        ...job.splitWarnings,
        ...listWarnings(job.layer.net),
        ...checkSilence(job),
        ...checkDepression(job.layer.synapses),
        ...checkResponses('labelling', labelling.responses),
        ...checkResponses('the test', testing.responses),
      ],
      ...hashes,
      ...(nonFinite === null ? {} : { notFinite: nonFinite }),
    });
    requireFiniteValues(nonFinite, o.out);
    return { evaluation, pictures, energy, cost, trainingCost };
  } finally {
    await job.close();
  }
}

/** Collects entries of `run.json`. The accuracy has the name of the split as key: `accuracy.test`. */
function collectFacts(
  job: MnistJob,
  labelling: PhaseResult,
  testing: PhaseResult,
  evaluation: ReadoutEvaluation,
): object {
  const { accuracy, accuracyInterval, groups, confusion } = evaluation;
  const { config: c, training, testImages: test, logMetadata: metadata } = job;
  const { synapticEvents } = job.layer.synapses;
  return {
    seed: c.seed,
    neurons: countOutputNeurons(c),
    ...(c.network && { network: c.network, groups: countNeuronGroups(c) }),
    ...(c.features && { handover: c.features.handover ?? 'spikes' }),
    epochs: c.epochs,
    trainImages: c.train,
    labelImages: c.label,
    testImages: c.test,
    presentations: training.total,
    threshold: c.neuron.threshold,
    homeostasis: c.homeostasis,
    split: c.split,
    splitSource: job.splitSource,
    preprocessing: c.preprocessing,
    imageRows: test.rows,
    imageColumns: test.columns,
    classes: job.classCount,
    ...(job.classNames && { classNames: job.classNames }),
    dataSha256: metadata.dataSha256,
    accuracy: {
      ...{ [getTestSetName(c.split)]: accuracy.logProbability, ...accuracy },
      ...(c.training?.order === 'byClass' && { firstClass: computeFirstClassAccuracy(confusion, job.classCount) }),
    },
    accuracyInterval,
    ...(groups && { accuracyOfGroups: groups.accuracy }),
    trainSeconds: training.seconds,
    labelSeconds: labelling.wallSeconds,
    testSeconds: testing.wallSeconds,
    trainSynapticEvents: synapticEvents,
    testSynapticEvents: labelling.responses.synapticEvents + testing.responses.synapticEvents,
    imagesPerSecond: training.total / training.seconds,
    synapticEventsPerSecond: synapticEvents / training.seconds,
  };
}

/** Accuracy of the test images of class 0, which is trained first in the order byClass, %. */
function computeFirstClassAccuracy(confusion: Uint32Array, classCount: number) {
  return (100 * confusion[0]!) / confusion.subarray(0, classCount).reduce((sum, n) => sum + n, 0);
}

/** Summarises the feature-extraction stage: wins (output spikes) and energy, J, in training; energy, J, of reading its kernel replicas. */
function summariseFirstStage({ layer: { front, input }, training }: MnistJob): object {
  if (!front?.trainingResult) return {};
  const { winCounts, energy } = front.trainingResult;
  const reading = computeNetworkEnergy(front.net);
  return {
    firstStage: {
      wins: winCounts,
      energy,
      replicas: reading.counts.devices,
      reading,
      inputSpikesPerImage: input.spikes / Math.max(1, training.shown),
    },
  };
}

/** Warns if no output neuron fired in training, with the potential that the layer reached. */
function checkSilence({ layer: { output }, training, config }: MnistJob) {
  if (output.spikes > 0 || training.shown === 0) return [];
  const [highest, threshold] = [training.highestPotential, config.neuron.threshold].map((mV) => mV.toPrecision(3));
  return [
    `The layer ${output.name} stayed silent in training: its highest potential at the end of an image is ${Number(highest)} mV, its threshold ${Number(threshold)} mV. Next step: lower \`neuron.threshold\` or raise \`stimulus.rate\`.`,
  ];
}

/** Warns if no synapse was depressed by a rule that depresses only at input spikes after an output spike. */
function checkDepression({ devices, rule }: SingleLayerNetwork['synapses']) {
  const { writesUp, writesDown } = devices!.usage;
  if (writesUp === 0 || writesDown > 0 || !rule!.pulsesAtArrival) return [];
  return [
    'The rule has not depressed any synapse: it depresses at arrivals after an output spike, but the last output spike ends an image and the next image starts from rest. Next step: set `training.keepTraces`.',
  ];
}

const checkResponses = (phase: string, { populations }: SpikeResponses) =>
  populations.includes(OUTPUT_POPULATION_ID) ? [] : [`No output neuron fired in ${phase}, so every answer is a guess.`];

/** Appends spikes and images of a phase to the logs, from time `start`, ms. Returns the end time of the last image of the phase, ms. */
function appendResponses(
  { spikes, images, config, trainImages: train, testImages: test }: MnistJob,
  { responses: r, labels }: PhaseResult,
  phase: 1 | 2,
  start: number,
  predictions: Uint8Array,
) {
  const n = labels.length;
  const imageStarts = computeImageStartTimes(config, (phase === 1 ? train : test).events, n).map(
    (time) => start + time,
  );
  const time = shiftSpikeTimes(r, imageStarts);
  if (time.length > 0) spikes.write({ time, neuron: r.neurons, population: r.populations }, time.length);
  const image = Uint32Array.from(labels.keys());
  const columns = { time: imageStarts.subarray(0, n), image, phase: new Uint8Array(n).fill(phase) };
  images.write({ ...columns, label: labels, prediction: predictions }, n);
  return imageStarts[n]!;
}

/** Writes the logs. @returns hashes of their rows */
function writeLogs(
  job: MnistJob,
  { thresholds }: LearnedState,
  labelling: PhaseResult,
  testing: PhaseResult,
  { predictions }: ReadoutEvaluation,
) {
  const { config: c, directory, logMetadata: metadata, training } = job;
  const { net, synapses } = job.layer;
  const noPredictions = new Uint8Array(labelling.labels.length).fill(NO_PREDICTION);
  const labellingEnd = appendResponses(job, labelling, 1, net.now, noPredictions);
  appendResponses(job, testing, 2, labellingEnd, predictions);
  synapses.recorder!.writeValues(net.now);
  net.flush();
  if (c.recordDevices) writeDeviceLog(net, directory.openLog('devices.arrows', DEVICES, metadata));
  const neuron = Uint32Array.from(thresholds.keys());
  const label = Uint8Array.from(neuron, (j) => training.tally.getNeuronClass(j));
  const rows = { neuron, threshold: thresholds, label, wins: training.wins };
  directory.openLog('neurons.arrows', NEURONS, metadata).write(rows, neuron.length);
  const { 'spikes.arrows': spikesSha256, 'weights.arrows': weightsSha256 } = directory.closeLogs();
  return { spikesSha256: spikesSha256!, weightsSha256: weightsSha256! };
}
