import type { Arena } from '../../core/kernels/arena.ts';

const NOT_IN_HEAP = 0xffffffff;

/** Binary heap of neurons by predicted crossing time, in typed arrays. */
export class IndexedHeap {
  readonly times;
  readonly #heap;
  readonly #positions;
  readonly #entryCount;
  readonly record;

  constructor(size: number, arena: Arena) {
    this.times = arena.f64(size).fill(Infinity);
    this.#heap = arena.u32(size);
    this.#positions = arena.u32(size).fill(NOT_IN_HEAP);
    this.#entryCount = arena.u32(1);
    this.record = { crossings: this.times, heap: this.#heap, places: this.#positions, heapSize: this.#entryCount };
  }

  get nextTime() {
    return this.#entryCount[0] === 0 ? Infinity : this.times[this.#heap[0]!]!;
  }

  /** Index of the entry with the earliest time; ties go to the smaller index. */
  get firstIndex() {
    return this.#heap[0]!;
  }

  setTime(index: number, time: number) {
    const place = this.#positions[index]!;
    this.times[index] = time;
    if (time < Infinity) this.#siftIndex(index, place === NOT_IN_HEAP ? this.#entryCount[0]!++ : place);
    else if (place !== NOT_IN_HEAP) {
      this.#positions[index] = NOT_IN_HEAP;
      const last = this.#heap[--this.#entryCount[0]!]!;
      if (last !== index) this.#siftIndex(last, place);
    }
  }

  rebuildHeap() {
    this.#entryCount[0] = 0;
    this.#positions.fill(NOT_IN_HEAP);
    for (let i = 0; i < this.times.length; i++) this.setTime(i, this.times[i]!);
  }

  #siftIndex(index: number, free: number) {
    const { times } = this;
    const heap = this.#heap;
    const places = this.#positions;
    const time = times[index]!;
    const size = this.#entryCount[0]!;
    let place = free;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above]!;
      if (times[parent]! < time || (times[parent] === time && parent < index)) break;
      heap[place] = parent;
      places[parent] = place;
      place = above;
    }
    for (let below = 2 * place + 1; below < size && place >= free; below = 2 * place + 1) {
      let child = heap[below]!;
      if (below + 1 < size) {
        const other = heap[below + 1]!;
        if (times[other]! < times[child]! || (times[other] === times[child] && other < child)) {
          child = other;
          below++;
        }
      }
      if (time < times[child]! || (time === times[child] && index < child)) break;
      heap[place] = child;
      places[child] = place;
      place = below;
    }
    heap[place] = index;
    places[index] = place;
  }
}
