/**
 * Arrivals of one lane at groups of neurons, see `gather.ts`, before the first instant at which somebody is at his bar: of a batch each
 * group takes as many as come before the first crossing that is known by then; groups that have gone further than that in the end go back.
 */
import { before } from './before';
import { add, collect, COUNTS, crossing, indexOf, listOf } from './gather';

/** How many arrivals of a group come before arrival `limit` of the batch. */
function within(g: i32, limit: i32): i32 {
  let n = load<i32>(COUNTS + (<usize>g << 2));
  while (n > 0 && indexOf(listOf(g), n - 1) >= limit) n--;
  return n;
}

/** Returns how many arrivals were taken; fewer than there are too where too many come at one instant. */
export function groupStretch(
  u: usize, bar: usize, weights: usize, size: i32, starts: usize, groupOf: usize, offsets: usize, held: usize, times: usize, rows: usize,
  from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, saved: usize, groups: i32,
): i32 {
  const last = before(times, from, to, until);
  const bytes = <usize>size << 2;
  let k = from;
  while (k < last) {
    const at = times + (<usize>k << 3);
    const count = collect(weights, groups, starts, groupOf, offsets, at, rows + (<usize>k << 2), last - k, t0, rate, cells);
    let limit = count;
    for (let g = 0; g < groups; g++) {
      const o = <usize>g * bytes;
      const list = listOf(g);
      const n = load<f64>(at) < load<f64>(held + (<usize>g << 3)) ? 0 : within(g, limit);
      store<i32>(COUNTS + (<usize>g << 2), n);
      if (n == 0 || !add(u + o, saved + o, bar + o, size, n, list)) continue;
      const first = crossing(u + o, saved + o, bar + o, size, n, list, at);
      if (first == n) continue;
      limit = indexOf(list, first);
      while (limit > 0 && load<f64>(at + (<usize>(limit - 1) << 3)) == load<f64>(at + (<usize>limit << 3))) limit--;
    }
    for (let g = 0; g < groups; g++) {
      const o = <usize>g * bytes;
      const n = within(g, limit);
      if (n == load<i32>(COUNTS + (<usize>g << 2))) continue;
      memory.copy(u + o, saved + o, bytes);
      add(u + o, saved + o, bar + o, size, n, listOf(g));
    }
    k += limit;
    if (limit < count || count == 0) break;
  }
  return k - from;
}
