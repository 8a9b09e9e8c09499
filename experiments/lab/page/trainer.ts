import { signal } from '@preact/signals';
import { UserError } from '../../../core/declare/errors.ts';
import type { ProgressState } from '../../run/progressText.ts';
import {
  deleteOldTrainings,
  deleteTraining,
  loadTraining,
  type SavedTraining,
  type TrainingKey,
  type TrainingStartSettings,
} from '../savedTraining.ts';
import type { TrainingResult, TrainingUpdate } from '../worker/train.ts';
import type { CallControl } from '../worker/worker.ts';
import { getDeviceName } from './devices.ts';
import { type DeviceIndex, labState, openView, type TrainingSettings, toMnistSettings } from './state.ts';
import { type CallHandle, WorkerClient } from './workerClient.ts';

type Stage = 'idle' | 'running' | 'paused' | 'done' | 'stopped';
const STAGES_AFTER = { pause: 'paused', resume: 'running', stop: 'stopped' } as const;
type Update = TrainingUpdate | { readonly progress: ProgressState } | { readonly storageError: string };

/** Training that runs in its own worker and continues while other views are open. */
export class Trainer {
  /** Index of the trained device; undefined for the ideal device, with which the results of chosen devices are compared. */
  readonly deviceIndex: DeviceIndex | undefined;
  readonly stage = signal<Stage>('idle');
  readonly progress = signal<ProgressState | undefined>(undefined);
  readonly frame = signal<TrainingUpdate | undefined>(undefined);
  readonly result = signal<TrainingResult | undefined>(undefined);
  readonly errorMessage = signal<string | undefined>(undefined);
  /** Reason why checkpoints cannot be saved, so that a reload of the page ends the training; undefined if they can. */
  readonly storageError = signal<string | undefined>(undefined);
  /** Settings of the running training or, if no training runs, of the latest training. */
  readonly latestStart = signal<TrainingStartSettings | undefined>(undefined);
  worker: WorkerClient | undefined;
  #running: CallHandle<TrainingResult | null> | undefined;

  constructor(deviceIndex?: DeviceIndex) {
    this.deviceIndex = deviceIndex;
  }

  get isBusy() {
    return this.stage.value === 'running' || this.stage.value === 'paused';
  }

  /** Name of the device of the latest training. */
  get deviceName(): string {
    const choices = trainers.map(({ latestStart }) => latestStart.value?.choice);
    return this.deviceIndex === undefined ? 'ideal device' : getDeviceName(this.deviceIndex, choices);
  }

  /** Resumes the training that a reload of the page has interrupted, if any. */
  async resumeSavedTraining() {
    const key = getTrainingKey(this.deviceIndex);
    const saved = key && (await loadTraining(key).catch(() => undefined)); // a browser without storage saved nothing
    if (saved) await this.train(saved.start, saved.runFiles);
  }

  async train(start: TrainingStartSettings, runFiles?: SavedTraining['runFiles']) {
    this.worker?.terminate();
    for (const shown of [this.progress, this.frame, this.result, this.errorMessage, this.storageError])
      shown.value = undefined;
    this.latestStart.value = start;
    this.stage.value = 'running';
    const worker = new WorkerClient();
    this.worker = worker;
    const key = getTrainingKey(this.deviceIndex);
    const trainingSettings = toMnistSettings(start.learn);
    const request = { trainingSettings, start, ...(runFiles && { runFiles }), ...(key && { key }) };
    this.#running = worker.call('train', request, (update: Update) => this.#showUpdate(update));
    try {
      const result = await this.#running.result;
      this.result.value = result ?? undefined;
      this.stage.value = result ? 'done' : 'stopped';
      if (result && start.choice) void trainIdealDevice(start.learn);
    } catch (error) {
      if (this.worker !== worker || this.stage.value === 'stopped') return;
      if (!(error instanceof UserError)) throw error;
      this.errorMessage.value = error.message;
      this.stage.value = 'stopped';
    } finally {
      if (key && this.worker === worker) await deleteTraining(key).catch(() => {}); // without storage, no training was saved
    }
  }

  #showUpdate(update: Update) {
    if ('storageError' in update) this.storageError.value = update.storageError;
    else if (typeof update.progress === 'object') this.progress.value = update.progress;
    else this.frame.value = { ...this.frame.value, ...update } as TrainingUpdate;
  }

  controlTraining(request: CallControl) {
    this.#running?.control(request);
    this.stage.value = STAGES_AFTER[request];
  }
}

export const trainers: readonly [Trainer, Trainer] = [new Trainer(0), new Trainer(1)];
export const idealDeviceTrainer = new Trainer();

/** Trains a network of ideal devices with the given settings, unless its latest training had equal settings. */
async function trainIdealDevice(learn: TrainingSettings) {
  const isSame = JSON.stringify(idealDeviceTrainer.latestStart.value?.learn) === JSON.stringify(learn);
  if (isSame && (idealDeviceTrainer.isBusy || idealDeviceTrainer.result.value)) return;
  await idealDeviceTrainer.train({ learn, choice: undefined });
}

/** Trainings of the chosen devices, or of the ideal device if no device is chosen. */
export const listShownTrainers = (): readonly Trainer[] =>
  labState.value.devices.length === 2 ? trainers : trainers.slice(0, 1);

/** Opens the view Learn and starts a training of each chosen device. @param part further changes of the state */
export function startTrainings(part: Parameters<typeof openView>[1] = {}) {
  openView('learn', part);
  const { learn, devices } = labState.value;
  for (const [i, trainer] of listShownTrainers().entries()) void trainer.train({ learn, choice: devices[i] });
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
  void deleteOldTrainings().catch(() => {}); // browsers without storage have no saved training
  for (const trainer of trainers) void trainer.resumeSavedTraining();
}
