import type { Column, RowSink } from '../../../core/log/tables.ts';
import { NO_PREDICTION } from '../../look/imageLog.ts';
import type { AccuracyPoint } from '../../look/plots/chart.ts';
import { arrangeReceptiveFields, countOutputNeurons } from '../../training/unsupervised/architecture.ts';
import type { MnistConfig } from '../../training/unsupervised/config.ts';
import type { TrainingObserver } from '../../training/unsupervised/job.ts';
import type { SingleLayerNetwork } from '../../training/unsupervised/network.ts';
import { type TrainingLoop, YIELD_INTERVAL_MS } from '../../training/unsupervised/train.ts';
import type { LivePageUpdate } from '../client/live.ts';
import { RecentSpikeBuffer } from './recentSpikeBuffer.ts';

export const TICK_MS = 1e-3;
const MAX_SHOWN_IMAGES = 5;

export interface TrainingPageUpdate extends Omit<LivePageUpdate, 'weightLevels'> {
  readonly accuracy?: readonly AccuracyPoint[];
  readonly weightLevels?: Uint8Array<ArrayBuffer>;
}

interface FrameReceiver {
  isUpdateDue(ms: number): boolean;
  update(makeFrame: () => TrainingPageUpdate): void;
  stop(last: TrainingPageUpdate): Promise<void>;
}

export type ImageSize = Readonly<Record<'rows' | 'columns', number>>;

export class TrainingPageUpdater implements TrainingObserver {
  readonly #receiver: FrameReceiver;
  readonly #layer: SingleLayerNetwork;
  readonly #config: MnistConfig;
  readonly #size: ImageSize | undefined;
  /** Onsets (ms) and labels of the latest images. */
  readonly #imageMarks: { readonly time: number; readonly label: string }[] = [];
  #spikes: RecentSpikeBuffer | undefined;
  #recordsInputs = false;
  #isRecording = false;
  #progress = '';

  /** @param receiver page to update @param size image size, needed only if neurons receive windows of the images */
  constructor(receiver: FrameReceiver, layer: SingleLayerNetwork, config: MnistConfig, size?: ImageSize) {
    this.#receiver = receiver;
    this.#layer = layer;
    this.#config = config;
    this.#size = size;
  }

  /** Sink that logs output spikes and, if `recordInputs` is true, input spikes. */
  teeSpikes(log: RowSink, recordInputs: boolean): RowSink {
    const { input, output } = this.#layer;
    this.#recordsInputs = recordInputs;
    this.#spikes = new RecentSpikeBuffer(log, recordInputs ? [input.id, output.id] : [output.id]);
    return this.#spikes;
  }

  teeImages(log: RowSink): RowSink {
    return {
      write: (columns: Readonly<Record<string, Column>>, rows: number) => {
        log.write(columns, rows);
        for (let i = 0; i < rows; i++) {
          const [time, label, prediction] = [columns.time![i]!, columns.label![i]!, columns.prediction![i]!];
          const answer = prediction === NO_PREDICTION ? '?' : prediction;
          this.#imageMarks.push({ time, label: prediction === label ? `${label}` : `${label}→${answer}` });
        }
        this.#imageMarks.splice(0, this.#imageMarks.length - MAX_SHOWN_IMAGES);
      },
    };
  }

  updateDisplay(training: TrainingLoop, progress: string): void {
    this.#progress = progress;
    this.#receiver.update(() => this.#makeUpdate(training, progress));
    this.#setInputRecording(this.#receiver.isUpdateDue(YIELD_INTERVAL_MS));
  }

  /** Switches the recording of input spikes, which costs time and is therefore on only before an update of the page. */
  #setInputRecording(isRecording: boolean): void {
    if (isRecording === this.#isRecording) return;
    this.#isRecording = isRecording;
    const { net, input } = this.#layer;
    net.flush();
    this.#imageMarks.length = 0;
    if (isRecording) net.recordSpikes([input], this.#spikes!);
    else if (!this.#recordsInputs) input.recorder = null;
  }

  #makeUpdate(training: TrainingLoop, progress: string): TrainingPageUpdate {
    const { net, output, synapses } = this.#layer;
    net.flush();
    const from = this.#imageMarks[0]?.time ?? 0;
    const neurons = Array.from({ length: countOutputNeurons(this.#config) }, (_, j) => j);
    const classes = neurons.map((j) => training.tally.getNeuronClass(j));
    const weights = synapses.edges.weights as Float32Array;
    const size = this.#size;
    const hasRaster = this.#isRecording && this.#imageMarks.length > 0;
    const window = [from, Math.max(net.now, from + 1)] as const;
    const spikes = hasRaster && this.#spikes!.selectSpikesSince(from, TICK_MS);
    return {
      progress,
      accuracy: training.tally.accuracyPoints,
      ...(spikes && { raster: { window, tickLength: TICK_MS, marks: [...this.#imageMarks], ...spikes } }),
      weightLevels: scaleWeightsToBytes(
        size ? arrangeReceptiveFields(this.#config, weights, size.rows, size.columns).weights : weights,
      ),
      fields: {
        neuronClasses: classes.map((label) => (label === NO_PREDICTION ? -1 : label)),
        thresholds: neurons.map((j) => output.model.thresholds.thresholdAt(j, net.now)),
      },
    };
  }

  showProgress(progress: string): void {
    this.#progress = progress;
    this.#receiver.update(() => ({ progress }));
  }

  stopObserving(summary?: string): Promise<void> {
    return this.#receiver.stop({ progress: summary ?? `${this.#progress}; the run has ended` });
  }
}

/** Scales weights to bytes, the largest weight to 255. */
export function scaleWeightsToBytes(weights: Float32Array): Uint8Array<ArrayBuffer> {
  const max = weights.reduce((largest, w) => Math.max(largest, w), 0);
  const scale = 255 / (max || 1);
  return new Uint8Array(Uint8ClampedArray.from(weights, (w) => w * scale).buffer);
}
