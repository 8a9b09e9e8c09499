/**
 * The earliest of n times, each of which may change at any moment: a binary heap of indices with their positions, in
 * typed arrays. For the predicted crossings of a population's neurons: no stale entries and no allocation.
 */
export class IndexedHeap {
  /** Time of each index, Infinity when none. */
  readonly times: Float64Array;
  readonly #heap: Uint32Array;
  readonly #place: Int32Array;
  #size = 0;

  constructor(times: Float64Array) {
    this.times = times.fill(Infinity);
    this.#heap = new Uint32Array(times.length);
    this.#place = new Int32Array(times.length).fill(-1);
  }

  /** Earliest time, Infinity when empty. */
  get next(): number {
    return this.#size === 0 ? Infinity : this.times[this.#heap[0]!]!;
  }

  /** Index with the earliest time, the smaller index first. */
  get first(): number {
    return this.#heap[0]!;
  }

  set(index: number, time: number): void {
    let place = this.#place[index]!;
    if (time === Infinity) {
      if (place >= 0) this.#remove(index, place);
      return;
    }
    this.times[index] = time;
    if (place < 0) {
      place = this.#size++;
      this.#put(index, place);
    }
    this.#down(index, this.#up(index, place));
  }

  /** Builds the heap anew from `times`, after they were loaded. */
  rebuild(): void {
    this.#size = 0;
    this.#place.fill(-1);
    for (let i = 0; i < this.times.length; i++) this.set(i, this.times[i]!);
  }

  #remove(index: number, place: number): void {
    this.times[index] = Infinity;
    this.#place[index] = -1;
    const last = this.#heap[--this.#size]!;
    if (last === index) return;
    this.#put(last, place);
    this.#down(last, this.#up(last, place));
  }

  #before(a: number, b: number): boolean {
    const [x, y] = [this.times[a]!, this.times[b]!];
    return x < y || (x === y && a < b);
  }

  #put(index: number, place: number): void {
    this.#heap[place] = index;
    this.#place[index] = place;
  }

  #up(index: number, from: number): number {
    let place = from;
    while (place > 0) {
      const parent = this.#heap[(place - 1) >> 1]!;
      if (!this.#before(index, parent)) break;
      this.#put(parent, place);
      place = (place - 1) >> 1;
    }
    this.#put(index, place);
    return place;
  }

  #down(index: number, from: number): void {
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#before(this.#heap[child + 1]!, this.#heap[child]!)) child++;
      if (!this.#before(this.#heap[child]!, index)) break;
      this.#put(this.#heap[child]!, place);
      place = child;
    }
    this.#put(index, place);
  }
}
