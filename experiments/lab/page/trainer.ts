import { batch, signal } from '@preact/signals';
import type { ProgressState } from '../../run/progress.ts';
import {
  deleteOldTrainings,
  deleteTraining,
  loadTraining,
  type SavedTraining,
  saveTraining,
  type TrainingKey,
  type TrainingStart,
} from '../savedTraining.ts';
import type { TrainingResult, TrainingUpdate } from '../worker/train.ts';
import { fetchDeviceFileText, getDeviceName, loadDeviceList, loadManifest, putTrainingFiles } from './devices.ts';
import {
  type DeviceIndex,
  getChosenDevice,
  labState,
  openView,
  type TrainingSettings,
  toMnistSettings,
} from './state.ts';
import { type CallHandle, LabError, WorkerClient } from './workerClient.ts';

type Stage = 'idle' | 'loading' | 'running' | 'paused' | 'done' | 'stopped';
export type ProgressUpdate = Omit<ProgressState, 'text'>;
type Update = TrainingUpdate | { readonly progress: ProgressUpdate } | { readonly storageError: string };

const MIN_DISPLAY_INTERVAL_MS = 250;
/** Minimum ratio of the interval between display updates to the duration of an update. */
const MIN_INTERVAL_RATIO = 20;

/** Training that runs in its own worker and continues while other views are open. */
export class Trainer {
  /** Undefined for the training of the ideal device, with which the others are compared. */
  readonly deviceIndex: DeviceIndex | undefined;
  readonly stage = signal<Stage>('idle');
  readonly progress = signal<ProgressUpdate | undefined>(undefined);
  readonly frame = signal<TrainingUpdate | undefined>(undefined);
  readonly result = signal<TrainingResult | undefined>(undefined);
  readonly errorMessage = signal<string | undefined>(undefined);
  /** Reason why a reload ends the training. */
  readonly storageError = signal<string | undefined>(undefined);
  /** Settings of the running training or, if none is running, of the latest one. */
  readonly latestStart = signal<TrainingStart | undefined>(undefined);
  worker: WorkerClient | undefined;
  #running: CallHandle<TrainingResult | null> | undefined;
  #latestUpdate: { progress?: ProgressUpdate; frame?: TrainingUpdate } = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next = 0;

  constructor(deviceIndex?: DeviceIndex) {
    this.deviceIndex = deviceIndex;
  }

  get isBusy() {
    return ['loading', 'running', 'paused'].includes(this.stage.value);
  }

  /** Starts a training of the chosen device. */
  async start(learn: TrainingSettings) {
    const index = this.deviceIndex ?? 0;
    const device = getChosenDevice(index);
    await this.train(async () => {
      const deviceFileText = device && (await fetchDeviceFileText(device));
      if (device) await loadDeviceList(); // for the name
      return { learn, deviceName: getDeviceName(index), deviceFileText };
    });
  }

  /** Resumes the training that a reload of the page has interrupted, if any. */
  async resumeSaved() {
    const key = getTrainingKey(this.deviceIndex);
    const saved = key && (await loadTraining(key).catch(() => undefined)); // a browser without storage saved nothing
    if (saved) await this.train(async () => saved.start, saved.runFiles);
  }

  async train(prepare: () => Promise<TrainingStart>, runFiles?: SavedTraining['runFiles']) {
    this.worker?.terminate();
    this.#latestUpdate = {};
    for (const shown of [this.progress, this.frame, this.result, this.errorMessage, this.storageError])
      shown.value = undefined;
    this.stage.value = 'loading';
    const worker = new WorkerClient();
    this.worker = worker;
    const key = getTrainingKey(this.deviceIndex);
    try {
      const start = await prepare();
      this.latestStart.value = start;
      if (key && !runFiles) await this.#saveStart(key, start);
      const { firstTrainingImages } = await loadManifest();
      const isLarge = start.learn.train > firstTrainingImages.imageCount;
      await putTrainingFiles(worker, isLarge ? 'allTrainingImages' : 'firstTrainingImages');
      if (this.worker !== worker) return;
      this.stage.value = 'running';
      const trainingSettings = toMnistSettings(start.learn);
      const request = { trainingSettings, start, ...(runFiles && { runFiles }), ...(key && { key }) };
      this.#running = worker.call('train', request, (update: Update) => this.#receive(update));
      const result = await this.#running.result;
      this.#showUpdate();
      if (this.worker !== worker) return;
      this.result.value = result ?? undefined;
      this.stage.value = result ? 'done' : 'stopped';
      if (result && start.deviceFileText !== undefined) void trainIdealDevice(start.learn);
    } catch (error) {
      if (this.worker !== worker || this.stage.value === 'stopped') return;
      if (!(error instanceof LabError)) throw error;
      this.errorMessage.value = error.message;
      this.stage.value = 'stopped';
    } finally {
      if (key && this.worker === worker) await deleteTraining(key).catch(() => {}); // never saved without storage
    }
  }

  async #saveStart(key: TrainingKey, start: TrainingStart) {
    try {
      await saveTraining(key, { start, runFiles: {} });
    } catch (error) {
      this.storageError.value = error instanceof Error ? error.message : String(error);
    }
  }

  #receive(update: Update) {
    if ('storageError' in update) this.storageError.value = update.storageError;
    else if (typeof update.progress === 'object') this.#latestUpdate.progress = update.progress;
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
export const idealTrainer = new Trainer();

/** Trains the ideal device with the settings of a training, unless the latest ideal training has them. */
async function trainIdealDevice(learn: TrainingSettings) {
  const isSame = JSON.stringify(idealTrainer.latestStart.value?.learn) === JSON.stringify(learn);
  if (isSame && (idealTrainer.isBusy || idealTrainer.result.value)) return;
  await idealTrainer.train(async () => ({ learn, deviceName: 'ideal device', deviceFileText: undefined }));
}

/** Trainings of the chosen devices, or of the ideal device if none is chosen. */
export const listShownTrainers = (): readonly Trainer[] =>
  labState.value.devices.length === 2 ? trainers : trainers.slice(0, 1);

/** Opens the view Learn and starts a training of each chosen device. @param part further changes of the state */
export function startTrainings(part: Parameters<typeof openView>[1] = {}) {
  openView('learn', part);
  for (const trainer of listShownTrainers()) void trainer.start(labState.value.learn);
}

/** Key of the saved training of this tab, which survives a reload; undefined if the browser stores nothing. */
function getTrainingKey(deviceIndex: DeviceIndex | undefined): TrainingKey | undefined {
  if (deviceIndex === undefined) return undefined;
  try {
    const tabTime = Number(sessionStorage.getItem('tabTime')) || Date.now();
    sessionStorage.setItem('tabTime', String(tabTime));
    return [tabTime, deviceIndex];
  } catch {
    return undefined; // access to storage is denied
  }
}

export function resumeSavedTrainings() {
  void deleteOldTrainings().catch(() => {}); // a browser without storage has none
  for (const trainer of trainers) void trainer.resumeSaved();
}
