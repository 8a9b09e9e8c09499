import type { Column, RowSink } from '../../../core/log/tables.ts';
import { outputsOf } from '../../mnist/architecture.ts';
import type { MnistConfig } from '../../mnist/config.ts';
import { fieldsOf } from '../../mnist/fields.ts';
import type { TrainingWatch } from '../../mnist/job.ts';
import type { Layer } from '../../mnist/network.ts';
import { PAUSE_MS, type Training } from '../../mnist/train.ts';
import type { LiveFrame } from '../report/client/live.ts';
import { RecentSpikes } from './recentSpikes.ts';

export const TICK_MS = 1e-3;
const SHOWN_IMAGES = 5;
const NONE = 255;

/** How a training stands; weights as a byte each, the largest at 255. */
export interface TrainingFrame extends Omit<LiveFrame, 'levels'> {
  readonly levels?: Uint8Array<ArrayBuffer>;
}

/** Who looks on. */
export interface Onlooker {
  /** Whether an update is due within so many ms. */
  dueWithin(ms: number): boolean;
  /** Takes what `make` makes, if an update is due. */
  update(make: () => TrainingFrame): void;
  stop(last: TrainingFrame): Promise<void>;
}

export interface ImageSize {
  readonly rows: number;
  readonly columns: number;
}

interface Shown {
  readonly time: number;
  readonly label: string;
}

/** Shows an onlooker a training: running accuracy, receptive fields as they form, and the spikes of the latest images. */
export class TrainingFrames implements TrainingWatch {
  readonly #onlooker: Onlooker;
  readonly #layer: Layer;
  readonly #config: MnistConfig;
  readonly #shown: Shown[] = [];
  #spikes: RecentSpikes | undefined;
  #recordInputs = false;
  /** Whether the spikes of all images in `#shown` are remembered. */
  #recording = false;
  #progress = '';
  /** Weights as they lie on what each neuron sees. */
  readonly #weights: () => Float32Array;

  /** @param size of the images, where groups of neurons see windows of them */
  constructor(onlooker: Onlooker, layer: Layer, config: MnistConfig, size?: ImageSize) {
    this.#weights = () => {
      const weights = layer.synapses.edges.weights as Float32Array;
      return size ? fieldsOf(config, weights, size.rows, size.columns).weights : weights;
    };
    this.#onlooker = onlooker;
    this.#layer = layer;
    this.#config = config;
  }

  /** Stands before the spike log; input spikes go on only if they are to be logged. */
  spikes(log: RowSink, recordInputs: boolean): RowSink {
    const { input, output } = this.#layer;
    this.#recordInputs = recordInputs;
    this.#spikes = new RecentSpikes(log, recordInputs ? [input.id, output.id] : [output.id]);
    return this.#spikes;
  }

  /** Stands before the log of images. */
  images(log: RowSink): RowSink {
    return {
      write: (columns: Readonly<Record<string, Column>>, rows: number) => {
        log.write(columns, rows);
        for (let i = 0; i < rows; i++) {
          const [label, guess] = [columns.label![i]!, columns.prediction![i]!];
          this.#shown.push({
            time: columns.time![i]!,
            label: guess === label ? `${label}` : `${label}→${guess === NONE ? '?' : guess}`,
          });
        }
        this.#shown.splice(0, this.#shown.length - SHOWN_IMAGES);
      },
    };
  }

  /** Between two images: sends how training stands, if somebody looks. */
  update(training: Training, progress: string): void {
    this.#progress = progress;
    this.#onlooker.update(() => this.#frame(training, progress));
    this.#record(this.#onlooker.dueWithin(PAUSE_MS));
  }

  /** Recording input spikes takes time, and only those of the images before an update are shown. */
  #record(recording: boolean): void {
    if (recording === this.#recording) return;
    this.#recording = recording;
    const { net, input } = this.#layer;
    net.flush();
    this.#shown.length = 0;
    if (recording) net.recordSpikes([input], this.#spikes!);
    else if (!this.#recordInputs) input.recorder = null;
  }

  #frame(training: Training, progress: string): TrainingFrame {
    const { net, output } = this.#layer;
    const neurons = outputsOf(this.#config);
    net.flush();
    const from = this.#shown[0]?.time ?? 0;
    const each = <T>(of: (j: number) => T) => Array.from({ length: neurons }, (_, j) => of(j));
    return {
      progress,
      accuracy: training.tally.points,
      ...(this.#recording &&
        this.#shown.length > 0 && {
          raster: {
            window: [from, Math.max(net.now, from + 1)],
            tick: TICK_MS,
            marks: [...this.#shown],
            ...this.#spikes!.since(from, TICK_MS),
          },
        }),
      levels: levelsOf(this.#weights()),
      fields: {
        labels: each((j) => (training.tally.classOf(j) === NONE ? -1 : training.tally.classOf(j))),
        thresholds: each((j) => output.model.thresholds.at(j, net.now)),
      },
    };
  }

  /** Progress of labelling and test. */
  say(progress: string): void {
    this.#progress = progress;
    this.#onlooker.update(() => ({ progress }));
  }

  stop(told?: string): Promise<void> {
    return this.#onlooker.stop({ progress: told ?? `${this.#progress}; the run has ended` });
  }
}

/** A byte a weight, the largest at 255. */
function levelsOf(weights: Float32Array | Float64Array): Uint8Array<ArrayBuffer> {
  let max = 0;
  for (let i = 0; i < weights.length; i++) if (weights[i]! > max) max = weights[i]!;
  const scale = 255 / (max || 1);
  const levels = new Uint8ClampedArray(weights.length);
  for (let i = 0; i < weights.length; i++) levels[i] = weights[i]! * scale;
  return new Uint8Array(levels.buffer);
}
