import { UserError } from '../../../core/declare/errors.ts';
import { atan2 } from '../../../core/elementary.ts';
import { RandomStream } from '../../../core/random/random.ts';
import { convolveAt, createGaussian } from '../../../neurons/encoders/contrast.ts';
import type { ImageSets, LabelledImages } from '../../data/dataSet.ts';
import { isSplitFile, selectSplit } from '../../data/split.ts';
import type { MnistConfig } from './config.ts';
import { distortImages } from './distortion.ts';

/**
 * Deskews an image: moves its centroid to the middle and shears it by the ratio μ11 / μ02 of its second central moments, with bilinear
 * interpolation and 0 outside. @param images grey values, row-major, from `offset` @param out result, from `offset`; not `images`
 */
export function deskew(images: Uint8Array, offset: number, rows: number, columns: number, out: Uint8Array) {
  let [mass, sumX, sumY, sumXY, sumYY] = [0, 0, 0, 0, 0];
  for (let y = 0, i = offset; y < rows; y++) {
    for (let x = 0; x < columns; x++, i++) {
      const grey = images[i]!;
      mass += grey;
      sumX += grey * x;
      sumY += grey * y;
      sumXY += grey * x * y;
      sumYY += grey * y * y;
    }
  }
  if (mass === 0) {
    out.fill(0, offset, offset + rows * columns);
    return;
  }
  const meanX = sumX / mass;
  const meanY = sumY / mass;
  const variance = sumYY / mass - meanY * meanY;
  const shear = variance > 1e-9 ? (sumXY / mass - meanX * meanY) / variance : 0;

  const at = (x: number, y: number) =>
    x >= 0 && x < columns && y >= 0 && y < rows ? images[offset + y * columns + x]! : 0;
  for (let row = 0; row < rows; row++) {
    const fromMiddle = row - (rows - 1) / 2;
    const y = meanY + fromMiddle;
    const y0 = Math.floor(y);
    const fy = y - y0;
    const left = meanX - (columns - 1) / 2 + shear * fromMiddle;
    const x0 = Math.floor(left);
    const fx = left - x0; // `fx` is constant along the row, because x advances by one pixel
    for (let column = 0; column < columns; column++) {
      const x = x0 + column;
      const upper = at(x, y0) * (1 - fx) + at(x + 1, y0) * fx;
      const lower = at(x, y0 + 1) * (1 - fx) + at(x + 1, y0 + 1) * fx;
      out[offset + row * columns + column] = Math.round(upper * (1 - fy) + lower * fy);
    }
  }
}

export function deskewImages(images: Uint8Array, rows: number, columns: number) {
  const out = new Uint8Array(images.length);
  for (let offset = 0; offset < images.length; offset += rows * columns) deskew(images, offset, rows, columns, out);
  return out;
}

const BINS = 4;
const MIN_MAGNITUDE = 0.02;
const MIN_LEVEL = 8;

/**
 * Converts images to maps of edge orientation, one map per quadrant: 0, 45, 90 and 135 degrees. The magnitude of the Sobel gradient is
 * divided among the two nearest orientations and the nearest cells of maps with half the resolution. The largest cell is scaled to 255.
 */
export function createOrientationMaps(images: Uint8Array, rows: number, columns: number) {
  if (rows % 2 !== 0 || columns % 2 !== 0)
    throw new UserError(`preprocessing orientation needs even image sides, but they are ${rows} x ${columns}.`);
  const size = rows * columns;
  const out = new Uint8Array(images.length);
  const cells = new Float64Array(size);
  for (let offset = 0; offset < images.length; offset += size) {
    const image = images.subarray(offset, offset + size);
    cells.fill(0);
    addGradients(image, rows, columns, cells);
    const highest = cells.reduce((a, b) => Math.max(a, b), 0);
    if (highest === 0) continue;
    for (let i = 0; i < size; i++) {
      const level = Math.floor((cells[i]! / highest) * 255);
      out[offset + i] = level < MIN_LEVEL ? 0 : level;
    }
  }
  return out;
}

/** Length of the vector (x, y). Unlike `Math.hypot`, bit-identical in all JavaScript engines. */
function computeNorm(x: number, y: number) {
  const larger = Math.max(Math.abs(x), Math.abs(y));
  return larger === 0 ? 0 : Math.sqrt((x / larger) ** 2 + (y / larger) ** 2) * larger;
}

function addGradients(image: Uint8Array, rows: number, columns: number, cells: Float64Array) {
  const at = (y: number, x: number) =>
    y < 0 || x < 0 || y >= rows || x >= columns ? 0 : image[y * columns + x]! / 255;
  const [h, w] = [rows / 2, columns / 2];
  /** Distributes `amount` bilinearly to the cells of one orientation around pixel (y, x). */
  const addBilinear = (bin: number, y: number, x: number, amount: number) => {
    const [cy, cx] = [(y + 0.5) / 2 - 0.5, (x + 0.5) / 2 - 0.5];
    for (let yy = Math.ceil(cy - 1); yy <= cy + 1; yy++)
      for (let xx = Math.ceil(cx - 1); xx <= cx + 1; xx++) {
        const part = (1 - Math.abs(yy - cy)) * (1 - Math.abs(xx - cx));
        if (part <= 0 || yy < 0 || xx < 0 || yy >= h || xx >= w) continue;
        cells[((bin >> 1) * h + yy) * columns + (bin & 1) * w + xx]! += amount * part;
      }
  };
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const gx =
        at(y - 1, x + 1) + 2 * at(y, x + 1) + at(y + 1, x + 1) - at(y - 1, x - 1) - 2 * at(y, x - 1) - at(y + 1, x - 1);
      const gy =
        at(y + 1, x - 1) + 2 * at(y + 1, x) + at(y + 1, x + 1) - at(y - 1, x - 1) - 2 * at(y - 1, x) - at(y - 1, x + 1);
      const magnitude = computeNorm(gx, gy) / 8;
      if (magnitude < MIN_MAGNITUDE) continue;
      const angle = ((atan2(gy, gx) / Math.PI + 2) % 1) * BINS;
      const bin = Math.floor(angle) % BINS;
      const share = angle - Math.floor(angle);
      addBilinear(bin, y, x, magnitude * (1 - share));
      addBilinear((bin + 1) % BINS, y, x, magnitude * share);
    }
  }
}

/** Offset of the mean of a neighbourhood, by which grey values are divided; 1 = white. */
const NORMALISATION_OFFSET = 0.1;

/**
 * Computes values from each grey value x, 0 to 1, and the mean m of its Gaussian neighbourhood, and scales the largest of an image to 255.
 * Outside the image is black. Values follow in maps, one map per function. Divisive normalisation: Heeger 1992, doi:10.1017/S0952523800009640.
 */
function mapNeighbourhoods(
  images: Uint8Array,
  [rows, columns]: readonly [number, number],
  sd: number,
  ...functions: readonly ((x: number, m: number) => number)[]
) {
  const kernel = createGaussian(sd);
  const margin = kernel.length - 1;
  const width = columns + 2 * margin;
  const padded = new Float64Array(width * (rows + 2 * margin));
  const blurred = new Float64Array(padded.length);
  const size = rows * columns;
  const values = new Float64Array(functions.length * size);
  const out = new Uint8Array(functions.length * images.length);
  const at = (i: number) => (margin + Math.floor(i / columns)) * width + margin + (i % columns);
  for (let offset = 0; offset < images.length; offset += size) {
    for (let i = 0; i < size; i++) padded[at(i)] = images[offset + i]! / 255;
    for (let y = 0; y < rows + 2 * margin; y++)
      for (let x = margin; x < columns + margin; x++)
        blurred[y * width + x] = convolveAt(padded, y * width + x, 1, kernel);
    for (let i = 0; i < size; i++) {
      const mean = convolveAt(blurred, at(i), width, kernel);
      functions.forEach((compute, map) => {
        values[map * size + i] = compute(padded[at(i)]!, mean);
      });
    }
    const highest = values.reduce((a, b) => Math.max(a, b), 0);
    if (highest === 0) continue;
    for (let i = 0; i < values.length; i++)
      out[functions.length * offset + i] = Math.round((255 * values[i]!) / highest);
  }
  return out;
}

/** Divides each grey value x by the mean m of its neighbourhood with a standard deviation of 3 pixels: x / (0.1 + m). */
export const normaliseLocally = (images: Uint8Array, rows: number, columns: number) =>
  mapNeighbourhoods(images, [rows, columns], 3, (x, m) => x / (NORMALISATION_OFFSET + m));

/**
 * Local contrast as two maps, the second below the first: ON cells, (x - 0.8 m)+ / (0.1 + m), and OFF cells, (m - x)+ / (0.1 + m), with the
 * mean m of a neighbourhood with a standard deviation of 2 pixels.
 */
export const mapContrast = (images: Uint8Array, rows: number, columns: number) =>
  mapNeighbourhoods(
    images,
    [rows, columns],
    2,
    (x, m) => Math.max(0, x - 0.8 * m) / (NORMALISATION_OFFSET + m),
    (x, m) => Math.max(0, m - x) / (NORMALISATION_OFFSET + m),
  );

type ImagesConfig = Pick<
  MnistConfig,
  'seed' | 'distortion' | 'split' | 'preprocessing' | 'stimulus' | 'train' | 'label' | 'test'
>;

export const PREPROCESSORS = {
  none: (images: Uint8Array) => images,
  deskew: deskewImages,
  normalise: normaliseLocally,
  contrast: mapContrast,
  orientation: createOrientationMaps,
};

/** Selects and preprocesses the images of a split. @param where command name in messages */
export function prepareImages<S extends ImageSets>(set: S, c: ImagesConfig, where = 'mnist'): S {
  const { train, test } = selectSplit(set, c.split, where);
  checkDataKind(c, train.events !== undefined, where);
  for (const key of ['train', 'label', 'test'] as const)
    checkCount(key, c[key], (key === 'test' ? test : train).n, c.split, where);
  const preprocess = PREPROCESSORS[c.preprocessing];
  const process = (d: LabelledImages) => {
    const images = preprocess(d.images, d.rows, d.columns);
    return { ...d, images, rows: d.rows * (c.preprocessing === 'contrast' ? 2 : 1) };
  };
  const distorted = c.distortion ? distortImages(test, c.distortion, new RandomStream(c.seed, 'distortion')) : test;
  return { ...set, train: process(train), test: process(distorted) };
}

function checkDataKind({ stimulus: { speed } }: Pick<MnistConfig, 'stimulus'>, events: boolean, where: string) {
  if (events === (speed !== undefined)) return;
  throw new UserError(
    events
      ? `${where}: the data are recordings of an event camera, but stimulus.speed is not set; 1 plays them as they were recorded.`
      : `${where}: stimulus.speed is ${speed}, which is for recordings of an event camera, but the data are images; leave it out.`,
  );
}

function checkCount(key: 'train' | 'label' | 'test', count: number, limit: number, split: string, where: string) {
  if (count <= limit) return;
  const set = `${key === 'test' ? 'test' : 'training'} set${split === 'test' ? '' : isSplitFile(split) ? ` of ${split}` : ` of the ${split} split`}`;
  throw new UserError(
    `${where}: ${key} is ${count}, but the ${set} has ${limit} images; use --${key} ${limit} or fewer.`,
  );
}
