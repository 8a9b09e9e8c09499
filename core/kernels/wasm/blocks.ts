/**
 * Arrivals of one lane at rows that consist of blocks, see `Blocks` in core/graph/edges.ts: for each neuron j of each block
 * u[j] += w s(t), then u[j] >= bar[j] s(t)? Blocks of groups that are held are passed over: their neurons have u = -Infinity. Where
 * there are gates, only the block of the row's gate is tested. Arrivals of one instant are all added before any is tested.
 */
import { expCell, expSmall } from './exp';
import { count, listOnce, setCount } from './row';

const NOBODY: u32 = 0xffffffff;

/** u += w s for the n neurons of a block; returns whether one is at its bar then, if that is asked. */
@inline
function add<F>(u: usize, bar: usize, w: usize, n: i32, s: F, test: bool): bool {
  const bytes = <usize>n * sizeof<F>();
  const end = bytes & ~15;
  const scale = v128.splat<F>(s);
  let hit = i32x4.splat(0);
  let o: usize = 0;
  for (; o < end; o += 16) {
    const v = v128.add<F>(v128.load(u + o), v128.mul<F>(v128.load(w + o), scale));
    v128.store(u + o, v);
    if (test) hit = v128.or(hit, v128.ge<F>(v, v128.mul<F>(v128.load(bar + o), scale)));
  }
  let any = test && v128.any_true(hit);
  for (; o < bytes; o += sizeof<F>()) {
    const v = load<F>(u + o) + load<F>(w + o) * s;
    store<F>(u + o, v);
    if (test && v >= load<F>(bar + o) * s) any = true;
  }
  return any;
}

/** Lists the neurons of a block that are at their bar. */
@inline
function list<F>(u: usize, bar: usize, first: i32, n: i32, s: F, fired: usize): void {
  for (let j = first; j < first + n; j++) {
    const o = <usize>j * sizeof<F>();
    if (load<F>(u + o) >= load<F>(bar + o) * s) listOnce(fired, j);
  }
}

@inline
function stretch<F>(
  u: usize, bar: usize, weights: usize, size: i32, starts: usize, groups: usize, offsets: usize, gates: usize, held: usize,
  times: usize, rows: usize, from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, fired: usize,
): i32 {
  for (let k = from; k < to; ) {
    const t = load<f64>(times + (<usize>k << 3));
    if (t >= until) return k - from;
    const dt = t - t0;
    const cell = floor<f64>(dt * cells) / cells;
    const s = <F>(expCell(cell * rate) * expSmall((dt - cell) * rate));
    const first = k++;
    while (k < to && load<f64>(times + (<usize>k << 3)) == t) k++;
    const alone = k == first + 1;
    let hit = !alone;
    for (let i = first; i < k; i++) {
      const row = <usize>load<u32>(rows + (<usize>i << 2)) << 2;
      const gate = gates == 0 ? NOBODY : load<u32>(gates + row);
      const end = load<u32>(starts + row, 4);
      for (let b = load<u32>(starts + row); b < end; b++) {
        const g = load<u32>(groups + (<usize>b << 2));
        if (held != 0 && t < load<f64>(held + (<usize>g << 3))) continue;
        const o = <usize>(g * size) * sizeof<F>();
        const w = weights + <usize>load<u32>(offsets + (<usize>b << 2)) * sizeof<F>();
        if (alone && (gates == 0 || b == gate)) hit = add<F>(u + o, bar + o, w, size, s, true) || hit;
        else add<F>(u + o, bar + o, w, size, s, false);
      }
    }
    if (!hit) continue;
    setCount(0);
    for (let i = first; i < k; i++) {
      const row = <usize>load<u32>(rows + (<usize>i << 2)) << 2;
      const gate = gates == 0 ? NOBODY : load<u32>(gates + row);
      const end = load<u32>(starts + row, 4);
      for (let b = load<u32>(starts + row); b < end; b++) {
        if (gates != 0 && b != gate) continue;
        list<F>(u, bar, load<u32>(groups + (<usize>b << 2)) * size, size, s, fired);
      }
    }
    if (count == 0) continue;
    store<u32>(fired, count);
    return from - k;
  }
  return to - from;
}

export function blockStretch32(
  u: usize, bar: usize, weights: usize, size: i32, starts: usize, groups: usize, offsets: usize, gates: usize, held: usize,
  times: usize, rows: usize, from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, fired: usize,
): i32 {
  return stretch<f32>(u, bar, weights, size, starts, groups, offsets, gates, held, times, rows, from, to, t0, rate, cells, until, fired);
}

export function blockStretch64(
  u: usize, bar: usize, weights: usize, size: i32, starts: usize, groups: usize, offsets: usize, gates: usize, held: usize,
  times: usize, rows: usize, from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, fired: usize,
): i32 {
  return stretch<f64>(u, bar, weights, size, starts, groups, offsets, gates, held, times, rows, from, to, t0, rate, cells, until, fired);
}
