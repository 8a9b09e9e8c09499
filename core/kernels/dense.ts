/**
 * Dense delivery: every neuron of a population receives `factor` times its weight in one row. Twin functions for float32
 * and float64; float32 rounds after each operation, as a 32-bit machine does.
 */
const { fround } = Math;

/** u[j] += weights[start + j] × factor. */
export function deliver32(u: Float32Array, weights: Float32Array, start: number, factor: number): void {
  const f = fround(factor);
  for (let j = 0; j < u.length; j++) u[j] = fround(u[j]! + fround(weights[start + j]! * f));
}

export function deliver64(u: Float64Array, weights: Float64Array, start: number, factor: number): void {
  for (let j = 0; j < u.length; j++) u[j] = u[j]! + weights[start + j]! * factor;
}

/** The same, and whether any u[j] >= base + b[j] × scale afterwards. */
export function deliverAndTest32(
  u: Float32Array,
  b: Float32Array,
  weights: Float32Array,
  start: number,
  factor: number,
  base: number,
  scale: number,
): boolean {
  const f = fround(factor);
  const b0 = fround(base);
  const b1 = fround(scale);
  let hit = 0;
  for (let j = 0; j < u.length; j++) {
    const v = fround(u[j]! + fround(weights[start + j]! * f));
    u[j] = v;
    if (v >= fround(b0 + fround(b[j]! * b1))) hit = 1;
  }
  return hit === 1;
}

export function deliverAndTest64(
  u: Float64Array,
  b: Float64Array,
  weights: Float64Array,
  start: number,
  factor: number,
  base: number,
  scale: number,
): boolean {
  let hit = 0;
  for (let j = 0; j < u.length; j++) {
    const v = u[j]! + weights[start + j]! * factor;
    u[j] = v;
    if (v >= base + b[j]! * scale) hit = 1;
  }
  return hit === 1;
}
