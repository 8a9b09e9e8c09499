import type { Arena } from '../kernels/arena.ts';

/**
 * Draws an index with given relative weights in constant time (Walker 1977; construction by Vose 1991,
 * doi:10.1109/32.92917). Only indices with a weight above 0 take part. Rebuilt in place when the weights change.
 */
export class AliasTable {
  /** Slot i, i < used, stands for index own[i] with probability keep[i], else for other[i]. */
  readonly keep: Float64Array;
  readonly own: Uint32Array;
  readonly other: Uint32Array;
  readonly #work: Uint32Array;
  used = 0;
  /** Sum of the weights. */
  total = 0;

  constructor(size: number, arena: Arena) {
    this.keep = arena.f64(size);
    this.own = arena.u32(size);
    this.other = arena.u32(size);
    this.#work = new Uint32Array(size);
  }

  build(weights: Float64Array): void {
    const { keep, own, other } = this;
    const work = this.#work;
    let used = 0;
    let total = 0;
    for (let i = 0; i < weights.length; i++) {
      const w = weights[i]!;
      if (w === 0) continue;
      own[used++] = i;
      total += w;
    }
    this.used = used;
    this.total = total;
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
      let left = keep[high]!;
      while (small > 0 && left >= 1) {
        const low = work[--small]!;
        other[low] = own[high]!;
        left -= 1 - keep[low]!;
      }
      keep[high] = left;
      if (left >= 1) break;
      large++;
      work[small++] = high;
    }
    while (large < used) keep[work[large++]!] = 1; // what rounding has left over
    while (small > 0) keep[work[--small]!] = 1;
  }
}
