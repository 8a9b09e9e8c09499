/** Sorts the sparse synapses of a projection with several delays by source; see core/graph/multiDelayQueue.ts. */
import { EdgesRecord, MultiDelayQueueRecord } from './records';

/**
 * Writes the start of each row and a mask of rows with synapses. If `to` is not 0, copies the rows there, weights before
 * targets. Returns the end of the last row.
 */
export function orderBySource(r: EdgesRecord, starts: usize, to: usize): u32 {
  const q = changetype<MultiDelayQueueRecord>(r.queue);
  const wide: u32 = r.hasWideTargets ? 2 : 1;
  let place: u32 = 0;
  store<u32>(starts, 0);
  for (let terminal: u32 = 0; terminal < q.terminalCount; terminal++)
    for (let rank: u32 = 0; rank < q.delayCount; rank++) {
      const row = r.starts + (<usize>(u32At(q.queueIndices, rank) * q.terminalCount + terminal) << 2);
      const first = load<u32>(row);
      const n = load<u32>(row, 4) - first;
      if (to) {
        const at = to + (<usize>place << (r.weights ? 3 : wide));
        const behind = r.weights ? n << 3 : 0;
        memory.copy(at, r.weights + (<usize>first << 3), behind);
        memory.copy(at + behind, r.targets + (<usize>first << wide), n << wide);
      }
      const word = q.nonEmpty + (<usize>(terminal * q.wordCount + (rank >> 5)) << 2);
      store<u32>(word, load<u32>(word) | (<u32>(n > 0) << (rank & 31)));
      place += n;
      if (r.weights) place += ((n << wide) + 7) >> 3;
      starts += 4;
      store<u32>(starts, place);
    }
  return place;
}
