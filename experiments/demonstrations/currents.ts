/** Currents of the outputs of a crossbar for these inputs, image by image: I = Wᵀ x. Weights are inputs × outputs, row-major. */
export function currentsOf(weights: ArrayLike<number>, inputs: ArrayLike<number>, columns: number): Float64Array {
  const rows = weights.length / columns;
  const out = new Float64Array((inputs.length / rows) * columns);
  for (let n = 0, k = 0; n < inputs.length; n++, k = k + 1 === rows ? 0 : k + 1) {
    const v = inputs[n]!;
    if (v === 0) continue;
    const to = Math.floor(n / rows) * columns;
    for (let j = 0; j < columns; j++) out[to + j]! += v * weights[k * columns + j]!;
  }
  return out;
}

export interface CurrentErrors {
  /** √(Σ (I - I_ideal)² / Σ I_ideal²) over outputs and images. */
  readonly error: number;
  /** The same after the best common gain: what no amplifier takes away. */
  readonly distortion: number;
}

export function errorsOf(found: Float64Array, ideal: Float64Array): CurrentErrors {
  const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, k) => sum + v * b[k]!, 0);
  const [ii, fi, ff] = [product(ideal, ideal), product(found, ideal), product(found, found)];
  const root = (square: number) => Math.sqrt(Math.max(0, square)); // rounding
  return { error: root(1 - (2 * fi - ff) / ii), distortion: root(1 - fi ** 2 / (ff * ii)) };
}

/** The gain of each output that brings its currents nearest to the ideal ones, by least squares: one amplifier an output. */
export function gainsOf(found: Float64Array, ideal: Float64Array, columns: number): Float64Array {
  const [fi, ff] = [new Float64Array(columns), new Float64Array(columns)];
  found.forEach((v, k) => {
    fi[k % columns]! += v * ideal[k]!;
    ff[k % columns]! += v * v;
  });
  return fi.map((sum, j) => (ff[j]! > 0 ? sum / ff[j]! : 1));
}

/** Currents or weights, each times the gain of its output. */
export const amplified = <A extends Float32Array | Float64Array>(values: A, gains: Float64Array): A =>
  values.map((v, k) => v * gains[k % gains.length]!) as A;
