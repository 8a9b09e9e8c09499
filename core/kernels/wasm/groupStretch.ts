/**
 * Arrivals of one lane at groups of neurons, see `gather.ts`, up to the first instant at which somebody is at his bar: of a batch each
 * group takes as many as came before the first crossing that is known by then; groups that have gone further than the first of all go back.
 */
import { before } from './before';
import { add, collect, COUNTS, crossing, indexOf, listOf, timeOf } from './gather';
import { setScale } from './scale';

/** How many arrivals of a list come before arrival `limit` of the batch. */
function within(list: usize, m: i32, limit: i32): i32 {
  while (m > 0 && indexOf(list, m - 1) >= limit) m--;
  return m;
}

/** Returns how many arrivals were taken, less than 0 where somebody is at his bar at the last one; 0: too many at one instant. */
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
    if (count == 0) break;
    let limit = count;
    let found = false;
    for (let g = 0; g < groups; g++) {
      const taken = COUNTS + (<usize>g << 2);
      const o = <usize>g * bytes;
      const list = listOf(g);
      const m = load<f64>(at) < load<f64>(held + (<usize>g << 3)) ? 0 : within(list, load<i32>(taken), limit);
      store<i32>(taken, m);
      if (m == 0 || !add(u + o, saved + o, bar + o, size, m, list)) continue;
      const n = crossing(u + o, saved + o, bar + o, size, m, list, at);
      if (n == m) continue;
      limit = indexOf(list, n) + 1;
      while (limit < count && load<f64>(at + (<usize>limit << 3)) == timeOf(at, list, n)) limit++;
      found = true;
    }
    k += limit;
    if (!found) continue;
    for (let g = 0; g < groups; g++) {
      const list = listOf(g);
      const m = load<i32>(COUNTS + (<usize>g << 2));
      const n = within(list, m, limit);
      if (n == m) continue;
      const o = <usize>g * bytes;
      memory.copy(u + o, saved + o, bytes);
      add(u + o, saved + o, bar + o, size, n, list);
    }
    setScale<f32>(load<f64>(times + (<usize>(k - 1) << 3)), t0, rate, cells); // for whoever looks who it is
    return from - k;
  }
  return k - from;
}
