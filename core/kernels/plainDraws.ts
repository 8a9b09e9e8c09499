import type { Kernels } from './kernels.ts';

export const noise: Kernels['noise'] = (random, entities, counts, n, out, other) => {
  for (let i = 0; i < n; i++) {
    out[i] = random.noise(entities[i]!, counts[i]!);
    if (other) other[i] = random.otherNoise(entities[i]!, counts[i]!);
  }
};

export const uniforms: Kernels['uniforms'] = (random, entities, counts, n, out) => {
  for (let i = 0; i < n; i++) out[i] = random.uniform(entities[i]!, counts[i]!);
};

export const factors: Kernels['factors'] = (x, n, sd) => {
  for (let i = 0; i < n; i++) x[i] = Math.max(0, 1 + sd * x[i]!);
};
