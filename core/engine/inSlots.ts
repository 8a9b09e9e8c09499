import { TICK } from '../time.ts';

/** Slots with more arrivals are not sorted by insertion, which takes the square of their number. */
const CROWDED = 64;

/**
 * Puts the numbers of arrivals from `start` on in order of time: times are spread, so into as many slots, then by insertion.
 * @param slots room for one more than there are
 * @param apart above 0 where the first of two arrivals of one instant comes after the second
 */
export function inSlots(
  times: Float64Array,
  order: Uint32Array,
  slots: Uint32Array,
  start: number,
  count: number,
  apart: (a: number, b: number) => number,
): void {
  slots.fill(0, 0, count + 1);
  let last = start;
  for (let k = 0; k < count; k++) last = Math.max(last, times[k]!);
  const scale = (count - 1) / Math.max(last - start, TICK);
  for (let k = 0; k < count; k++) slots[(((times[k]! - start) * scale) | 0) + 1]!++;
  let most = 0;
  for (let slot = 1; slot <= count; slot++) {
    most = Math.max(most, slots[slot]!);
    slots[slot]! += slots[slot - 1]!;
  }
  for (let k = 0; k < count; k++) order[slots[((times[k]! - start) * scale) | 0]!++] = k;
  if (most > CROWDED) {
    order.subarray(0, count).sort((a, b) => times[a]! - times[b]! || apart(a, b));
    return;
  }
  for (let k = 1; k < count; k++) {
    const i = order[k]!;
    const time = times[i]!;
    let place = k;
    for (; place > 0; place--) {
      const before = order[place - 1]!;
      if (times[before]! < time || (times[before] === time && apart(before, i) <= 0)) break;
      order[place] = before;
    }
    order[place] = i;
  }
}
