/**
 * Delivers arrivals to winner-take-all groups without gates; see deliverToGroups.ts. The neuron of a group furthest
 * above threshold fires. The group is then inhibited for `inhibitionTime`, or disabled after `maxSpikes` spikes, and
 * restarts from the reset potential.
 */
import { addArrivalBlock, addUntilCrossing, loadArrivalTime } from './arrivalBlock';
import { findFirstArrival, POTENTIAL_SCALE } from './arrivals';
import { exp } from './exp';
import { groupArrivals, ARRIVAL_COUNTS, findGroupList } from './deliverToGroups';
import { fillPotentials, MAX_SPIKES, findWinner } from './deliverToGatedGroups';
import { DeltaRowsRecord } from './records';

const MAX_TIME: f64 = 134217728;

export function deliverToWtaGroups(r: DeltaRowsRecord): i32 {
  const u = r.u;
  const bar = r.bar;
  const saved = r.saved;
  const size = <i32>r.blockSize;
  const inhibitedUntil = r.inhibitedUntil;
  const from = <i32>r.from;
  const last = findFirstArrival(r.times, from, r.to, r.until);
  const bytes = <usize>size << 2;
  let found: usize = 0;
  let delivered: u32 = 0;
  let k = from;
  while (k < last && found < <usize>MAX_SPIKES) {
    const count = groupArrivals(r, k, last - k);
    if (count == 0) break;
    for (let g = 0; g < <i32>r.groupCount; g++) {
      const o = <usize>g * bytes;
      let list = findGroupList(g);
      const end = list + (<usize>u32At(ARRIVAL_COUNTS, g) << 5);
      while (list < end) {
        const free = f64At(inhibitedUntil, g);
        if (loadArrivalTime(list, 0) < free) {
          list += 32;
          continue;
        }
        if (load<f32>(u + o) == -Infinity) fillPotentials(u + o, bytes, <f32>(r.resetOffset * exp((free - r.t0) * r.rate)));
        const m = <i32>((end - list) >> 5);
        let n = addUntilCrossing(list, m, u + o, saved + o, bar + o, bytes);
        if (n == m) {
          delivered += m;
          break;
        }
        v128.store(POTENTIAL_SCALE, v128.load(list + (<usize>n << 5)));
        const t = loadArrivalTime(list, n++);
        if (n < m) {
          memory.copy(u + o, saved + o, bytes);
          addArrivalBlock<f32>(false, list, n, u + o, saved + o, bar + o, bytes);
        }
        delivered += n;
        list += <usize>n << 5;
        setF64(r.spikeTimes, found, t);
        setU32(r.spikeNeurons, found++, findWinner(r, g * size, t));
        fillPotentials(u + o, bytes, -Infinity);
        const spikes = u32At(r.spikeCounts, g) + 1;
        setU32(r.spikeCounts, g, spikes);
        setF64(inhibitedUntil, g, <f64>spikes >= r.maxSpikes ? MAX_TIME : t + r.inhibitionTime);
      }
    }
    k += count;
  }
  store<u32>(r.fired, <u32>found);
  store<u32>(r.fired, delivered, 4);
  return k - from;
}
