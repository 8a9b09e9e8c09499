import { load, save } from '../../../core/checkpoint/state.ts';
import { IMAGES, type RowSink, SPIKES, WEIGHTS } from '../../../core/log/tables.ts';
import { type LabelledImages, loadMnist } from '../../data/mnist.ts';
import { requireSameData } from '../../network/inputs.ts';
import { saveUninterrupted } from '../../run/interruption.ts';
import { createProgress } from '../../run/progress.ts';
import { createLogMetadata } from '../../run/run.ts';
import { RunDirectory } from '../../run/runDirectory.ts';
import { identifyDataSet } from '../dataOrigin.ts';
import type { TrainingRunOptions } from '../runOptions.ts';
import type { MnistConfig } from './config.ts';
import type { FrontEnd } from './features/frontEnd.ts';
import { learnFrontEnd } from './features/learnFrontEnd.ts';
import { prepareImages } from './images.ts';
import { buildLearningLayer, type Layer, type LearnedState } from './network.ts';
import type { ResponseTask } from './respond.ts';
import { simulateResponses } from './respondAll.ts';
import { Training } from './train.ts';

export interface TrainingObserver {
  /** Passes spikes to the observer and the log. The log receives input spikes only if `recordInputs` is true. */
  teeSpikes(log: RowSink, recordInputs: boolean): RowSink;
  teeImages(log: RowSink): RowSink;
  updateDisplay(training: Training, progress: string): void;
  showProgress(progress: string): void;
  stopObserving(resultMessage?: string): Promise<void>;
}

export type TrainingObserverFactory = (
  layer: Layer,
  config: MnistConfig,
  images: LabelledImages,
) => Promise<TrainingObserver>;

export interface JobOptions extends TrainingRunOptions {
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

function trainFirstStage({ config, progress: mode }: JobOptions, train: LabelledImages): FrontEnd | undefined {
  const total = config.features?.patches;
  if (total === undefined) return undefined;
  const progress = createProgress({ label: 'first stage', total, unit: 'patches', mode });
  try {
    return learnFrontEnd(config, train, progress.update);
  } finally {
    progress.stop();
  }
}

/** Run in three phases (training, labelling, test), with images, layer, run directory and logs. */
export class MnistJob {
  readonly config: MnistConfig;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  readonly classCount: number;
  readonly classNames: readonly string[] | undefined;
  readonly layer: Layer;
  readonly directory;
  readonly metadata: Readonly<Record<string, string>>;
  readonly training;
  spikes!: RowSink;
  images!: RowSink;
  #observer: TrainingObserver | undefined;
  resultMessage: string | undefined;
  readonly #options: JobOptions;
  #completedImageCount = 0;

  constructor(o: JobOptions) {
    this.#options = o;
    this.config = o.config;
    RunDirectory.checkPath(o.out, o.resume);
    const mnist = loadMnist(o.dataDirectory);
    const data = identifyDataSet(mnist, o.dataDirectory);
    requireSameData(data, o.dataSha256);
    const { train, test } = prepareImages(mnist, o.config, o.commandName);
    this.train = train;
    this.test = test;
    this.classCount = mnist.classCount;
    this.classNames = mnist.classNames;
    this.layer = buildLearningLayer(o.config, train, trainFirstStage(o, train));
    this.layer.net.build();
    this.training = new Training(this.layer, o.config, train, mnist.classCount);
    this.metadata = { ...createLogMetadata(this.layer.net, Number.NaN), dataSha256: data.sha256 };
    this.directory = new RunDirectory(o.out, o.config, o.resume, data);
  }

  /** Opens the logs, attaches recorders, and restores the checkpoint, if any. */
  async openRun() {
    const { directory, layer, metadata } = this;
    const { recordInputs, watch } = this.#options;
    const { net, input, output, synapses } = layer;
    this.spikes = directory.openLog('spikes.arrows', SPIKES, metadata);
    this.images = directory.openLog('images.arrows', IMAGES, metadata);
    this.#observer = await watch?.(layer, this.config, this.train);
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
    const progress = createProgress({ label, total, unit: 'images', mode: this.#options.progress });
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

  /** @returns false if interrupted */
  async runTraining(): Promise<boolean> {
    const { config, directory, images, training } = this;
    const { net, synapses } = this.layer;
    const { signal, checkpointEvery = config.train } = this.#options;
    const snapshots = scheduleSnapshots(config.recordWeights ?? 1, training.total);
    const done = await this.#showProgress('training', training.total, (update) =>
      training.run({
        signal,
        images: this.#observer?.teeImages(images) ?? images,
        onImage: (shown) => {
          if (snapshots.has(shown)) synapses.recorder!.writeValues(net.now);
        },
        checkpointEvery,
        onCheckpoint: () => this.#saveCheckpoint(),
        onPause: (shown, accuracy) => {
          const text = `accuracy of the last 1,000: ${accuracy.toFixed(1)} %`;
          directory.flush(() => net.flush());
          update(shown, () => text);
          this.#observer?.updateDisplay(training, formatProgress('training', shown, training.total, `, ${text}`));
        },
      }),
    );
    this.#saveCheckpoint();
    return done && !signal.aborted;
  }

  createTask(learnedState: LearnedState, phase: ResponseTask['phase']): ResponseTask {
    const { config, train, test, layer } = this;
    const task = { config, phase, learnedState, recordInputs: this.#options.recordInputs };
    return phase === 'label' ? { ...task, images: train, frontEnd: layer.front } : { ...task, images: test };
  }

  /** @returns null if interrupted */
  async runPhase(learned: LearnedState, phase: ResponseTask['phase']) {
    const started = performance.now();
    const { workerCount, signal } = this.#options;
    const task = this.createTask(learned, phase);
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
