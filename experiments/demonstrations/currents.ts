/** Output currents of a crossbar, image by image: I = Wᵀ x. Weights are inputs × outputs, row-major. */
export function computeCurrents(weights: ArrayLike<number>, inputs: ArrayLike<number>, columns: number): Float64Array {
  const rows = weights.length / columns;
  const currents = new Float64Array((inputs.length / rows) * columns);
  for (let n = 0, k = 0; n < inputs.length; n++, k = k + 1 === rows ? 0 : k + 1) {
    const v = inputs[n]!;
    if (v === 0) continue;
    const to = Math.floor(n / rows) * columns;
    for (let j = 0; j < columns; j++) currents[to + j]! += v * weights[k * columns + j]!;
  }
  return currents;
}

export interface CurrentErrors {
  /** Relative error of the currents, √(Σ (I - I_ideal)² / Σ I_ideal²) over outputs and images. */
  readonly error: number;
  /** Relative error after the best gain common to all outputs. */
  readonly distortion: number;
}

export function computeErrors(currents: Float64Array, ideal: Float64Array): CurrentErrors {
  const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, k) => sum + v * b[k]!, 0);
  const [ii, fi, ff] = [product(ideal, ideal), product(currents, ideal), product(currents, currents)];
  const root = (square: number) => Math.sqrt(Math.max(0, square)); // rounding can make it negative
  return { error: root(1 - (2 * fi - ff) / ii), distortion: root(1 - fi ** 2 / (ff * ii)) };
}

/** Fits one gain per output that brings its currents nearest to the ideal ones (least squares). */
export function fitGains(currents: Float64Array, ideal: Float64Array, columns: number): Float64Array {
  const [fi, ff] = [new Float64Array(columns), new Float64Array(columns)];
  currents.forEach((v, k) => {
    fi[k % columns]! += v * ideal[k]!;
    ff[k % columns]! += v * v;
  });
  return fi.map((sum, j) => (ff[j]! > 0 ? sum / ff[j]! : 1));
}

/** Multiplies currents or weights by the gain of their output. */
export const applyGains = <A extends Float32Array | Float64Array>(values: A, gains: Float64Array): A =>
  values.map((v, k) => v * gains[k % gains.length]!) as A;
