import type { Kernels } from './kernels.ts';

const same = (x: number): number => x;

export const multiply: Kernels['multiply'] = (a, aRow, aColumn, b, c, m, k, n) => {
  const round = c.BYTES_PER_ELEMENT === 4 ? Math.fround : same;
  c.fill(0, 0, m * n);
  for (let i = 0, row = 0; i < m; i++, row += n) {
    for (let p = 0, at = 0; p < k; p++, at += n) {
      const x = a[i * aRow + p * aColumn]!;
      if (x !== 0) for (let j = 0; j < n; j++) c[row + j] = round(c[row + j]! + round(x * b[at + j]!));
    }
  }
};
