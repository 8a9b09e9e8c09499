/** Traces of spike trains; see synapses/rules/trace.ts. */
import { TracesRecord } from './records';

/** Bound above which trace values are rescaled: 2^500, as in synapses/rules/trace.ts. */
const REBASE: f64 = reinterpret<f64>((<u64>1523) << 52);

/** Adds a spike to traces, as `Traces.spike`, with e^((t - t0)/tau) given. */
@inline
export function spike(r: TracesRecord, index: u32, t: f64, growth: f64): void {
  const values = r.values;
  const clock = r.clock;
  let scale = growth;
  let n = load<f64>(clock, 8) == t ? load<f64>(clock, 16) : 0;
  if (scale > REBASE) {
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
  store<u32>(r.latest + (<usize>n << 2), index);
  store<f64>(r.held + (<usize>n << 3), before);
  store<f64>(at, r.additive ? before + scale : scale);
}
