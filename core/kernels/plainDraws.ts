import type { CounterRandom } from '../random/random.ts';

export function normals(
  random: CounterRandom,
  entities: Uint32Array,
  counts: Uint32Array,
  n: number,
  out: Float64Array,
): void {
  for (let i = 0; i < n; i++) out[i] = random.normal(entities[i]!, counts[i]!);
}

export function uniforms(
  random: CounterRandom,
  entities: Uint32Array,
  counts: Uint32Array,
  n: number,
  out: Float64Array,
): void {
  for (let i = 0; i < n; i++) out[i] = random.uniform(entities[i]!, counts[i]!);
}
