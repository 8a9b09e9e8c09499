/**
 * Pulses of a run of devices of one projection: g = clip(g + amount). The amount is strength × a e^(-b x) for the exponential family (x =
 * g upwards, 1 - g downwards; b = 0: linear), or strength × a (1 - x) for soft bounds. Counts writes, row sums and energy in the order of
 * the devices.
 */
import { noise } from './draws';
import { exp } from './exp';
import { pow } from './imports';
import { inPairs, pulsePairs } from './pulsePairs';
import { TotalsRecord, WeightsRecord } from './records';

@inline
export function edgeOf(edges: usize, start: u32, stride: u32, i: u32): u32 {
  return edges != 0 ? load<u32>(edges + (<usize>i << 2)) : start + i * stride;
}

@inline
export function otherOf(others: usize, size: u32, i: u32): u32 {
  if (others == 0) return i;
  return size == 2 ? <u32>load<u16>(others + (<usize>i << 1)) : load<u32>(others + (<usize>i << 2));
}

/** Counts the pulses of devices of strength other than 0 and draws the noise of their steps, in their order; returns their number. */
function scatter(
  d: WeightsRecord, edges: usize, others: usize, size: u32, start: u32, stride: u32, count: u32, trace: usize, scale: f64,
): u32 {
  const pulses = d.pulses;
  let n: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    if (scale * load<f64>(trace + (<usize>otherOf(others, size, i) << 3)) == 0) continue;
    const edge = edgeOf(edges, start, stride, i);
    store<u32>(d.edges + (<usize>n << 2), edge);
    const number = load<u32>(pulses + (<usize>edge << 2));
    store<u32>(d.numbers + (<usize>n << 2), number);
    store<u32>(pulses + (<usize>edge << 2), number + 1);
    n++;
  }
  noise(d.key0, d.key1, d.edges, d.numbers, n, d.draws, 0);
  return n;
}

/**
 * Pulses devices i = `from` … `count` - 1: edge = edges[i] (or start + i × stride), other side = others[i], of `size` bytes (or i);
 * strength = scale × trace[other] × weight dependence (exponent mu). `row` >= 0: all devices lie in that row; -1: the other side is the row.
 * `draws`: random numbers for the steps of devices already counted, or 0.
 */
function pulse<F>(
  d: WeightsRecord, edges: usize, others: usize, size: u32, start: u32, stride: u32, from: u32, count: u32, row: i32,
  trace: usize, scale: f64, mu: f64, draws: usize,
): void {
  const weights = d.weights;
  const soft = d.soft != 0;
  const wMaxs = d.wMaxs;
  const wMins = d.wMins;
  const ups = d.ups;
  const downs = d.downs;
  const rowSums = d.rowSums;
  const booked = d.joules;
  const pulses = draws != 0 ? 0 : d.pulses;
  const totals = changetype<TotalsRecord>(d.totals);
  let wMin = d.wMin;
  let wMax = d.wMax;
  const joules = d.perWeight;
  const sd = d.scatter;
  let draw = draws;
  let writes = totals.writes;
  let energy = totals.writeEnergy;
  let upward = totals.upward;
  for (let i = from; i < count; i++) {
    const other = otherOf(others, size, i);
    const strength = scale * load<f64>(trace + (<usize>other << 3));
    if (strength == 0) continue;
    const edge = edgeOf(edges, start, stride, i);
    const at = weights + <usize>edge * sizeof<F>();
    const before = <f64>load<F>(at);
    if (wMaxs != 0) wMax = <f64>load<F>(wMaxs + <usize>edge * sizeof<F>());
    if (wMins != 0) wMin = load<f64>(wMins + (<usize>edge << 3));
    const g = min(max((before - wMin) * (1 / (wMax - wMin)), 0), 1);
    const up = strength > 0;
    let amount = strength;
    if (mu == 1) amount *= up ? 1 - g : g;
    else if (mu != 0) amount *= pow(up ? 1 - g : g, mu);
    if (ups != 0) amount *= <f64>load<f32>((up ? ups : downs) + (<usize>edge << 2));
    const a = up ? d.aUp : d.aDown;
    const b = up ? d.bUp : d.bDown;
    let after: f64;
    if (soft) after = g + a * amount * (up ? 1 - g : g);
    else after = g + a * amount * (b == 0 ? 1 : exp(-b * (up ? g : 1 - g)));
    if (draw != 0) {
      after = g + (after - g) * (1 + sd * load<f64>(draw));
      draw += 8;
    }
    if (pulses != 0) {
      const number = pulses + (<usize>edge << 2);
      store<u32>(number, load<u32>(number) + 1);
    }
    after = after <= 0 ? wMin : after >= 1 ? wMax : min(wMin + after * (wMax - wMin), wMax);
    store<F>(at, <F>after);
    writes += 1;
    upward += up ? 1 : 0;
    if (rowSums != 0) {
      const stored = <f64>load<F>(at);
      const sum = rowSums + (<usize>(row >= 0 ? <u32>row : other) << 3);
      store<f64>(sum, load<f64>(sum) + (stored - before));
      const spent = (before + stored) * joules;
      energy += spent;
      if (booked != 0) {
        const own = booked + (<usize>edge << 3);
        store<f64>(own, load<f64>(own) + spent);
      }
    }
  }
  totals.writes = writes;
  totals.writeEnergy = energy;
  totals.upward = upward;
}

@inline
function run<F>(
  d: WeightsRecord, edges: usize, others: usize, size: u32, start: u32, stride: u32, count: u32, row: i32, trace: usize,
  scale: f64, mu: f64,
): void {
  let draws: usize = 0;
  let n = count;
  if (d.scatter > 0) {
    n = scatter(d, edges, others, size, start, stride, count, trace, scale);
    draws = d.draws;
  }
  let from: u32 = 0;
  if (count > 1 && n == count && inPairs(d, edges, others, size, row, mu)) {
    from = count & ~1; // an odd last device is pulsed alone
    pulsePairs<F>(d, edges, others, start, stride, from, row, trace, scale, draws);
    if (from == count) return;
    if (draws != 0) draws += <usize>from << 3;
  }
  pulse<F>(d, edges, others, size, start, stride, from, count, row, trace, scale, mu, draws);
}

export function pulse32(
  d: WeightsRecord, edges: usize, others: usize, size: u32, start: u32, stride: u32, count: u32, row: i32, trace: usize,
  scale: f64, mu: f64,
): void {
  run<f32>(d, edges, others, size, start, stride, count, row, trace, scale, mu);
}

export function pulse64(
  d: WeightsRecord, edges: usize, others: usize, size: u32, start: u32, stride: u32, count: u32, row: i32, trace: usize,
  scale: f64, mu: f64,
): void {
  run<f64>(d, edges, others, size, start, stride, count, row, trace, scale, mu);
}
