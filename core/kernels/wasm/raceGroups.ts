/**
 * Delivers arrivals to winner-take-all groups without gates, whose spikes affect nothing before the next arrival; see
 * groupBatch.ts. Groups are independent. Of the neurons at threshold, the one furthest above it fires. The group is
 * then inhibited for `inhibitionTime` (until rest after `maxSpikes` spikes) and restarts from reset.
 */
import { before, SCALE } from './arrivals';
import { exp } from './exp';
import { add, collect, COUNTS, crossing, listOf, scaleOf, timeOf } from './groupBatch';
import { fill, MAX_SPIKES, winnerOf } from './raceGates';
import { DeltaRowsRecord } from './records';

const LONGEST: f64 = 134217728;

/** Delivers arrivals before `until`, or until the spike lists are full or a tick has too many; returns their number. */
export function raceGroups(r: DeltaRowsRecord): i32 {
  const u = r.u;
  const bar = r.bar;
  const saved = r.saved;
  const size = <i32>r.blockSize;
  const inhibitedUntil = r.inhibitedUntil;
  const groups = <i32>r.groupCount;
  const t0 = r.t0;
  const rate = r.rate;
  const from = <i32>r.from;
  const last = before(r.times, from, r.to, r.until);
  const bytes = <usize>size << 2;
  let found: usize = 0;
  let delivered: u32 = 0;
  let k = from;
  while (k < last && found < <usize>MAX_SPIKES) {
    const at = r.times + (<usize>k << 3);
    const count = collect(r, k, last - k);
    if (count == 0) break;
    for (let g = 0; g < groups; g++) {
      const o = <usize>g * bytes;
      let list = listOf(g);
      const end = list + (<usize>load<u32>(COUNTS + (<usize>g << 2)) << 3);
      while (list < end) {
        const free = load<f64>(inhibitedUntil + (<usize>g << 3));
        if (timeOf(at, list, 0) < free) {
          list += 8;
          continue;
        }
        if (load<f32>(u + o) == -Infinity) fill(u + o, bytes, <f32>(r.resetOffset * exp((free - t0) * rate)));
        const m = <i32>((end - list) >> 3);
        let n = m;
        if (add(u + o, saved + o, bar + o, size, m, list)) n = crossing(u + o, saved + o, bar + o, size, m, list, at);
        if (n == m) {
          delivered += m;
          break;
        }
        v128.store(SCALE, v128.load(scaleOf(list, n)));
        const t = timeOf(at, list, n++);
        if (n < m) {
          memory.copy(u + o, saved + o, bytes);
          add(u + o, saved + o, bar + o, size, n, list);
        }
        delivered += n;
        list += <usize>n << 3;
        store<f64>(r.spikeTimes + (found << 3), t);
        store<u32>(r.spikeNeurons + (found++ << 2), winnerOf(r, g * size, t));
        fill(u + o, bytes, -Infinity);
        const spikes = load<u32>(r.spikeCounts + (<usize>g << 2)) + 1;
        store<u32>(r.spikeCounts + (<usize>g << 2), spikes);
        store<f64>(inhibitedUntil + (<usize>g << 3), <f64>spikes >= r.maxSpikes ? LONGEST : t + r.inhibitionTime);
      }
    }
    k += count;
  }
  store<u32>(r.fired, <u32>found);
  store<u32>(r.fired, delivered, 4);
  return k - from;
}
