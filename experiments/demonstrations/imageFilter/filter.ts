import type { Programming } from '../../index.ts';
import { programPairs } from '../devicePairs.ts';

/** Grey image, row-major, values 0 to 255. */
export interface Image {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

const BLOCK = 8;
const N = BLOCK * BLOCK;

/** Vertical and horizontal frequencies (u, v) of a block by ascending u + v: the order of JPEG without its zigzag. */
const FREQUENCIES = Array.from({ length: N }, (_, k) => [Math.floor(k / BLOCK), k % BLOCK] as const).sort(
  ([a, b], [c, d]) => a + b - (c + d) || a - c,
);

/**
 * Two-dimensional orthonormal DCT-II of a block (Ahmed, Natarajan & Rao 1974, doi:10.1109/T-C.1974.223784) as a matrix with a
 * row per pixel (y, x) and a column for each of the first `kept` frequencies (u, v):
 *   c_u c_v cos(π (2y + 1) u / 16) cos(π (2x + 1) v / 16),   c_0 = √(1/8), else √(2/8).
 */
export function dctMatrix(kept: number): Float64Array {
  const wave = (at: number, frequency: number) =>
    Math.sqrt((frequency === 0 ? 1 : 2) / BLOCK) * Math.cos((Math.PI * (2 * at + 1) * frequency) / (2 * BLOCK));
  return Float64Array.from({ length: N * kept }, (_, k) => {
    const [u, v] = FREQUENCIES[k % kept]!;
    const pixel = Math.floor(k / kept);
    return wave(Math.floor(pixel / BLOCK), u) * wave(pixel % BLOCK, v);
  });
}

/** Signed matrix as it is read from device pairs in one array. */
export const programMatrix = (matrix: Float64Array, rows: number, how: Programming, ohm: number, seed: number) =>
  programPairs(matrix, { how, seed, stream: 'imageFilter', lines: { rows, lineResistance: ohm } });

/** Compresses block by block with a matrix and restores with the exact inverse of the kept frequencies. */
export function compressImage(image: Image, matrix: Float64Array, kept: number): Image {
  const exact = dctMatrix(kept);
  const values = new Float64Array(image.values.length);
  const blocksAcross = Math.floor(image.columns / BLOCK);
  for (let b = 0; b < blocksAcross * Math.floor(image.rows / BLOCK); b++) {
    const corner = Math.floor(b / blocksAcross) * BLOCK * image.columns + (b % blocksAcross) * BLOCK;
    const at = (pixel: number) => corner + Math.floor(pixel / BLOCK) * image.columns + (pixel % BLOCK);
    const coefficients = new Float64Array(kept);
    for (let i = 0; i < N; i++) {
      const x = image.values[at(i)]!;
      for (let c = 0; c < kept; c++) coefficients[c]! += x * matrix[i * kept + c]!;
    }
    for (let i = 0; i < N; i++) {
      let sum = 0;
      for (let c = 0; c < kept; c++) sum += coefficients[c]! * exact[i * kept + c]!;
      values[at(i)] = Math.min(Math.max(sum, 0), 255);
    }
  }
  return { ...image, values };
}

/** Sobel filters for both directions: 9 pixels × 2 directions. */
export const SOBEL = Float64Array.of(-1, -1, 0, -2, 1, -1, -2, 0, 0, 0, 2, 0, -1, 1, 0, 2, 1, 1);

/** Edge strength at every pixel that has all neighbours. */
export function detectEdges({ values, rows, columns }: Image, filters: Float64Array): Image {
  const out = new Float64Array((rows - 2) * (columns - 2));
  for (let k = 0; k < out.length; k++) {
    const corner = Math.floor(k / (columns - 2)) * columns + (k % (columns - 2));
    const [across, down] = [0, 1].map((direction) => {
      let sum = 0;
      for (let i = 0; i < 9; i++)
        sum += values[corner + Math.floor(i / 3) * columns + (i % 3)]! * filters[2 * i + direction]!;
      return sum;
    });
    out[k] = Math.min(255, Math.hypot(across!, down!) / 4);
  }
  return { values: out, rows: rows - 2, columns: columns - 2 };
}

/** Peak signal-to-noise ratio, dB: 10 log10(255² / mean square difference); infinite for equal images. */
export function psnr(a: Image, b: Image): number {
  const square = a.values.reduce((sum, v, k) => sum + (v - b.values[k]!) ** 2, 0) / a.values.length;
  return 10 * Math.log10(255 ** 2 / square);
}
