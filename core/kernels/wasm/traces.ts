import { expPair } from './exp';
import { TracesRecord } from './records';

/** Limit of trace values, above which all traces are rescaled: 2^500, as in synapses/rules/trace.ts. */
const MAX_TRACE_VALUE: f64 = reinterpret<f64>((<u64>1523) << 52);

export function setTraces(values: usize, times: usize, rows: usize, from: i32, to: i32, t0: f64, rate: f64): void {
  const start = f64x2.splat(t0);
  const rates = f64x2.splat(rate);
  for (let k = from; k < to; k += 2) {
    const at = times + (<usize>k << 3);
    const row = rows + (<usize>k << 2);
    const two = k + 1 < to;
    const t = two ? v128.load(at) : splat(at); // memory behind the last arrival may be absent
    const trace = expPair(f64x2.mul(f64x2.sub(t, start), rates));
    v128.store_lane<f64>(values + (<usize>load<u32>(row) << 3), trace, 0);
    if (two) v128.store_lane<f64>(values + (<usize>load<u32>(row, 4) << 3), trace, 1);
  }
}

/** Adds a spike to traces, as `Traces.addSpike`; `growth` = e^((t - t0)/tau). */
@inline
export function addSpikeToTraces(r: TracesRecord, index: u32, t: f64, growth: f64): void {
  const values = r.values;
  const clock = r.clock;
  let scale = growth;
  let n = load<f64>(clock, 8) == t ? load<f64>(clock, 16) : 0;
  if (scale > MAX_TRACE_VALUE) {
    const decay = 1 / scale;
    for (let at = values, end = values + (<usize>r.size << 3); at < end; at += 8) store<f64>(at, load<f64>(at) * decay);
    store<f64>(clock, t);
    scale = 1;
    n = 0;
  }
  store<f64>(clock, t, 8);
  store<f64>(clock, n + 1, 16);
  const at = values + (<usize>index << 3);
  const before = load<f64>(at);
  setU32(r.latest, <usize>n, index);
  setF64(r.held, <usize>n, before);
  store<f64>(at, r.additive ? before + scale : scale);
}

export function computeRecentStrengths(last: usize, n: i32, earliest: f64, up: f64, down: f64, out: usize): void {
  const limit = f64x2.splat(earliest);
  const ups = f64x2.splat(up);
  const downs = f64x2.splat(down);
  for (const end = last + (<usize>n << 3); last < end; last += 16, out += 16)
    v128.store(out, v128.bitselect(ups, downs, f64x2.ge(v128.load(last), limit)));
}

export function computeTraceStrengths(values: usize, n: i32, factor: f64, shift: f64, out: usize): void {
  const factors = f64x2.splat(factor);
  const shifts = f64x2.splat(shift);
  const end = <usize>(n & ~1) << 3;
  let o: usize = 0;
  for (; o < end; o += 16) v128.store(out + o, f64x2.sub(f64x2.mul(v128.load(values + o), factors), shifts));
  if (n & 1) store<f64>(out + o, load<f64>(values + o) * factor - shift);
}
