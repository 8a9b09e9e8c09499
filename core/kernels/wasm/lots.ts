/**
 * Arrivals of one row, a lot at a time, those at refractory neurons apart from the others: which these are cannot be foretold, and neurons that are not
 * in the cache are asked for together.
 */

/** So many arrivals are sorted at a time, into these lists of places in the row. */
export const LOT: u32 = 256;
export const FREE = memory.data(1024, 16);
export const REFRACTORY = memory.data(1024, 16);

/** Where the lists of the last lot end. */
export let freeEnd: usize = 0;
export let refractoryEnd: usize = 0;

/** Of the number -Infinity. */
const SILENT: u64 = 0xfff0000000000000;
const LINE: usize = 64;
/** What was read, so that it is. */
export const TOUCHED = memory.data(4, 4);

/** Has memory bring so many bytes together: it answers many requests at once. */
export function touch(from: usize, bytes: usize): void {
  let touched: u32 = 0;
  for (let at = from; at < from + bytes; at += LINE) touched += load<u8>(at);
  store<u32>(TOUCHED, touched);
}

/** Target of arrival k: `targets` 0: neuron k, else of 16 or, `wide`, 32 bits. */
@inline
export function target(targets: usize, wide: bool, k: u32): u32 {
  return targets == 0 ? k : wide ? load<u32>(targets + (<usize>k << 2)) : <u32>load<u16>(targets + (<usize>k << 1));
}

/** Sorts arrivals `from` … `to` - 1; the state of a neuron takes `bytes` at `u` and begins with -Infinity where it is refractory. */
export function sort(u: usize, bytes: usize, targets: usize, wide: bool, from: u32, to: u32): void {
  let free = FREE;
  let refractory = REFRACTORY;
  for (let k = from; k < to; k++) {
    store<u32>(free, k);
    store<u32>(refractory, k);
    const silent = <usize>(load<u64>(u + <usize>target(targets, wide, k) * bytes) == SILENT) << 2;
    refractory += silent;
    free += 4 - silent;
  }
  freeEnd = free;
  refractoryEnd = refractory;
}
