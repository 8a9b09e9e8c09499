import { exp, ONE_ADDRESS } from './exp';
import { DevicesRecord, PulseBatchRecord } from './records';

const EXPONENTIAL_FAMILY: u32 = 1;
const SOFT_BOUND_FAMILY: u32 = 2;

function stepExponential(d: DevicesRecord, b: PulseBatchRecord): void {
  const before = b.statesBefore;
  const amounts = b.strengths;
  const after = b.statesAfter;
  for (let at: usize = 0; at < <usize>b.count << 3; at += 8) {
    const g = load<f64>(before + at);
    const amount = load<f64>(amounts + at);
    const up = amount > 0;
    const a = (up ? d.aUp : d.aDown) * amount;
    const decay = up ? d.bUp : d.bDown;
    store<f64>(after + at, g + a * (decay == 0 ? 1 : exp(-decay * (up ? g : 1 - g))));
  }
}

@inline
function addWriteNoise(x: v128, amount: v128, noise: v128, draw: v128): v128 {
  return f64x2.add(x, f64x2.mul(f64x2.mul(noise, f64x2.sqrt(f64x2.abs(amount))), draw));
}

@inline
function clipState(x: v128, low: v128, high: v128): v128 {
  return f64x2.pmin(f64x2.pmax(x, low), high); // states are never -0
}

/** Computes states after pulses; array lengths must be even. */
export function computeStates(d: DevicesRecord, b: PulseBatchRecord): void {
  const own = changetype<usize>(d);
  const soft = d.family == SOFT_BOUND_FAMILY;
  if (d.family == EXPONENTIAL_FAMILY) stepExponential(d, b);
  const scatters = d.cycleToCycle > 0;
  const noisy = d.writeNoise > 0;
  const steps = d.levels > 0;
  const aUp = v128.load64_splat(own, offsetof<DevicesRecord>('aUp'));
  const aDown = v128.load64_splat(own, offsetof<DevicesRecord>('aDown'));
  const writeNoise = v128.load64_splat(own, offsetof<DevicesRecord>('writeNoise'));
  const cycleToCycle = v128.load64_splat(own, offsetof<DevicesRecord>('cycleToCycle'));
  const one = splat(ONE_ADDRESS);
  const last = f64x2.splat(d.levels - 1);
  const amounts = b.strengths;
  const before = b.statesBefore;
  const after = b.statesAfter;
  const low = b.lowerBounds;
  const high = b.upperBounds;
  const share = b.stepFractions;
  const cycles = b.cycleDraws;
  const writes = b.writeDraws;
  const rounding = b.roundingDraws;
  const end = <usize>b.count << 3;
  for (let at: usize = 0; at < end; at += 16) {
    const g = v128.load(before + at);
    const amount = v128.load(amounts + at);
    let x: v128;
    if (soft) {
      const up = f64x2.gt(amount, f64x2.splat(0));
      const a = f64x2.mul(v128.bitselect(aUp, aDown, up), amount);
      x = f64x2.add(g, f64x2.mul(a, v128.bitselect(f64x2.sub(one, g), g, up)));
    } else {
      x = v128.load(after + at);
    }
    if (scatters) {
      const factor = f64x2.add(one, f64x2.mul(cycleToCycle, v128.load(cycles + at)));
      x = f64x2.add(g, f64x2.mul(f64x2.sub(x, g), factor));
    }
    if (noisy) x = addWriteNoise(x, amount, writeNoise, v128.load(writes + at));
    const least = v128.load(low + at);
    const most = v128.load(high + at);
    x = clipState(f64x2.add(g, f64x2.mul(f64x2.sub(x, g), v128.load(share + at))), least, most);
    if (steps) {
      x = f64x2.floor(f64x2.add(f64x2.mul(x, last), v128.load(rounding + at)));
      x = clipState(f64x2.div(f64x2.pmin(x, last), last), least, most);
    }
    v128.store(after + at, x);
  }
}
