import type { DeviceChoice } from '../worker/device.ts';
import { fetchImages, fetchJson } from './images.ts';
import { WorkerClient } from './workerClient.ts';

let presetFiles: Promise<Record<string, Uint8Array>> | undefined;

/** Fetches the preset files, once, as files of a worker. */
function fetchPresets(): Promise<Record<string, Uint8Array>> {
  presetFiles ??= fetchJson<Record<string, string>>('presets.json').then((texts) => {
    const encoder = new TextEncoder();
    return Object.fromEntries(Object.entries(texts).map(([name, text]) => [`/${name}`, encoder.encode(text)]));
  });
  presetFiles.catch(() => {
    presetFiles = undefined;
  });
  return presetFiles;
}

export const fetchExamples = (): Promise<Record<string, string>> => fetchJson<Record<string, string>>('examples.json');

/** Returns a function that gives a worker the presets before its first call, and tries again after a failure. */
export function presetLoader(worker: WorkerClient): () => Promise<WorkerClient> {
  let ready: Promise<void> | undefined;
  return async () => {
    ready ??= fetchPresets().then((files) => worker.putFiles(files));
    ready.catch(() => {
      ready = undefined;
    });
    await ready;
    return worker;
  };
}

/** Gives a worker the presets, and the images of a training: the first training images or all, and the test images. */
export async function putTrainingFiles(worker: WorkerClient, set: 'first' | 'all'): Promise<void> {
  for (const files of [fetchPresets(), fetchImages(set), fetchImages('test')]) await worker.putFiles(await files);
}

/** Worker that describes and measures devices; it trains nothing, so that sliders get immediate answers. */
export const readyDeviceWorker = presetLoader(new WorkerClient());
/** Worker that reads and fits measurements, which can take minutes. */
export const fitWorker = new WorkerClient();
export const readyFitWorker = presetLoader(fitWorker);

export const deviceFileText = async (choice: DeviceChoice): Promise<string> =>
  (await readyDeviceWorker()).call('formatDeviceFile', choice).done;
