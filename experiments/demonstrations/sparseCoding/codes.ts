import { Matrix } from 'ml-matrix';
import type { LabelledImages, Stream } from '../../index.ts';

/** Pixels per side of a patch. */
export const SIDE = 8;
export const PIXELS = SIDE * SIDE;
/** Smallest norm of a patch to be coded, as a share of the largest possible norm. */
const MIN_NORM = 0.25;

/** Draws patches of unit norm, one per row, from random places of random images; nearly empty patches are skipped. */
export function drawPatches({ images, n, rows, columns }: LabelledImages, count: number, stream: Stream): Float64Array {
  const patches = new Float64Array(count * PIXELS);
  for (let k = 0; k < count; ) {
    const image = stream.below(n) * rows * columns;
    const corner = image + stream.below(rows - SIDE + 1) * columns + stream.below(columns - SIDE + 1);
    const patch = Float64Array.from(
      { length: PIXELS },
      (_, i) => images[corner + Math.floor(i / SIDE) * columns + (i % SIDE)]!,
    );
    const norm = Math.hypot(...patch);
    if (norm < MIN_NORM * 255 * SIDE) continue;
    for (let i = 0; i < PIXELS; i++) patches[k * PIXELS + i] = patch[i]! / norm;
    k++;
  }
  return patches;
}

export const patchAt = (patches: Float64Array, k: number): Float64Array =>
  patches.subarray(k * PIXELS, (k + 1) * PIXELS);

/** Reconstructs a patch from its code: Σ a_j D_j, with atom j in row j of the dictionary. */
export function reconstruct(dictionary: Float64Array, code: Float64Array): Float64Array {
  const sum = new Float64Array(PIXELS);
  code.forEach((a, j) => {
    if (a !== 0) for (let i = 0; i < PIXELS; i++) sum[i]! += a * dictionary[j * PIXELS + i]!;
  });
  return sum;
}

/** Error |x − D a|² of the code of a patch x of unit norm. */
export function codingError(dictionary: Float64Array, code: Float64Array, patch: Float64Array): number {
  return reconstruct(dictionary, code).reduce((sum, value, i) => sum + (patch[i]! - value) ** 2, 0);
}

/** Scales a code by the factor that minimises its error: ⟨x, D a⟩ / |D a|². */
export function scaleCode(dictionary: Float64Array, code: Float64Array, patch: Float64Array): Float64Array {
  const restored = reconstruct(dictionary, code);
  const square = restored.reduce((sum, value) => sum + value * value, 0);
  if (square === 0) return code;
  const factor = restored.reduce((sum, value, i) => sum + value * patch[i]!, 0) / square;
  return code.map((a) => factor * a);
}

/** Gram matrix D Dᵀ of the atoms in the rows of D. */
export function gramMatrix(dictionary: Float64Array): Float64Array {
  const atoms = Matrix.from1DArray(dictionary.length / PIXELS, PIXELS, dictionary);
  return Float64Array.from(atoms.mmul(atoms.transpose()).to1DArray());
}

const SWEEPS = 300;

/**
 * Optimal code argmin ½|x − D a|² + λ Σ a over a >= 0, by coordinate descent (Friedman et al. 2007, doi:10.1214/07-AOAS131):
 * a_j ← max(0, b_j − λ − Σ_{k≠j} G_jk a_k) / G_jj, with b = Dᵀx and G = DᵀD.
 */
export function findOptimum(
  dictionary: Float64Array,
  gram: Float64Array,
  patch: Float64Array,
  lambda: number,
): Float64Array {
  const n = dictionary.length / PIXELS;
  const drive = Float64Array.from({ length: n }, (_, j) =>
    patch.reduce((sum, x, i) => sum + x * dictionary[j * PIXELS + i]!, 0),
  );
  const code = new Float64Array(n);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let j = 0; j < n; j++) {
      let rest = drive[j]! - lambda + gram[j * n + j]! * code[j]!;
      for (let k = 0; k < n; k++) rest -= gram[j * n + k]! * code[k]!;
      code[j] = Math.max(0, rest / gram[j * n + j]!);
    }
  }
  return code;
}
