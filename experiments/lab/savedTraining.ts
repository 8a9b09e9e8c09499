import { createStore, del, delMany, get, keys, set } from 'idb-keyval';
import type { DeviceChoice, TrainingSettings } from './page/state.ts';

/** Settings with which a training starts, and its device. */
export interface TrainingStartSettings {
  readonly learn: TrainingSettings;
  /** Trained device; undefined: the ideal device. */
  readonly choice: DeviceChoice | undefined;
}

/** Training that the page resumes after a reload: its settings, and the files of its run directory. */
export interface SavedTraining {
  readonly start: TrainingStartSettings;
  readonly runFiles: Readonly<Record<string, Uint8Array>>;
}

/** Key of a saved training: time when the tab was opened, ms since 1970, and index of the device. */
export type TrainingKey = [tabTime: number, deviceIndex: number];

const MAX_AGE_MS = 7 * 24 * 3600 * 1000;

let opened: ReturnType<typeof createStore> | undefined;
function getStore() {
  opened ??= createStore('memspike-lab', 'trainings');
  return opened;
}

export const saveTraining = (key: TrainingKey, saved: SavedTraining) => set(key, saved, getStore());
export const loadTraining = (key: TrainingKey) => get<SavedTraining>(key, getStore());
export const deleteTraining = (key: TrainingKey) => del(key, getStore());

/** Deletes the trainings of tabs that were opened more than a week ago. */
export async function deleteOldTrainings() {
  const all = await keys<TrainingKey>(getStore());
  await delMany(
    all.filter(([tabTime]) => tabTime < Date.now() - MAX_AGE_MS),
    getStore(),
  );
}
