/**
 * Arrivals of one lane at rows that consist of blocks, see `Blocks` in core/graph/edges.ts: for each neuron j of each block
 * u[j] += w s(t), then u[j] >= bar[j] s(t)? Blocks of groups that are held are passed over: their neurons have u = -Infinity. Where
 * there are gates, only the block of the row's gate is tested. Arrivals of one instant are all added before any is tested.
 */
import { before } from './before';
import { expCell, expSmall } from './exp';
import { BATCH, gather, GROUPS } from './gather';
import { count, listOnce, setCount } from './row';

const NOBODY: u32 = 0xffffffff;

/** u += w s for the n neurons of a block; returns whether one is at its bar then, if that is asked. */
@inline
export function addBlock<F>(u: usize, bar: usize, w: usize, n: i32, s: F, test: bool): bool {
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
  const scale = v128.splat<F>(s);
  const lanes = <i32>(16 / sizeof<F>());
  for (let j = first; j < first + n; j++) {
    const o = <usize>j * sizeof<F>();
    if (j + lanes <= first + n && !v128.any_true(v128.ge<F>(v128.load(u + o), v128.mul<F>(v128.load(bar + o), scale)))) j += lanes - 1;
    else if (load<F>(u + o) >= load<F>(bar + o) * s) listOnce(fired, j);
  }
}

/** Lists who is at his bar among the neurons of rows `from` … `to - 1`, where there are gates of their blocks; returns how many. */
@inline
function listRows<F>(
  u: usize, bar: usize, size: i32, starts: usize, groups: usize, gates: usize, rows: usize, from: i32, to: i32, s: F, fired: usize,
): u32 {
  setCount(0);
  for (let i = from; i < to; i++) {
    const row = <usize>load<u32>(rows + (<usize>i << 2)) << 2;
    const gate = gates == 0 ? NOBODY : load<u32>(gates + row);
    const end = load<u32>(starts + row, 4);
    for (let b = load<u32>(starts + row); b < end; b++) {
      if (gates != 0 && b != gate) continue;
      list<F>(u, bar, load<u32>(groups + (<usize>b << 2)) * size, size, s, fired);
    }
  }
  store<u32>(fired, count);
  return count;
}

@inline
export function scaleAt<F>(t: f64, t0: f64, rate: f64, cells: f64): F {
  const dt = t - t0;
  const cell = floor<f64>(dt * cells) / cells;
  return <F>(expCell(cell * rate) * expSmall((dt - cell) * rate));
}

/** Adds the arrivals of the instant that begins with arrival k; returns whether somebody may be at his bar. */
@inline
function instant<F>(
  u: usize, bar: usize, weights: usize, size: i32, starts: usize, groups: usize, offsets: usize, gates: usize, held: usize,
  rows: usize, from: i32, to: i32, t: f64, s: F,
): bool {
  const alone = to == from + 1;
  let hit = !alone;
  for (let i = from; i < to; i++) {
    const row = <usize>load<u32>(rows + (<usize>i << 2)) << 2;
    const gate = gates == 0 ? NOBODY : load<u32>(gates + row);
    const end = load<u32>(starts + row, 4);
    for (let b = load<u32>(starts + row); b < end; b++) {
      const g = load<u32>(groups + (<usize>b << 2));
      if (held != 0 && t < load<f64>(held + (<usize>g << 3))) continue;
      const o = <usize>(g * size) * sizeof<F>();
      const w = weights + <usize>load<u32>(offsets + (<usize>b << 2)) * sizeof<F>();
      if (alone && (gates == 0 || b == gate)) hit = addBlock<F>(u + o, bar + o, w, size, s, true) || hit;
      else addBlock<F>(u + o, bar + o, w, size, s, false);
    }
  }
  return hit;
}

/** Index after the last arrival of the instant of arrival k. */
@inline
function endOfInstant(times: usize, k: i32, to: i32): i32 {
  const t = load<f64>(times + (<usize>k << 3));
  while (++k < to && load<f64>(times + (<usize>k << 3)) == t) {}
  return k;
}

@inline
function stretch<F>(
  u: usize, bar: usize, weights: usize, size: i32, starts: usize, groups: usize, offsets: usize, gates: usize, held: usize,
  saved: usize, count: i32, times: usize, rows: usize, from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, fired: usize,
): i32 {
  const last = before(times, from, to, until);
  const many = sizeof<F>() == 4 && saved != 0 && gates == 0 && size >= 16 && count <= GROUPS;
  for (let k = from; k < last; ) {
    let most = many ? min(BATCH, last - k) : 0;
    while (most > 0 && k + most < last && load<f64>(times + (<usize>(k + most) << 3)) == load<f64>(times + (<usize>(k + most - 1) << 3)))
      most--;
    let first = k;
    if (most > 0) {
      const taken = gather(
        u, saved, bar, weights, size, count, starts, groups, offsets, held, times + (<usize>k << 3), rows + (<usize>k << 2), most,
        t0, rate, cells,
      );
      k += abs(taken);
      if (taken >= 0) continue;
      first = k - 1;
      const t = load<f64>(times + (<usize>first << 3));
      while (first > from && load<f64>(times + (<usize>(first - 1) << 3)) == t) first--;
    } else {
      k = endOfInstant(times, first, last);
      const t = load<f64>(times + (<usize>first << 3));
      if (!instant<F>(u, bar, weights, size, starts, groups, offsets, gates, held, rows, first, k, t, scaleAt<F>(t, t0, rate, cells)))
        continue;
    }
    const s = scaleAt<F>(load<f64>(times + (<usize>first << 3)), t0, rate, cells);
    if (listRows<F>(u, bar, size, starts, groups, gates, rows, first, k, s, fired) > 0) return from - k;
  }
  return last - from;
}

export function blockStretch32(
  u: usize, bar: usize, weights: usize, size: i32, starts: usize, groups: usize, offsets: usize, gates: usize, held: usize,
  saved: usize, count: i32, times: usize, rows: usize, from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, fired: usize,
): i32 {
  return stretch<f32>(
    u, bar, weights, size, starts, groups, offsets, gates, held, saved, count, times, rows, from, to, t0, rate, cells, until, fired,
  );
}

export function blockStretch64(
  u: usize, bar: usize, weights: usize, size: i32, starts: usize, groups: usize, offsets: usize, gates: usize, held: usize,
  saved: usize, count: i32, times: usize, rows: usize, from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, fired: usize,
): i32 {
  return stretch<f64>(
    u, bar, weights, size, starts, groups, offsets, gates, held, saved, count, times, rows, from, to, t0, rate, cells, until, fired,
  );
}
