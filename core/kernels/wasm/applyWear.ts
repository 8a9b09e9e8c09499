import { pow } from './imports';
import { PulseBatchRecord } from './records';
import { getDeviceConstantIndices } from './collectPulses';

const LOW: i32 = 0;
const HIGH: i32 = 1;

/**
 * Fraction of the state range that is lost by wear, worn^wear; `worn`: used fraction of the lifetime, `wear`: wear
 * exponent.
 */
@inline
function computeLostFraction(worn: v128, wear: f64): v128 {
  if (wear == 2) return f64x2.mul(worn, worn);
  if (wear == Infinity) return f64x2.splat(0);
  const first = pow(firstLane(worn), wear);
  return pairOf(first, pow(secondLane(worn), wear));
}

/**
 * Sets state bounds and remaining step fractions of worn devices; lists pulses whose device is stuck or fails now.
 * `stuck`: failure code of each device, or 0.
 */
export function applyWear(b: PulseBatchRecord, stuck: usize, failure: i32, wear: f64): void {
  const edges = b.edgeIndices;
  const places = getDeviceConstantIndices(b);
  const numbers = b.pulseNumbers;
  const marked = b.failingPulses;
  const lifetimes: usize = b.lifetimes == 0 ? 0 : b.lifetimes + (<usize>b.firstConstant << 3);
  const bounds = failure == LOW ? b.upperBounds : failure == HIGH ? b.lowerBounds : b.stepFractions;
  const n = b.count;
  const one = f64x2.splat(1);
  let to = marked;
  for (let i: u32 = 0; i < n; i += 2) {
    const at = <usize>i << 2;
    const k = <usize>load<u32>(edges + at);
    const l = <usize>load<u32>(edges + at, 4);
    let flags: i32 = 0;
    if (stuck != 0) flags = (load<u8>(stuck + k) != 0 ? 1 : 0) | (load<u8>(stuck + l) != 0 ? 2 : 0);
    if (lifetimes != 0) {
      const place = <usize>load<u32>(places + at);
      const number = f64x2.add(f64x2.convert_low_i32x4_u(v128.load_zero<u64>(numbers + at)), one);
      const lifetime = gatherPair(lifetimes, place, i + 1 < n ? <usize>load<u32>(places + at, 4) : place);
      const over = f64x2.ge(number, lifetime);
      const left = v128.andnot(f64x2.sub(one, computeLostFraction(f64x2.div(number, lifetime), wear)), over);
      v128.store(bounds + (at << 1), failure == HIGH ? f64x2.sub(one, left) : left);
      flags |= i64x2.bitmask(over);
    }
    if (flags == 0) continue;
    if (flags & 1) {
      store<u32>(to, i);
      to += 4;
    }
    if (flags & 2 && i + 1 < n) {
      store<u32>(to, i + 1);
      to += 4;
    }
  }
  b.failingCount = <u32>((to - marked) >> 2);
}
