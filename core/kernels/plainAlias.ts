import type { Kernels } from './kernels.ts';

export const aliasTable: Kernels['aliasTable'] = (weights, { keep, own, other, work, sum }) => {
  let used = 0;
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!;
    if (w === 0) continue;
    own[used++] = i;
    total += w;
  }
  sum[0] = total;
  const scale = used / total;
  let small = 0; // work[0 … small) holds slots below average, work[large … used) those above
  let large = used;
  for (let i = 0; i < used; i++) {
    const p = weights[own[i]!]! * scale;
    keep[i] = p;
    if (p < 1) work[small++] = i;
    else work[--large] = i;
  }
  while (small > 0 && large < used) {
    const high = work[large]!;
    while (small > 0 && keep[high]! >= 1) {
      const low = work[--small]!;
      other[low] = own[high]!;
      keep[high]! -= 1 - keep[low]!;
    }
    if (keep[high]! >= 1) break;
    large++;
    work[small++] = high;
  }
  while (large < used) keep[work[large++]!] = 1; // what rounding has left over
  while (small > 0) keep[work[--small]!] = 1;
  return used;
};
