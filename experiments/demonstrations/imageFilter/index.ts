/** Image compression and edge detection on a crossbar. */
import { integer, loadMnist, type Programming } from '../../index.ts';
import { filmStrip } from '../../look/plots/index.ts';
import { defineDemonstration, isDecreasing, mapRange } from '../demonstration.ts';
import { programDevicePairs } from '../devicePairs.ts';
import { computeCurrents } from '../trainedLayer.ts';

export type GreyImage = { readonly values: Float64Array } & Readonly<Record<'rows' | 'columns', number>>; // row-major, 0 to 255

const BLOCK = 8;
const BLOCK_PIXELS = BLOCK * BLOCK;

/** Vertical and horizontal frequencies (u, v), sorted by u + v, then u; JPEG's zigzag order alternates the direction within equal u + v. */
const FREQUENCIES = mapRange(BLOCK_PIXELS, (k) => [Math.floor(k / BLOCK), k % BLOCK] as const).sort(
  ([a, b], [c, d]) => a + b - (c + d) || a - c,
);

/**
 * Two-dimensional orthonormal DCT-II (Ahmed, Natarajan & Rao 1974, doi:10.1109/T-C.1974.223784), a row per pixel (y, x) and a column for
 * each of the first `kept` frequencies (u, v): c_u c_v cos(π (2y + 1) u / 16) cos(π (2x + 1) v / 16), c_0 = √(1/8), else √(2/8).
 */
export function makeDctMatrix(kept: number): Float64Array {
  const wave = (at: number, frequency: number) =>
    Math.sqrt((frequency === 0 ? 1 : 2) / BLOCK) * Math.cos((Math.PI * (2 * at + 1) * frequency) / (2 * BLOCK));
  return Float64Array.from({ length: BLOCK_PIXELS * kept }, (_, k) => {
    const [u, v] = FREQUENCIES[k % kept]!;
    const pixel = Math.floor(k / kept);
    return wave(Math.floor(pixel / BLOCK), u) * wave(pixel % BLOCK, v);
  });
}

export const programMatrix = (
  matrix: Float64Array,
  rows: number,
  programming: Programming,
  lineResistance: number,
  seed: number,
) =>
  programDevicePairs(matrix, {
    programming,
    seed,
    randomStreamName: 'imageFilter',
    lineOptions: { rows, lineResistance },
  });

/** Multiplies patches (side × side pixels, every `stride` pixels) by a matrix (pixels × outputs). */
function projectPatches({ values, rows, columns }: GreyImage, side: number, stride: number, matrix: Float64Array) {
  const across = Math.floor((columns - side) / stride) + 1;
  const down = Math.floor((rows - side) / stride) + 1;
  const pixelOf = (patch: number, i: number) => {
    const row = Math.floor(patch / across) * stride + Math.floor(i / side);
    return row * columns + (patch % across) * stride + (i % side);
  };
  const products = mapRange(across * down, (patch) => {
    const pixels = Float64Array.from({ length: side ** 2 }, (_, i) => values[pixelOf(patch, i)]!);
    return computeCurrents(matrix, pixels, matrix.length / side ** 2);
  });
  return { products, pixelOf, rows: down, columns: across };
}

/**
 * Compresses an image block by block with the programmed `matrix`; restores the image with the exact inverse transform of the first
 * `kept` frequencies.
 */
export function compressImage(image: GreyImage, matrix: Float64Array, kept: number): GreyImage {
  const exact = makeDctMatrix(kept);
  const values = new Float64Array(image.values.length);
  const { products, pixelOf } = projectPatches(image, BLOCK, BLOCK, matrix);
  for (const [block, coefficients] of products.entries())
    for (let i = 0; i < BLOCK_PIXELS; i++) {
      const sum = coefficients.reduce((total, x, c) => total + x * exact[i * kept + c]!, 0);
      values[pixelOf(block, i)] = Math.min(Math.max(sum, 0), 255);
    }
  return { ...image, values };
}

const SOBEL = Float64Array.of(-1, -1, 0, -2, 1, -1, -2, 0, 0, 0, 2, 0, -1, 1, 0, 2, 1, 1); // 9 pixels × 2 directions

function detectEdges(image: GreyImage, filters: Float64Array): GreyImage {
  const { products, rows, columns } = projectPatches(image, 3, 1, filters);
  return { values: Float64Array.from(products, ([a, b]) => Math.min(255, Math.hypot(a!, b!) / 4)), rows, columns };
}

/** Peak signal-to-noise ratio, dB. */
export function computePsnr(a: GreyImage, b: GreyImage): number {
  const square = a.values.reduce((sum, v, k) => sum + (v - b.values[k]!) ** 2, 0) / a.values.length;
  return 10 * Math.log10(255 ** 2 / square);
}

const STUDIES = {
  levels: [4, 8, 16, 32, 64, 128, 256],
  noise: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1],
  'line resistance': [0.1, 0.2, 0.5, 1, 2, 5, 10], // Ω per segment
};
type StudyName = keyof typeof STUDIES;
const TASKS = ['compression', 'edges'] as const;
type TaskName = (typeof TASKS)[number];

function makeMosaic(across: number): GreyImage {
  const { images, rows, columns } = loadMnist().test;
  const width = across * columns;
  const values = Float64Array.from({ length: across * rows * width }, (_, k) => {
    const [y, x] = [Math.floor(k / width), k % width];
    const digit = Math.floor(y / rows) * across + Math.floor(x / columns);
    return images[digit * rows * columns + (y % rows) * columns + (x % columns)]!;
  });
  return { values, rows: across * rows, columns: width };
}

export default defineDemonstration({
  parameters: {
    kept: integer({ default: 32, min: 1, max: 64, help: 'number of DCT frequencies kept per block of 8 × 8 pixels' }),
    across: integer({ default: 4, min: 2, max: 20, help: 'number of digits along each side of the image' }),
  },
  async simulate(p, context) {
    const image = makeMosaic(p.across);
    const transform = makeDctMatrix(p.kept);
    const filter = (task: TaskName, how: Programming, ohm: number, seed: number): GreyImage =>
      task === 'compression'
        ? compressImage(image, programMatrix(transform, 64, how, ohm, seed), p.kept)
        : detectEdges(image, programMatrix(SOBEL, 9, how, ohm, seed));
    const ideal = { compression: compressImage(image, transform, p.kept), edges: detectEdges(image, SOBEL) };
    const { quality: grid } = await context.measurePerSeed((seed) => {
      const studies = Object.entries(STUDIES).filter(([study]) => study === 'noise' || seed === p.seed); // other studies: not random
      const measureOne = (task: TaskName, study: string, x: number) => {
        const out = study === 'line resistance' ? filter(task, {}, x, seed) : filter(task, { [study]: x }, 0, seed);
        return { task, study, x, psnr: computePsnr(out, ideal[task]) };
      };
      const ofStudy = (study: string, values: readonly number[]) =>
        TASKS.flatMap((task) => values.map((x) => measureOne(task, study, x)));
      return { quality: studies.flatMap(([study, values]) => ofStudy(study, values)) };
    });
    const means = (task: TaskName, study: StudyName) => grid.computeGroupMeans('psnr', 'x', { task, study });
    const isFalling = (task: TaskName, study: StudyName) => isDecreasing(means(task, study), 0.5);
    const atOneOhm = (task: TaskName) => grid.mean('psnr', { task, study: 'line resistance', x: 1 });
    const measureExactness = (task: TaskName) => computePsnr(filter(task, {}, 0, p.seed), ideal[task]);
    const quality = computePsnr(ideal.compression, image);
    return {
      figures: {
        [`compression to ${p.kept} of 64, against the original`]: { unit: 'dB', values: quality },
      },
      expectations: {
        'control: ideal devices are exact': TASKS.every((task) => measureExactness(task) > 150),
        'the PSNR of compression rises with levels': isDecreasing(means('compression', 'levels').toReversed(), 0.5),
        'both PSNRs fall with noise': TASKS.every((task) => isFalling(task, 'noise')),
        'both PSNRs fall with line resistance': TASKS.every((task) => isFalling(task, 'line resistance')),
        'line resistance affects the small array of the edge filter less than that of compression':
          atOneOhm('edges') > atOneOhm('compression'),
      },
      pictures: {
        images: filmStrip({
          title: 'Digits compressed and filtered by a crossbar',
          subtitle: `${p.kept} of 64 frequencies of each block of 8 × 8 pixels; Sobel's filters for edges`,
          moments: ['original', 'ideal', '8 levels', 'noise 0.05', '5 Ω a segment'],
          rows: TASKS.map((task) => {
            const frames = [{}, { levels: 8 }, { noise: 0.05 }].map((how) => filter(task, how, 0, p.seed));
            return { label: task, frames: [image, ...frames, filter(task, {}, 5, p.seed)] };
          }),
          colours: { label: 'grey value', domain: [0, 255] },
        }),
      },
    };
  },
});
