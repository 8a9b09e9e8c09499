import { batch, signal } from '@preact/signals';
import type { ProgressState } from '../../run/progress.ts';
import type { TrainingResult, TrainingUpdate } from '../worker/train.ts';
import { fetchDeviceFileText, loadManifest, putTrainingFiles } from './devices.ts';
import { type DeviceIndex, getChosenDevice, type TrainingSettings, toMnistSettings } from './state.ts';
import { type CallHandle, LabError, WorkerClient } from './workerClient.ts';

type Stage = 'idle' | 'loading' | 'running' | 'paused' | 'done' | 'stopped';
export type ProgressUpdate = Omit<ProgressState, 'text'>;
type Update = TrainingUpdate | { readonly progress: ProgressUpdate };

const MIN_DISPLAY_INTERVAL_MS = 250;
/** Minimum ratio of the interval between display updates to the duration of an update. */
const MIN_INTERVAL_RATIO = 20;

/** Training that runs in its own worker and continues while other views are open. */
export class Trainer {
  readonly deviceIndex: DeviceIndex;
  readonly name: 'a' | 'b';
  readonly stage = signal<Stage>('idle');
  readonly progress = signal<ProgressUpdate | undefined>(undefined);
  readonly frame = signal<TrainingUpdate | undefined>(undefined);
  readonly result = signal<TrainingResult | undefined>(undefined);
  readonly errorMessage = signal<string | undefined>(undefined);
  /** Settings of the running training or, if none is running, of the latest one. */
  readonly settings = signal<TrainingSettings | undefined>(undefined);
  worker: WorkerClient | undefined;
  #running: CallHandle<TrainingResult | null> | undefined;
  #latestUpdate: { progress?: ProgressUpdate; frame?: TrainingUpdate } = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next = 0;

  constructor(deviceIndex: DeviceIndex) {
    this.deviceIndex = deviceIndex;
    this.name = deviceIndex === 0 ? 'a' : 'b';
  }

  get isBusy() {
    return ['loading', 'running', 'paused'].includes(this.stage.value);
  }

  async start(learn: TrainingSettings) {
    this.worker?.terminate();
    this.worker = undefined;
    this.#latestUpdate = {};
    for (const shown of [this.progress, this.frame, this.result, this.errorMessage]) shown.value = undefined;
    this.settings.value = learn;
    this.stage.value = 'loading';
    const worker = new WorkerClient();
    this.worker = worker;
    try {
      const { firstTrainingImages } = await loadManifest();
      await putTrainingFiles(
        worker,
        learn.train > firstTrainingImages.imageCount ? 'allTrainingImages' : 'firstTrainingImages',
      );
      if (this.worker !== worker) return;
      const device = getChosenDevice(this.deviceIndex);
      const text = device && (await fetchDeviceFileText(device));
      this.stage.value = 'running';
      this.#running = worker.call(
        'train',
        { trainingSettings: toMnistSettings(learn), deviceFileText: text },
        (update: Update) => this.#receive(update),
      );
      const result = await this.#running.result;
      this.#showUpdate();
      if (this.worker !== worker) return;
      this.result.value = result ?? undefined;
      this.stage.value = result ? 'done' : 'stopped';
    } catch (error) {
      if (this.worker !== worker || this.stage.value === 'stopped') return;
      if (!(error instanceof LabError)) throw error;
      this.errorMessage.value = error.message;
      this.stage.value = 'stopped';
    }
  }

  #receive(update: Update) {
    if (typeof update.progress === 'object') this.#latestUpdate.progress = update.progress;
    else this.#latestUpdate.frame = { ...(this.#latestUpdate.frame ?? this.frame.value), ...update } as TrainingUpdate;
    this.#timer ??= setTimeout(() => this.#showUpdate(), this.#next - performance.now());
  }

  /** Shows the latest update and schedules the next; two trainings spend at most 10 % of a core on updates. */
  #showUpdate() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { progress, frame } = this.#latestUpdate;
    this.#latestUpdate = {};
    const began = performance.now();
    batch(() => {
      if (progress) this.progress.value = progress;
      if (frame) this.frame.value = frame;
    });
    queueMicrotask(() => {
      const now = performance.now();
      this.#next = now + Math.max(MIN_DISPLAY_INTERVAL_MS, MIN_INTERVAL_RATIO * (now - began));
    });
  }

  pause() {
    this.#running?.pause();
    this.stage.value = 'paused';
  }

  resume() {
    this.#running?.resume();
    this.stage.value = 'running';
  }

  stop() {
    this.stage.value = 'stopped';
    this.#running?.stop();
  }
}

export const trainers: readonly [Trainer, Trainer] = [new Trainer(0), new Trainer(1)];

addEventListener('beforeunload', (event) => {
  if (trainers.some((trainer) => trainer.isBusy)) event.preventDefault();
});
