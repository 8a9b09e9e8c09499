/**
 * Splits the arrivals of a row into those at refractory targets and those at free targets, to avoid unpredictable
 * branches.
 */

/** Number of arrivals split at once; lists of their positions in the row, for free and for refractory targets. */
export const SPLIT_BATCH_SIZE: u32 = 256;
export const FREE_TARGETS = memory.data(1024, 16);
export const REFRACTORY_TARGETS = memory.data(1024, 16);

/** End addresses of the lists `FREE_TARGETS` and `REFRACTORY_TARGETS` after the latest split. */
export let freeTargetsEnd: usize = 0;
export let refractoryTargetsEnd: usize = 0;

/** Bit pattern of -Infinity, which marks refractory neurons. */
const REFRACTORY_BITS: u64 = 0xfff0000000000000;
const LINE: usize = 64;
/** Sum of prefetched bytes; it is stored so that the compiler does not remove the loads. */
export const PREFETCH_SUM = memory.data(4, 4);

export function prefetchBytes(from: usize, bytes: usize): void {
  let touched: u32 = 0;
  for (let at = from; at < from + bytes; at += LINE) touched += load<u8>(at);
  store<u32>(PREFETCH_SUM, touched);
}

/** Target neuron of synapse k: k if `targets` is 0, otherwise a 16-bit or, if `wide`, 32-bit index. */
@inline
export function getTarget(targets: usize, wide: bool, k: u32): u32 {
  return targets == 0 ? k : wide ? u32At(targets, k) : <u32>load<u16>(targets + (<usize>k << 1));
}

/**
 * Splits arrivals `from` … `to` - 1 by their targets: refractory (first state value is -Infinity) or free. `bytes`:
 * size of the state of a neuron, from `u` on.
 */
export function splitByRefractoriness(u: usize, bytes: usize, targets: usize, wide: bool, from: u32, to: u32): void {
  let free = FREE_TARGETS;
  let refractory = REFRACTORY_TARGETS;
  for (let k = from; k < to; k++) {
    store<u32>(free, k);
    store<u32>(refractory, k);
    const silent = <usize>(load<u64>(u + <usize>getTarget(targets, wide, k) * bytes) == REFRACTORY_BITS) << 2;
    refractory += silent;
    free += 4 - silent;
  }
  freeTargetsEnd = free;
  refractoryTargetsEnd = refractory;
}
