/**
 * Arrivals of one lane at rows of blocks without gates, see `gather.ts`, where nobody has to know of a spike before the next: each group
 * goes through its arrivals of a batch by itself. Of its neurons that are at their bar the one furthest above it fires; then the group is
 * deaf for `hold` ms, or for ever after its last spike of `most`, and starts again from `floor`.
 */
import { before } from './before';
import { exp } from './exp';
import { add, collect, COUNTS, crossing, listOf, scaleOf, timeOf } from './gather';
import { fill, ROOM, winnerOf } from './race';
import { SCALE } from './scale';

const LONGEST: f64 = 134217728;

/**
 * Returns how many arrivals were taken, all before `until` unless there was no room or an instant is larger than a batch. Takes what
 * `blockRace32` takes, so that both are called alike.
 */
export function groupRace32(
  u: usize, bar: usize, weights: usize, size: i32, starts: usize, groupOf: usize, offsets: usize, held: usize, times: usize, rows: usize,
  from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, vInf: f64, floor: f64, spikeTimes: usize, spikeNeurons: usize,
  fired: usize, _gates: usize, _changes: u32, _heardRows: usize, _heardBlocks: usize, saved: usize, groups: i32, hold: f64, most: f64,
  spent: usize,
): i32 {
  const last = before(times, from, to, until);
  const bytes = <usize>size << 2;
  let found: usize = 0;
  let heard: u32 = 0;
  let k = from;
  while (k < last && found < <usize>ROOM) {
    const at = times + (<usize>k << 3);
    const count = collect(weights, groups, starts, groupOf, offsets, at, rows + (<usize>k << 2), last - k, t0, rate, cells);
    if (count == 0) break;
    for (let g = 0; g < groups; g++) {
      const o = <usize>g * bytes;
      let list = listOf(g);
      const end = list + (<usize>load<u32>(COUNTS + (<usize>g << 2)) << 3);
      while (list < end) {
        const free = load<f64>(held + (<usize>g << 3));
        if (timeOf(at, list, 0) < free) {
          list += 8;
          continue;
        }
        if (load<f32>(u + o) == -Infinity) fill(u + o, bytes, <f32>(floor * exp((free - t0) * rate)));
        const m = <i32>((end - list) >> 3);
        let n = m;
        if (add(u + o, saved + o, bar + o, size, m, list)) n = crossing(u + o, saved + o, bar + o, size, m, list, at);
        if (n == m) {
          heard += m;
          break;
        }
        v128.store(SCALE, v128.load(scaleOf(list, n)));
        const t = timeOf(at, list, n++);
        if (n < m) {
          memory.copy(u + o, saved + o, bytes);
          add(u + o, saved + o, bar + o, size, n, list);
        }
        heard += n;
        list += <usize>n << 3;
        store<f64>(spikeTimes + (found << 3), t);
        store<u32>(spikeNeurons + (found++ << 2), winnerOf(u, bar, g * size, size, vInf, t, t0, rate));
        fill(u + o, bytes, -Infinity);
        const spikes = load<u32>(spent + (<usize>g << 2)) + 1;
        store<u32>(spent + (<usize>g << 2), spikes);
        store<f64>(held + (<usize>g << 3), <f64>spikes >= most ? LONGEST : t + hold);
      }
    }
    k += count;
  }
  store<u32>(fired, <u32>found);
  store<u32>(fired, heard, 4);
  return k - from;
}
