/**
 * Pulses a run of devices of one projection: g <- clip(g + amount), amount = strength a e^(-b x) for the exponential family
 * (x = g upwards, 1 - g downwards; b = 0: linear) or strength a (1 - x) for soft bounds. Books writes, row sums and energy
 * in the same order as the twin, DeviceArray.
 */
import { exp } from './exp';

/**
 * Device i of `count`: edge = edges[i] (or start + i × stride), other side = others[i] (or i); strength = scale ×
 * trace[other] × the weight dependence (mu 0 or 1). wMaxs, ups, downs: each device's own (0: none). `row` >= 0: all lie in that row; -1: the other side is the row.
 * `p`: aUp, bUp, aDown, bDown, wMin, wMax, write energy per weight. `totals`: writes, read energy, write energy.
 */
@inline
function pulse<F>(
  weights: usize, edges: usize, others: usize, start: u32, stride: u32, count: u32, row: i32, trace: usize, scale: f64,
  mu: i32, soft: bool, p: usize, wMaxs: usize, ups: usize, downs: usize, rowSums: usize, totals: usize,
): void {
  const wMin = load<f64>(p, 32);
  let wMax = load<f64>(p, 40);
  const joules = load<f64>(p, 48);
  let writes = load<f64>(totals);
  let energy = load<f64>(totals, 16);
  for (let i: u32 = 0; i < count; i++) {
    const edge = edges != 0 ? load<u32>(edges + (<usize>i << 2)) : start + i * stride;
    const other = others != 0 ? load<u32>(others + (<usize>i << 2)) : i;
    const strength = scale * load<f64>(trace + (<usize>other << 3));
    if (strength == 0) continue;
    const at = weights + <usize>edge * sizeof<F>();
    const before = <f64>load<F>(at);
    if (wMaxs != 0) wMax = <f64>load<F>(wMaxs + <usize>edge * sizeof<F>());
    const g = (before - wMin) / (wMax - wMin);
    const up = strength > 0;
    let amount = strength;
    if (mu == 1) amount *= up ? 1 - g : g;
    if (ups != 0) amount *= <f64>load<f32>((up ? ups : downs) + (<usize>edge << 2));
    const a = load<f64>(p + (up ? 0 : 16));
    const b = load<f64>(p + (up ? 8 : 24));
    let after: f64;
    if (soft) after = g + a * amount * (up ? 1 - g : g);
    else after = g + a * amount * (b == 0 ? 1 : exp(-b * (up ? g : 1 - g)));
    after = after <= 0 ? wMin : after >= 1 ? wMax : wMin + after * (wMax - wMin);
    store<F>(at, <F>after);
    writes += 1;
    if (rowSums != 0) {
      const stored = <f64>load<F>(at);
      const sum = rowSums + (<usize>(row >= 0 ? <u32>row : other) << 3);
      store<f64>(sum, load<f64>(sum) + (stored - before));
      energy += (before + stored) * joules;
    }
  }
  store<f64>(totals, writes);
  store<f64>(totals, energy, 16);
}

export function pulse32(
  weights: usize, edges: usize, others: usize, start: u32, stride: u32, count: u32, row: i32, trace: usize, scale: f64,
  mu: i32, soft: bool, p: usize, wMaxs: usize, ups: usize, downs: usize, rowSums: usize, totals: usize,
): void {
  pulse<f32>(weights, edges, others, start, stride, count, row, trace, scale, mu, soft, p, wMaxs, ups, downs, rowSums, totals);
}

export function pulse64(
  weights: usize, edges: usize, others: usize, start: u32, stride: u32, count: u32, row: i32, trace: usize, scale: f64,
  mu: i32, soft: bool, p: usize, wMaxs: usize, ups: usize, downs: usize, rowSums: usize, totals: usize,
): void {
  pulse<f64>(weights, edges, others, start, stride, count, row, trace, scale, mu, soft, p, wMaxs, ups, downs, rowSums, totals);
}
