/** Binary heap of neurons, ordered by crossing time; see neurons/parts/indexedHeap.ts. */
import { HeapRecord } from './records';

@inline
function placeIndex(h: HeapRecord, place: usize, index: usize): void {
  setU32(h.heap, place, <u32>index);
  setU32(h.places, index, <u32>place);
}

@inline
function isEarlier(h: HeapRecord, i: usize, j: usize): bool {
  const a = f64At(h.crossings, i);
  const b = f64At(h.crossings, j);
  return a < b || (a == b && i < j);
}

@inline
export function findEarliestTime(h: HeapRecord): f64 {
  return load<u32>(h.heapSize) == 0 ? Infinity : f64At(h.crossings, u32At(h.heap, 0));
}

/** Index of the neuron with the earliest crossing; the heap must not be empty. */
@inline
export function findEarliestNeuron(h: HeapRecord): usize {
  return u32At(h.heap, 0);
}

/** Sets the crossing time of a neuron; Infinity removes the neuron from the heap. */
export function setCrossingTime(h: HeapRecord, index: usize, time: f64): void {
  const place = load<i32>(h.places + (index << 2));
  const size = load<u32>(h.heapSize);
  setF64(h.crossings, index, time);
  if (time < Infinity) {
    if (place < 0) store<u32>(h.heapSize, size + 1);
    moveIndex(h, index, place < 0 ? size : place);
  } else if (place >= 0) {
    store<i32>(h.places + (index << 2), -1);
    store<u32>(h.heapSize, size - 1);
    const last = u32At(h.heap, size - 1);
    if (last != index) moveIndex(h, last, place);
  }
}

function moveIndex(h: HeapRecord, index: usize, free: usize): void {
  const size = <usize>load<u32>(h.heapSize);
  let place = free;
  while (place > 0) {
    const above = (place - 1) >> 1;
    const parent = u32At(h.heap, above);
    if (isEarlier(h, parent, index)) break;
    placeIndex(h, place, parent);
    place = above;
  }
  if (place == free)
    for (let below: usize = 2 * place + 1; below < size; below = 2 * place + 1) {
      if (below + 1 < size && isEarlier(h, u32At(h.heap, below + 1), u32At(h.heap, below))) below++;
      const child = u32At(h.heap, below);
      if (isEarlier(h, index, child)) break;
      placeIndex(h, place, child);
      place = below;
    }
  placeIndex(h, place, index);
}
