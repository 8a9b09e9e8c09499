/**
 * Arrivals of one lane at rows that consist of blocks, see `Blocks` in core/graph/edges.ts: for each neuron j of each block
 * u[j] += w s(t), then u[j] >= bar[j] s(t)? Blocks of groups that are held are passed over: their neurons have u = -Infinity. Where
 * there are gates, only the block of the row's gate is tested. Arrivals of one instant are all added before any is tested.
 */
import { before } from './before';
import { groupStretch } from './groupStretch';
import { count, listOnce, setCount } from './row';
import { SCALE, setScale } from './scale';

const NOBODY: u32 = 0xffffffff;

/** u += w s for the neurons of a block. */
@inline
function add<F>(u: usize, w: usize, bytes: usize): void {
  const s = v128.load(SCALE);
  let o: usize = 0;
  for (; o + 16 <= bytes; o += 16) v128.store(u + o, v128.add<F>(v128.load(u + o), v128.mul<F>(v128.load(w + o), s)));
  for (; o < bytes; o += sizeof<F>()) store<F>(u + o, load<F>(u + o) + load<F>(w + o) * load<F>(SCALE));
}

/** Lists the neurons of a block that are at their bar. */
@inline
function list<F>(u: usize, bar: usize, first: i32, n: i32, fired: usize): void {
  const scale = v128.load(SCALE);
  const lanes = <i32>(16 / sizeof<F>());
  for (let j = first; j < first + n; j++) {
    const o = <usize>j * sizeof<F>();
    if (j + lanes <= first + n && !v128.any_true(v128.ge<F>(v128.load(u + o), v128.mul<F>(v128.load(bar + o), scale)))) j += lanes - 1;
    else if (load<F>(u + o) >= load<F>(bar + o) * load<F>(SCALE)) listOnce(fired, j);
  }
}

/** Lists who is at his bar among the neurons of rows `from` … `to - 1`, where there are gates of their blocks; returns how many. */
@inline
function listRows<F>(
  u: usize, bar: usize, size: i32, starts: usize, groups: usize, gates: usize, rows: usize, from: i32, to: i32, fired: usize,
): u32 {
  setCount(0);
  for (let i = from; i < to; i++) {
    const row = <usize>load<u32>(rows + (<usize>i << 2)) << 2;
    const gate = gates == 0 ? NOBODY : load<u32>(gates + row);
    const end = load<u32>(starts + row, 4);
    for (let b = load<u32>(starts + row); b < end; b++) {
      if (gates != 0 && b != gate) continue;
      list<F>(u, bar, load<u32>(groups + (<usize>b << 2)) * size, size, fired);
    }
  }
  store<u32>(fired, count);
  return count;
}

@inline
function stretch<F>(
  u: usize, bar: usize, weights: usize, size: i32, starts: usize, groups: usize, offsets: usize, gates: usize, held: usize,
  times: usize, rows: usize, from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, fired: usize,
): i32 {
  const last = before(times, from, to, until);
  for (let k = from; k < last; ) {
    const first = k;
    const t = load<f64>(times + (<usize>k << 3));
    while (++k < last && load<f64>(times + (<usize>k << 3)) == t) {}
    setScale<F>(t, t0, rate, cells);
    for (let i = first; i < k; i++) {
      const row = <usize>load<u32>(rows + (<usize>i << 2)) << 2;
      const end = load<u32>(starts + row, 4);
      for (let b = load<u32>(starts + row); b < end; b++) {
        const g = load<u32>(groups + (<usize>b << 2));
        if (held != 0 && t < load<f64>(held + (<usize>g << 3))) continue;
        const w = weights + <usize>load<u32>(offsets + (<usize>b << 2)) * sizeof<F>();
        add<F>(u + <usize>(g * size) * sizeof<F>(), w, <usize>size * sizeof<F>());
      }
    }
    if (listRows<F>(u, bar, size, starts, groups, gates, rows, first, k, fired) > 0) return from - k;
  }
  return last - from;
}

/** `groups`: of neurons in blocks without gates that no weight holds back, which have room in `saved`; 0 where they are not such. */
export function blockStretch32(
  u: usize, bar: usize, weights: usize, size: i32, starts: usize, groups: usize, offsets: usize, gates: usize, held: usize,
  times: usize, rows: usize, from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, fired: usize, saved: usize, count: i32,
): i32 {
  let done = 0;
  if (count > 0)
    done = groupStretch(u, bar, weights, size, starts, groups, offsets, held, times, rows, from, to, t0, rate, cells, until, saved, count);
  const taken = stretch<f32>(
    u, bar, weights, size, starts, groups, offsets, gates, held, times, rows, from + done, to, t0, rate, cells, until, fired,
  );
  return taken < 0 ? taken - done : taken + done;
}

export function blockStretch64(
  u: usize, bar: usize, weights: usize, size: i32, starts: usize, groups: usize, offsets: usize, gates: usize, held: usize,
  times: usize, rows: usize, from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, fired: usize, _saved: usize, _count: i32,
): i32 {
  return stretch<f64>(
    u, bar, weights, size, starts, groups, offsets, gates, held, times, rows, from, to, t0, rate, cells, until, fired,
  );
}
