/**
 * Delivers arrivals along rows of blocks (`Blocks` in core/graph/edges.ts): u[j] += w s(t) for each neuron of each
 * block, then tests u[j] >= bar[j] s(t). Skips blocks of inhibited groups, whose neurons have u = -Infinity. With
 * gates, only the gated block of the row is tested. All arrivals of a tick are added before any test.
 */
import { before, SCALE, setScale } from './arrivals';
import { deliverToGroups } from './deliverToGroups';
import { DeltaRowsRecord } from './records';
import { count, listOnce, setCount } from './sparseRow';

const NO_GATE: u32 = 0xffffffff; // as in core/kernels/kernelInputs.ts

/** Adds weights to the neurons of a block: u += w s. */
@inline
function add<F>(u: usize, w: usize, bytes: usize): void {
  const s = v128.load(SCALE);
  let o: usize = 0;
  for (; o + 16 <= bytes; o += 16) v128.store(u + o, v128.add<F>(v128.load(u + o), v128.mul<F>(v128.load(w + o), s)));
  for (; o < bytes; o += sizeof<F>()) store<F>(u + o, load<F>(u + o) + load<F>(w + o) * load<F>(SCALE));
}

/** Lists the neurons of a block that are at or above threshold. */
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

/** Lists neurons at threshold among (gated) targets of arrivals `from` … `to - 1`; returns their number. */
@inline
function listRows<F>(r: DeltaRowsRecord, from: i32, to: i32): u32 {
  const gates = r.gates;
  const fired = r.fired;
  setCount(0);
  for (let i = from; i < to; i++) {
    const row = <usize>load<u32>(r.rows + (<usize>i << 2)) << 2;
    const gate = gates == 0 ? NO_GATE : load<u32>(gates + row);
    const end = load<u32>(r.blockStarts + row, 4);
    for (let b = load<u32>(r.blockStarts + row); b < end; b++) {
      if (gates != 0 && b != gate) continue;
      list<F>(r.u, r.bar, load<u32>(r.groups + (<usize>b << 2)) * r.blockSize, r.blockSize, fired);
    }
  }
  store<u32>(fired, count);
  return count;
}

@inline
function deliver<F>(r: DeltaRowsRecord, from: i32): i32 {
  const u = r.u;
  const weights = r.weights;
  const size = r.blockSize;
  const starts = r.blockStarts;
  const groups = r.groups;
  const offsets = r.offsets;
  const inhibitedUntil = r.inhibitedUntil;
  const times = r.times;
  const rows = r.rows;
  const last = before(times, from, r.to, r.until);
  for (let k = from; k < last; ) {
    const first = k;
    const t = load<f64>(times + (<usize>k << 3));
    while (++k < last && load<f64>(times + (<usize>k << 3)) == t) {}
    setScale<F>(t, r.t0, r.rate, r.cells);
    for (let i = first; i < k; i++) {
      const row = <usize>load<u32>(rows + (<usize>i << 2)) << 2;
      const end = load<u32>(starts + row, 4);
      for (let b = load<u32>(starts + row); b < end; b++) {
        const g = load<u32>(groups + (<usize>b << 2));
        if (inhibitedUntil != 0 && t < load<f64>(inhibitedUntil + (<usize>g << 3))) continue;
        const w = weights + <usize>load<u32>(offsets + (<usize>b << 2)) * sizeof<F>();
        add<F>(u + <usize>(g * size) * sizeof<F>(), w, <usize>size * sizeof<F>());
      }
    }
    if (listRows<F>(r, first, k) > 0) return from - k;
  }
  return last - from;
}

/** Delivers arrivals, group by group as long as possible (single precision, `groupCount` > 0), then in time order. */
export function deliverBlocks(r: DeltaRowsRecord): i32 {
  if (!r.isSingle) return deliver<f64>(r, r.from);
  const done = r.groupCount > 0 ? deliverToGroups(r) : 0;
  const taken = deliver<f32>(r, r.from + done);
  return taken < 0 ? taken - done : taken + done;
}
