/** Synapses of networks whose spikes are delivered in windows: rows of 4 bytes per synapse, sorted by delay. */
import { WindowNetworkRecord, WindowProjectionRecord, WindowProjectionRecord_BYTES } from './records';
import { GOLDEN, keyOf, mixWord } from './windowBackground';

const WEIGHT_BITS: u32 = 15;

/** Draws the source of each synapse, with replacement; returns the largest out-degree. */
export function countWindowSources(p: WindowProjectionRecord): u32 {
  const size = <u64>p.sourceSize;
  const count = <u64>p.synapseCount;
  let state = keyOf(p.key0, p.key1);
  for (let k: u64 = 0; k < count; k += 2) {
    const word = mixWord((state += GOLDEN));
    addOne(p.outDegrees, <usize>(((word >> 32) * size) >> 32));
    if (k + 1 < count) addOne(p.outDegrees, <usize>((<u64>(<u32>word) * size) >> 32));
  }
  let most: u32 = 0;
  for (let i: usize = 0; i < <usize>size; i++) most = max(most, u32At(p.outDegrees, i));
  return most;
}

@inline
function addOne(counts: usize, i: usize): void {
  setU32(counts, i, u32At(counts, i) + 1);
}

/**
 * Draws the rows of all neurons of a population from its outgoing projections (adjacent records). Each row has its own random
 * stream. `words` and `delays`: work space for the longest row. Returns the index after the last synapse.
 */
export function fillWindowRows(
  r: WindowNetworkRecord,
  projections: usize,
  count: u32,
  start: u32,
  words: usize,
  delays: usize,
): u32 {
  const first = changetype<WindowProjectionRecord>(projections);
  const segments = <usize>r.delayCount + 1;
  for (let i: usize = 0; i < <usize>first.sourceSize; i++) {
    const neuron = <usize>first.sourceFirst + i;
    const ends = r.segmentEnds + ((neuron * segments) << 1);
    setU32(r.rowStarts, neuron, start);
    let length: usize = 0;
    for (let q: usize = 0; q < <usize>count; q++) {
      const p = changetype<WindowProjectionRecord>(projections + q * WindowProjectionRecord_BYTES);
      let state = mixWord(keyOf(p.key0, p.key1) + (<u64>i + 1) * GOLDEN);
      for (const end = length + u32At(p.outDegrees, i); length < end; length++) {
        const word = mixWord((state += GOLDEN));
        const target = p.targetFirst + <u32>(((word >> 32) * <u64>p.targetSize) >> 32);
        const weight = <u32>load<u16>(p.weights + ((<usize>word & 0xffff) << 1));
        const delay = load<u8>(p.delays + (<usize>(word >> 16) & 0xffff));
        setU32(words, length, (target << WEIGHT_BITS) | weight);
        store<u8>(delays + length, delay);
        store<u16>(ends + ((<usize>delay) << 1), load<u16>(ends + ((<usize>delay) << 1)) + 1);
      }
    }
    // Counting sort by delay: `ends` holds the number of synapses, then the index of the next one, then the end index.
    let sum: u16 = 0;
    for (let d: usize = 0; d < segments; d++) {
      const n = load<u16>(ends + (d << 1));
      store<u16>(ends + (d << 1), sum);
      sum += n;
    }
    for (let k: usize = 0; k < length; k++) {
      const end = ends + (<usize>load<u8>(delays + k) << 1);
      const place = load<u16>(end);
      setU32(r.synapses, start + place, u32At(words, k));
      store<u16>(end, place + 1);
    }
    start += <u32>length;
  }
  return start;
}
