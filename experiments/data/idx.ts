import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { readRegularFile } from '../../core/log/file.ts';
import { gunzip } from './unpack.ts';

/** Images with one class each; grey values 0 to 255, row-major, one image after the other. */
export interface LabelledImages extends IdxImages {
  /** Class of each image, 0–254. */
  readonly labels: Uint8Array;
  /** Event-camera recordings, played by `RecordingPlayer`. For recordings, `images` holds event counts per pixel, at most 255. */
  readonly events?: readonly Uint32Array[] | undefined;
  /** True for signals: rows are time points, columns are inputs (channels). */
  readonly isSignal?: boolean;
}

/** Training and test images, all of the same size. */
export interface ImageSets {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

export interface ImageCounts {
  readonly trainCount: number;
  readonly testCount: number;
  readonly hasEventRecordings?: boolean;
  /** Effective number of active pixels of the training images (`computeActivePixels`); default: that of MNIST. */
  readonly activePixels?: number;
}

/**
 * Effective number of active pixels, mean over images: (Σ x)² / Σ x², x: grey values. Sparse, bright strokes give small values, bright
 * surfaces large ones, and a uniform image its number of pixels. Divided by that number, it is the sparseness of Treves & Rolls 1991,
 * doi:10.1088/0954-898X_2_4_004.
 */
export function computeActivePixels({ images, n, rows, columns }: IdxImages): number {
  const size = rows * columns;
  let total = 0;
  for (let i = 0; i < n; i++) {
    let [sum, squares] = [0, 0];
    for (let k = i * size; k < (i + 1) * size; k++) {
      sum += images[k]!;
      squares += images[k]! ** 2;
    }
    total += squares > 0 ? sum ** 2 / squares : 0;
  }
  return total / n;
}

export interface DataSet extends ImageSets {
  /** Largest label in the training set, plus 1. */
  readonly classCount: number;
  readonly classNames?: readonly string[];
  /** Origin of the split into training and test images, for results. */
  readonly splitSource: string;
  /** Indices in the source of the training images, then of the test images; default: 0, 1, 2, … */
  readonly order?: Uint32Array;
  /** SHA-256 of the files; default: that of images and labels. */
  readonly sha256?: string;
}

/** Copies the images with the given indices. */
export function selectImages(set: LabelledImages, indices: Uint32Array): LabelledImages {
  const size = set.rows * set.columns;
  const images = new Uint8Array(indices.length * size);
  for (const [to, from] of indices.entries())
    images.set(set.images.subarray(from * size, (from + 1) * size), to * size);
  const labels = Uint8Array.from(indices, (i) => set.labels[i]!);
  return {
    ...set,
    n: indices.length,
    images,
    labels,
    ...(set.events && { events: Array.from(indices, (i) => set.events![i]!) }),
  };
}

/**
 * IDX files, plain or gzipped, big-endian. Images: magic 0x00000803, number of images, rows, columns, then one byte per pixel.
 * Labels: magic 0x00000801, number of labels, then one byte per label.
 * Source: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits".
 */

const IMAGE_MAGIC = 0x803;
const LABEL_MAGIC = 0x801;
const GZIP_MAGIC = 0x1f8b;
/** Largest allowed label; the byte value 255 means "no class" in logs. */
const LARGEST_LABEL = 254;

interface IdxImages {
  /** Grey values 0–255 of n images, shape (n, rows, columns). */
  readonly images: Uint8Array;
  readonly n: number;
  readonly rows: number;
  readonly columns: number;
}

export function readIdxImages(path: string): IdxImages {
  const { body, sizes } = readIdx(path, IMAGE_MAGIC, ['images', 'rows', 'columns']);
  const [n, rows, columns] = sizes as [number, number, number];
  return { images: body, n, rows, columns };
}

export function readIdxLabels(path: string): Uint8Array {
  const { body } = readIdx(path, LABEL_MAGIC, ['labels']);
  const bad = body.findIndex((label) => label > LARGEST_LABEL);
  if (bad < 0) return body;
  throw new UserError(`${path}: label ${bad} is ${body[bad]}, expected a class from 0 to ${LARGEST_LABEL}`);
}

/** Reads an IDX file. @returns data bytes, and the size of each dimension in the order of `names` */
function readIdx(path: string, magic: number, names: readonly string[]): { body: Uint8Array; sizes: number[] } {
  const file = readUnzipped(path);
  const header = 4 + 4 * names.length;
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const found = file.length >= 4 ? view.getUint32(0) : Number.NaN;
  if (found !== magic)
    throw new UserError(`${path}: ${describeMagic(found)}, expected ${formatHex(magic)} of an IDX ${names[0]} file`);
  if (file.length < header)
    throw new UserError(`${path}: ${file.length} bytes found, expected a header of ${header}: the file is truncated`);
  const sizes = names.map((name, i) => {
    const size = view.getUint32(4 + 4 * i);
    if (size === 0) throw new UserError(`${path}: the header says 0 ${name}, expected at least 1`);
    return size;
  });
  const expected = header + sizes.reduce((product, size) => product * size, 1);
  if (file.length !== expected) {
    const fault = file.length < expected ? 'the file is truncated' : 'extra bytes follow the data';
    const shape = names.map((name, i) => `${sizes[i]} ${name}`).join(' x ');
    throw new UserError(`${path}: ${file.length} bytes found, expected ${expected} for ${shape}: ${fault}`);
  }
  return { body: new Uint8Array(file.buffer, file.byteOffset + header, expected - header), sizes };
}

function readUnzipped(path: string): Uint8Array {
  const bytes: Uint8Array = readRegularFile(path);
  return bytes.length >= 2 && bytes[0]! * 256 + bytes[1]! === GZIP_MAGIC ? gunzip(bytes, path) : bytes;
}

function describeMagic(found: number) {
  if (Number.isNaN(found)) return 'shorter than 4 bytes';
  const kind = { [IMAGE_MAGIC]: ' (an image file)', [LABEL_MAGIC]: ' (a label file)' }[found] ?? '';
  return `magic number ${formatHex(found)}${kind} found`;
}

const formatHex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;

const PREFIXES = { train: ['train'], test: ['t10k', 'test'] } as const;
type SetName = keyof typeof PREFIXES;
const IMAGES = 'images-idx3-ubyte';
const LABELS = 'labels-idx1-ubyte';

/**
 * Reads the four IDX files of a directory, plain or `.gz`: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, and the same two
 * with `t10k-` or `test-` for the test set. A path `DIR/NAME` reads `DIR/NAME-train-images-…` etc. (EMNIST).
 */
export function loadIdxDataSet(directory: string): DataSet {
  const train = loadSet(directory, 'train');
  const test = loadSet(directory, 'test');
  if (test.rows !== train.rows || test.columns !== train.columns) {
    const path = findFile(directory, 'test', IMAGES);
    throw new UserError(
      `${path}: images are ${test.rows}x${test.columns}, expected ${train.rows}x${train.columns} as in the training set`,
    );
  }
  const classes = train.labels.reduce((max, label) => Math.max(max, label), 0) + 1;
  const unknownIndex = test.labels.findIndex((label) => label >= classes);
  if (unknownIndex >= 0) {
    const path = findFile(directory, 'test', LABELS);
    throw new UserError(
      `${path}: label ${unknownIndex} is ${test.labels[unknownIndex]}, expected 0 to ${classes - 1}, the classes of the training set`,
    );
  }
  return { train, test, classCount: classes, splitSource: `training and test files of ${directory}` };
}

export function countIdxImages(directory: string): ImageCounts {
  const read = (set: SetName) => readIdxImages(findFile(directory, set, IMAGES));
  const train = read('train');
  return { trainCount: train.n, testCount: read('test').n, activePixels: computeActivePixels(train) };
}

function loadSet(directory: string, set: SetName): LabelledImages {
  const imagePath = findFile(directory, set, IMAGES);
  const images = readIdxImages(imagePath);
  const path = findFile(directory, set, LABELS);
  const labels = readIdxLabels(path);
  if (labels.length !== images.n)
    throw new UserError(
      `${path}: ${labels.length} labels found, expected ${images.n}, one for each image of ${imagePath}`,
    );
  return { ...images, labels };
}

export const hasIdxDataSet = (directory: string): boolean => listPaths(directory, 'train', IMAGES).some(existsSync);

function listPaths(directory: string, set: SetName, kind: string) {
  const files = PREFIXES[set].flatMap((name) => [`${name}-${kind}`, `${name}-${kind}.gz`]);
  return [...files.map((file) => join(directory, file)), ...files.map((file) => `${directory}-${file}`)];
}

function findFile(directory: string, set: SetName, kind: string) {
  const name = `${PREFIXES[set][0]}-${kind}`;
  const path = listPaths(directory, set, kind).find(existsSync);
  if (!path) throw new UserError(`${join(directory, name)}: no such file, and no ${name}.gz beside it`);
  return path;
}
