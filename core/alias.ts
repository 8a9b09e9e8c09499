import type { Arena } from './arena.ts';

/**
 * Draws an index with given relative weights in constant time (Walker 1977; construction by Vose 1991,
 * doi:10.1109/32.92917). Rebuilt in place when the weights change.
 */
export class AliasTable {
  /** Column i stands for index i with probability keep[i], else for alias[i]. */
  readonly keep: Float64Array;
  readonly alias: Uint32Array;
  readonly #work: Uint32Array;
  /** Sum of the weights. */
  total = 0;

  constructor(size: number, arena: Arena) {
    this.keep = arena.f64(size);
    this.alias = arena.u32(size);
    this.#work = new Uint32Array(size);
  }

  build(weights: ArrayLike<number>): void {
    const { keep, alias } = this;
    const n = keep.length;
    const work = this.#work;
    this.total = 0;
    for (let i = 0; i < n; i++) this.total += weights[i]!;
    if (this.total === 0) return;
    let small = 0; // work[0 … small) holds indices below average, work[large … n) those above
    let large = n;
    const scale = n / this.total;
    for (let i = 0; i < n; i++) {
      keep[i] = weights[i]! * scale;
      if (keep[i]! < 1) work[small++] = i;
      else work[--large] = i;
    }
    while (small > 0 && large < n) {
      const low = work[--small]!;
      const high = work[large]!;
      alias[low] = high;
      keep[high] = keep[high]! - (1 - keep[low]!);
      if (keep[high]! < 1) {
        large++;
        work[small++] = high;
      }
    }
    while (large < n) keep[work[large++]!] = 1; // what rounding has left over
    while (small > 0) keep[work[--small]!] = 1;
  }
}
