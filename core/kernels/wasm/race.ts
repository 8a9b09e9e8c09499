/**
 * Arrivals of one lane at rows of blocks with gates, see `blocks.ts`, where blocks are groups under winner-take-all inhibition that
 * ends at once: of the neurons of the gate that are at their bar the one furthest above it fires, its group starts again from
 * `floor`, and it goes on. `spikeTimes` and `spikeNeurons` have room for ROOM spikes and one more of each group; `fired` gets their number.
 */
import { addBlock, scaleAt } from './blocks';
import { before } from './before';
import { exp } from './exp';

const NOBODY: u32 = 0xffffffff;
const ROOM: u32 = 1024;

/** The neuron of the n from `first` on that is furthest above its bar, or -1; the first one of several. */
@inline
function winnerOf(u: usize, bar: usize, first: i32, n: i32, s: f32, vInf: f64, t: f64, t0: f64, rate: f64): i32 {
  let winner = -1;
  let most: f64 = 0;
  let left: f64 = -1; // of a potential at t
  for (let j = first; j < first + n; j++) {
    const o = <usize>j << 2;
    const v = load<f32>(u + o);
    const b = load<f32>(bar + o);
    if (!(v >= b * s)) continue;
    if (left < 0) left = exp((t0 - t) * rate);
    const margin = vInf + <f64>v * left - (vInf + <f64>b);
    if (winner >= 0 && !(margin > most)) continue;
    winner = j;
    most = margin;
  }
  return winner;
}

/** Returns how many arrivals were taken: all before `until` unless there was no room. */
export function blockRace32(
  u: usize, bar: usize, weights: usize, size: i32, starts: usize, groups: usize, offsets: usize, gates: usize, held: usize,
  times: usize, rows: usize, from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, vInf: f64, floor: f64,
  spikeTimes: usize, spikeNeurons: usize, fired: usize,
): i32 {
  const last = before(times, from, to, until);
  let found: u32 = 0;
  let k = from;
  while (k < last && found < ROOM) {
    const t = load<f64>(times + (<usize>k << 3));
    const s = scaleAt<f32>(t, t0, rate, cells);
    const first = k;
    let hit = false;
    do {
      const row = <usize>load<u32>(rows + (<usize>k << 2)) << 2;
      const gate = load<u32>(gates + row);
      const end = load<u32>(starts + row, 4);
      for (let b = load<u32>(starts + row); b < end; b++) {
        const g = load<u32>(groups + (<usize>b << 2));
        if (t < load<f64>(held + (<usize>g << 3))) continue;
        const o = <usize>(g * size) << 2;
        const w = weights + (<usize>load<u32>(offsets + (<usize>b << 2)) << 2);
        if (b == gate) hit = addBlock<f32>(u + o, bar + o, w, size, s, true) || hit;
        else addBlock<f32>(u + o, bar + o, w, size, s, false);
      }
      k++;
    } while (k < last && load<f64>(times + (<usize>k << 3)) == t);
    if (!hit && k == first + 1) continue;
    for (let i = first; i < k; i++) {
      const gate = load<u32>(gates + (<usize>load<u32>(rows + (<usize>i << 2)) << 2));
      if (gate == NOBODY) continue;
      const begin = <i32>load<u32>(groups + (<usize>gate << 2)) * size;
      const winner = winnerOf(u, bar, begin, size, s, vInf, t, t0, rate);
      if (winner < 0) continue;
      const reset = <f32>(floor == 0 ? floor : floor * exp((t - t0) * rate));
      for (let j = begin; j < begin + size; j++) store<f32>(u + (<usize>j << 2), reset);
      store<f64>(spikeTimes + (<usize>found << 3), t);
      store<u32>(spikeNeurons + (<usize>found << 2), winner);
      found++;
    }
  }
  store<u32>(fired, found);
  return k - from;
}
