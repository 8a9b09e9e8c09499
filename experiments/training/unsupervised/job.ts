import { load, save } from '../../../core/checkpoint/state.ts';
import { IMAGES, type RowSink, SPIKES, WEIGHTS } from '../../../core/log/tables.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import { listSplitWarnings } from '../../data/split.ts';
import { requireSameDataSet, verifyInputFiles } from '../../network/inputs.ts';
import { saveUninterrupted } from '../../run/interruption.ts';
import { createProgressOutput } from '../../run/progress.ts';
import { createLogMetadata } from '../../run/run.ts';
import { RunDirectory } from '../../run/runDirectory.ts';
import { identifyDataSet, loadTrainingData } from '../dataOrigin.ts';
import type { TrainingRunOptions } from '../runOptions.ts';
import type { MnistConfig } from './config.ts';
import type { FrontEnd } from './features/frontEnd.ts';
import { learnFrontEnd } from './features/learnFrontEnd.ts';
import { prepareImages } from './images.ts';
import { buildLearningLayer, type LearnedState, type SingleLayerNetwork } from './network.ts';
import type { ResponseTask } from './respond.ts';
import { simulateResponses } from './respondAll.ts';
import { TrainingLoop } from './train.ts';

export interface TrainingObserver {
  /** Passes spikes to the observer and the log. The log receives input spikes only if `recordInputs` is true. */
  teeSpikes(log: RowSink, recordInputs: boolean): RowSink;
  teeImages(log: RowSink): RowSink;
  updateDisplay(training: TrainingLoop, progress: string): void;
  showProgress(progress: string): void;
  stopObserving(resultMessage?: string): Promise<void>;
}

export type TrainingObserverFactory = (
  layer: SingleLayerNetwork,
  config: MnistConfig,
  images: LabelledImages,
) => Promise<TrainingObserver>;

export interface MnistJobOptions extends TrainingRunOptions {
  readonly config: MnistConfig;
  readonly commandName?: string | undefined;
  readonly workerCount: number;
  readonly recordInputs: boolean;
  readonly watch?: TrainingObserverFactory | undefined;
  /** Called after each image with the number of images presented in all phases. */
  readonly onImageCount?: ((images: number) => void) | undefined;
}

export type PhaseResult = NonNullable<Awaited<ReturnType<MnistJob['runPhase']>>>;

const formatProgress = (phase: string, done: number, total: number, details = '') =>
  `${phase}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} images${details}`;

/** Numbers of presented images after which weights are recorded. The last of `count` snapshots is recorded after training. */
const scheduleSnapshots = (count: number, images: number): ReadonlySet<number> =>
  new Set(Array.from({ length: count - 1 }, (_, k) => Math.round((k * images) / (count - 1))));

function trainFirstStage({ config, progress: mode }: MnistJobOptions, train: LabelledImages): FrontEnd | undefined {
  const total = config.features?.patches;
  if (total === undefined) return undefined;
  const progress = createProgressOutput({ label: 'first stage', total, unit: 'patches', mode });
  try {
    return learnFrontEnd(config, train, progress.update);
  } finally {
    progress.stop();
  }
}

/** Run in three phases (training, labelling, test), with images, layer, run directory and logs. */
export class MnistJob {
  readonly config: MnistConfig;
  readonly trainImages: LabelledImages;
  readonly testImages: LabelledImages;
  readonly classCount: number;
  readonly classNames: readonly string[] | undefined;
  readonly splitSource: string;
  readonly splitWarnings: readonly string[];
  readonly layer: SingleLayerNetwork;
  readonly directory;
  readonly logMetadata: Readonly<Record<string, string>>;
  readonly training;
  spikes!: RowSink;
  images!: RowSink;
  #observer: TrainingObserver | undefined;
  resultMessage: string | undefined;
  readonly #options: MnistJobOptions;
  #completedImageCount = 0;

  constructor(o: MnistJobOptions) {
    this.#options = o;
    this.config = o.config;
    RunDirectory.requireWritablePath(o.out, o.resume);
    verifyInputFiles(o.config.inputs);
    const mnist = loadTrainingData(o.dataDirectory, o.config);
    const data = identifyDataSet(mnist, o.dataDirectory);
    requireSameDataSet(data, o.dataSha256);
    const { train, test } = prepareImages(mnist, o.config, o.commandName);
    this.trainImages = train;
    this.testImages = test;
    this.classCount = mnist.classCount;
    this.classNames = mnist.classNames;
    this.splitSource = mnist.splitSource;
    this.splitWarnings = listSplitWarnings({ train, test });
    this.layer = buildLearningLayer(o.config, train, trainFirstStage(o, train));
    this.layer.net.build();
    this.training = new TrainingLoop(this.layer, o.config, train, mnist.classCount);
    this.logMetadata = { ...createLogMetadata(this.layer.net, Number.NaN), dataSha256: data.sha256 };
    this.directory = new RunDirectory(o.out, o.config, o.resume, data);
  }

  /** Opens the logs, attaches recorders, and restores the checkpoint, if any. */
  async openRun() {
    const { directory, layer, logMetadata: metadata } = this;
    const { recordInputs, watch } = this.#options;
    const { net, input, output, synapses } = layer;
    this.spikes = directory.openLog('spikes.arrows', SPIKES, metadata);
    this.images = directory.openLog('images.arrows', IMAGES, metadata);
    this.#observer = await watch?.(layer, this.config, this.trainImages);
    net.recordSpikes(
      recordInputs ? [input, output] : [output],
      this.#observer?.teeSpikes(this.spikes, recordInputs) ?? this.spikes,
    );
    net.recordWeights(synapses, { times: [] }, directory.openLog('weights.arrows', WEIGHTS, metadata));
    if (directory.snapshot === null) return;
    load(net, directory.snapshot);
    this.training.load(directory.callerNotes);
  }

  #saveCheckpoint() {
    saveUninterrupted(() => {
      this.layer.net.flush();
      this.directory.saveCheckpoint(save(this.layer.net), this.training.save());
    });
  }

  async #showProgress<T>(
    label: string,
    total: number,
    work: (update: (done: number, text?: () => string) => void) => Promise<T>,
  ): Promise<T> {
    const progress = createProgressOutput({ label, total, unit: 'images', mode: this.#options.progress });
    try {
      return await work((done, text) => {
        progress.update(done, text);
        this.#options.onImageCount?.(this.#completedImageCount + done);
      });
    } finally {
      progress.stop();
      this.#completedImageCount += total;
    }
  }

  /** Trains the layer. @returns false if interrupted */
  async runTraining(): Promise<boolean> {
    const { config, directory, images, training } = this;
    const { net, synapses } = this.layer;
    const { signal, checkpointEvery = config.train } = this.#options;
    const snapshots = scheduleSnapshots(config.recordWeights ?? 1, training.total);
    const done = await this.#showProgress('training', training.total, (update) =>
      training.run({
        signal,
        imageLog: this.#observer?.teeImages(images) ?? images,
        onImage: (shown) => {
          if (snapshots.has(shown)) synapses.recorder!.writeValues(net.now);
        },
        checkpointEvery,
        onCheckpoint: () => this.#saveCheckpoint(),
        onPause: (shown, accuracy) => {
          const text = `accuracy of the last 1,000: ${accuracy.toFixed(1)} %`;
          directory.flushLogs(() => net.flush());
          update(shown, () => text);
          this.#observer?.updateDisplay(training, formatProgress('training', shown, training.total, `, ${text}`));
        },
      }),
    );
    this.#saveCheckpoint();
    return done && !signal.aborted;
  }

  createResponseTask(learnedState: LearnedState, phase: ResponseTask['phase']): ResponseTask {
    const { config, trainImages: train, testImages: test, layer } = this;
    const task = { config, phase, learnedState, recordInputs: this.#options.recordInputs };
    return phase === 'label' ? { ...task, images: train, frontEnd: layer.front } : { ...task, images: test };
  }

  /** Simulates the responses of a phase. @returns null if interrupted */
  async runPhase(learned: LearnedState, phase: ResponseTask['phase']) {
    const started = performance.now();
    const { workerCount, signal } = this.#options;
    const task = this.createResponseTask(learned, phase);
    const [label, count] = phase === 'label' ? ['labelling', this.config.label] : ['testing', this.config.test];
    const responses = await this.#showProgress(label, count, (update) =>
      simulateResponses(task, count, {
        workerCount,
        signal,
        onPause: (done) => {
          update(done);
          this.#observer?.showProgress(formatProgress(label, done, count));
        },
      }),
    );
    if (responses === null) return null;
    const labels = task.images.labels.subarray(0, count);
    return { responses, labels, wallSeconds: (performance.now() - started) / 1000 };
  }

  async close() {
    this.directory.close();
    await this.#observer?.stopObserving(this.resultMessage);
  }
}
