import { signal } from '@preact/signals';
import type { ImageFiles, ImageManifest } from '../files.ts';
import type { DeviceChoice } from '../worker/device.ts';
import type { WorkerCalls } from '../worker/worker.ts';
import { type DeviceIndex, getChosenDevice, labState } from './state.ts';
import { LabError, WorkerClient } from './workerClient.ts';

type ImageSet = keyof ImageManifest;

export const loadedManifest = signal<ImageManifest | { readonly missing: string } | undefined>(undefined);
export const downloadProgress = signal<
  { readonly what: string; readonly bytes: number; readonly totalBytes: number } | undefined
>(undefined);

/** Runs `run` at the first call only; after a failure, again at the next call. */
function runOnce<T>(run: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    started ??= run();
    started.catch(() => {
      started = undefined;
    });
    return started;
  };
}

export const formatMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
export const computeDownloadSize = ({ files }: ImageFiles): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

async function fetchFile(path: string): Promise<Response> {
  const response = await fetch(new URL(path, import.meta.url)).catch(() => undefined);
  if (response?.ok) return response;
  throw new LabError(`${path} cannot be fetched${response ? ` (${response.status})` : ''}; is the lab still served?`);
}

export async function loadManifest(): Promise<ImageManifest> {
  loadedManifest.value ??= (await (await fetchFile('data/manifest.json')).json()) as ImageManifest;
  if ('missing' in loadedManifest.value) throw new LabError(loadedManifest.value.missing);
  return loadedManifest.value;
}

export const fetchJson = async <T>(path: string): Promise<T> => (await (await fetchFile(path)).json()) as T;
export const fetchBytes = async (path: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await (await fetchFile(path)).arrayBuffer());

async function downloadSet(set: ImageSet): Promise<Record<string, Uint8Array>> {
  const { files, imageCount: images } = (await loadManifest())[set];
  const what = `${images.toLocaleString('en')} ${set === 'testImages' ? 'test' : 'training'} images`;
  const totalBytes = computeDownloadSize({ files, imageCount: images });
  let done = 0;
  const found: Record<string, Uint8Array> = {};
  for (const { path, name } of files) {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const reader = (await fetchFile(path)).body!.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      done += part.value.length;
      downloadProgress.value = { what, bytes: done, totalBytes };
    }
    found[`/mnist/${name}`] = new Uint8Array(await new Blob(parts).arrayBuffer());
  }
  downloadProgress.value = undefined;
  return found;
}

const fetchImages = {
  firstTrainingImages: runOnce(() => downloadSet('firstTrainingImages')),
  allTrainingImages: runOnce(() => downloadSet('allTrainingImages')),
  testImages: runOnce(() => downloadSet('testImages')),
};

const fetchPresets = runOnce(async () => {
  const texts = await fetchJson<Record<string, string>>('presets.json');
  const encoder = new TextEncoder();
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [`/${name}`, encoder.encode(text)]));
});

export const fetchExamples = (): Promise<Record<string, string>> => fetchJson<Record<string, string>>('examples.json');

export const putPresets = async (worker: WorkerClient): Promise<void> => worker.putFiles(await fetchPresets());

export const createPresetLoader = (worker: WorkerClient): (() => Promise<WorkerClient>) =>
  runOnce(async () => {
    await putPresets(worker);
    return worker;
  });

export async function putTrainingFiles(worker: WorkerClient, set: ImageSet) {
  for (const files of [fetchPresets(), fetchImages[set](), fetchImages.testImages()])
    await worker.putFiles(await files);
}

/** Prepares the worker of device plots. This worker never runs a training, so that plots follow sliders immediately. */
export const prepareDeviceWorker = createPresetLoader(new WorkerClient());
export const fitWorker = new WorkerClient();
export const prepareFitWorker = createPresetLoader(fitWorker);

export const fetchDeviceFileText = async (choice: DeviceChoice): Promise<string> =>
  (await prepareDeviceWorker()).call('formatDeviceFile', choice).result;

export const deviceList = signal<ReturnType<WorkerCalls['listDevices']> | undefined>(undefined);

export const loadDeviceList = runOnce(async () => {
  deviceList.value = await (await prepareDeviceWorker()).call('listDevices', undefined).result;
});

/** Name of a device as the lab shows it; undefined: the ideal device. */
export function nameDevice(choice: DeviceChoice | undefined): string {
  if (choice === undefined) return 'ideal device';
  const { own, preset, model, set } = choice;
  const about = own?.about as { readonly name?: string; readonly structure?: string } | undefined;
  const published = deviceList.value?.presets.find(({ name }) => name === preset)?.description || preset;
  const name = published ?? (own ? (about?.name ?? about?.structure ?? 'your device') : `${model} model`);
  return Object.keys(set).length > 0 ? `${name} (changed)` : name;
}

/** Name of a chosen device; the second of two devices with the same name gets a number. */
export function getDeviceName(index: DeviceIndex): string {
  const name = nameDevice(getChosenDevice(index));
  return index === 1 && name === nameDevice(getChosenDevice(0)) ? `${name} (2)` : name;
}

/** Names of the devices that a training uses, as the end of a button text. */
export const nameTrainedDevices = (): string =>
  labState.value.devices.length === 2 ? `${getDeviceName(0)} and ${getDeviceName(1)}` : getDeviceName(0);
