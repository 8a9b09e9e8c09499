import { DEVICES, NEURONS } from '../../../core/log/tables.ts';
import { computeMeanEnergy, type EnergyAccount, energyOf, sumEnergy } from '../../devices/energy/account.ts';
import { NO_ANSWER } from '../../look/imageLog.ts';
import { writeDeviceLog } from '../../run/run.ts';
import type { RunDirectory } from '../../run/runDirectory.ts';
import { findNonFinite, listWarnings, requireFinite, summariseNetwork } from '../../run/summary.ts';
import { countGroups, countOutputs } from './architecture.ts';
import { type Evaluation, evaluateReadouts, OUTPUT_POPULATION_ID } from './evaluate.ts';
import { type JobOptions, MnistJob, type PhaseResult } from './job.ts';
import { extractLearnedState, type Layer, type LearnedState } from './network.ts';
import { computeImageStarts } from './present.ts';
import { type Responses, shiftSpikeTimes } from './respond.ts';

export interface RunResults {
  readonly job: MnistJob;
  readonly learned: LearnedState;
  readonly evaluation: Evaluation;
  readonly labelling: PhaseResult;
  /** Read and write energy of training, J; labelling and test are not included. */
  readonly energy: EnergyAccount;
}

export interface MnistOptions extends JobOptions {
  readonly drawPictures?: ((directory: RunDirectory, results: RunResults) => Promise<readonly string[]>) | undefined;
  /** Warnings issued before the run, for `run.json`. */
  readonly warnings?: readonly string[];
}

/**
 * Unsupervised STDP on MNIST after Querlioz, Bichler, Dollfus & Gamrat 2013, doi:10.1109/TNANO.2013.2250995: trains a layer, freezes it,
 * assigns neurons to digits by their responses to training images, and tests once. Returns null after an interruption, with a checkpoint
 * in `out`.
 */
export async function runMnist(o: MnistOptions) {
  const job = new MnistJob(o);
  try {
    await job.openRun();
    if (!(await job.runTraining())) return null;
    const learned = extractLearnedState(job.layer);
    const labelling = await job.runPhase(learned, 'label');
    const testing = labelling && (await job.runPhase(learned, 'test'));
    if (!labelling || !testing) return null;
    const { config: c, classCount } = job;
    const evaluation = evaluateReadouts(countOutputs(c), labelling, testing, c.seed, classCount, countGroups(c));
    const hashes = writeLogs(job, learned, labelling, testing, evaluation);
    const { energy, ...summary } = summariseNetwork(job.layer.net);
    const pictures = (await o.drawPictures?.(job.directory, { job, learned, evaluation, labelling, energy })) ?? [];
    const nonFinite = findNonFinite(job.layer.net);
    const perImage = (joules: number | null) => computeMeanEnergy(joules, job.training.total);
    const { accuracy, accuracyInterval } = evaluation;
    job.resultMessage = `The run has ended: accuracy ${accuracy.logProbability.toFixed(2)} % (95 % interval ${accuracyInterval.low.toFixed(2)} to ${accuracyInterval.high.toFixed(2)} %). All of it on one page: memspike report ${o.out}`;
    job.directory.finish({
      ...collectFacts(job, labelling, testing, evaluation),
      ...summary,
      ...summariseFirstStage(job),
      energy: { ...energy, perImage: perImage(sumEnergy(energy)) },
      energyPerImage: { read: perImage(energy.read), write: perImage(energy.write) },
      warnings: [
        ...(o.warnings ?? []),
        ...listWarnings(job.layer.net),
        ...checkDepression(job.layer.synapses),
        ...checkResponses('labelling', labelling.responses),
        ...checkResponses('the test', testing.responses),
      ],
      ...hashes,
      ...(nonFinite === null ? {} : { notFinite: nonFinite }),
    });
    requireFinite(nonFinite, o.out);
    return { evaluation, pictures, energy };
  } finally {
    await job.close();
  }
}

/** Collects entries of `run.json`. The accuracy has the name of the split as key: `accuracy.test`. */
function collectFacts(job: MnistJob, labelling: PhaseResult, testing: PhaseResult, evaluation: Evaluation): object {
  const { accuracy, accuracyInterval, groups } = evaluation;
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
    classes: job.classCount,
    ...(job.classNames && { classNames: job.classNames }),
    dataSha256: metadata.dataSha256,
    accuracy: { [c.split]: accuracy.logProbability, ...accuracy },
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

/** Summarises the feature-extraction stage: wins and energy of its training, and energy, J, of reading its kernel replicas. */
function summariseFirstStage({ layer: { front, input }, training }: MnistJob): object {
  if (!front?.trainingResult) return {};
  const { winCounts, energy } = front.trainingResult;
  const reading = energyOf(front.net);
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

/** Warns if no synapse was depressed by a rule that depresses only at input spikes after an output spike. */
function checkDepression({ devices, rule }: Layer['synapses']) {
  const { writesUp, writesDown } = devices!.usage;
  if (writesUp === 0 || writesDown > 0 || !rule!.pulsesAtArrival) return [];
  return [
    'The rule has not depressed any synapse: it depresses at arrivals after an output spike, but the last output spike ends an image and the next image starts from rest. Next step: set `training.keepTraces`.',
  ];
}

const checkResponses = (phase: string, { populations }: Responses) =>
  populations.includes(OUTPUT_POPULATION_ID) ? [] : [`No output neuron fired in ${phase}, so every answer is a guess.`];

/** Appends spikes and images of a phase to the logs, from time `start`, ms. Returns the end time of the last image of the phase, ms. */
function appendResponses(
  { spikes, images, config, train, test }: MnistJob,
  { responses: r, labels }: PhaseResult,
  phase: 1 | 2,
  start: number,
  predictions: Uint8Array,
) {
  const n = labels.length;
  const imageStarts = computeImageStarts(config, (phase === 1 ? train : test).events, n).map((time) => start + time);
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
  { predictions }: Evaluation,
) {
  const { config: c, directory, metadata, training } = job;
  const { net, synapses } = job.layer;
  const noPredictions = new Uint8Array(labelling.labels.length).fill(NO_ANSWER);
  const labellingEnd = appendResponses(job, labelling, 1, net.now, noPredictions);
  appendResponses(job, testing, 2, labellingEnd, predictions);
  synapses.recorder!.writeValues(net.now);
  net.flush();
  if (c.recordDevices) writeDeviceLog(net, directory.openLog('devices.arrows', DEVICES, metadata));
  const neuron = Uint32Array.from(thresholds.keys());
  const label = Uint8Array.from(neuron, (j) => training.tally.getClass(j));
  const rows = { neuron, threshold: thresholds, label, wins: training.wins };
  directory.openLog('neurons.arrows', NEURONS, metadata).write(rows, neuron.length);
  const { 'spikes.arrows': spikesSha256, 'weights.arrows': weightsSha256 } = directory.closeLogs();
  return { spikesSha256: spikesSha256!, weightsSha256: weightsSha256! };
}
