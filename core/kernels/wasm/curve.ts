/** Pulses that move devices along a curve of given nonlinearity; the twin in core/kernels/plainCurve.ts says what is done. */
import { expPair } from './exp';
import { log1pPair } from './log1p';
import { PulsesRecord } from './records';

/** a, back, whole, pulses, square: upwards, then downwards. */
const WAYS = memory.data(80, 16);

@inline
function ofWay(at: usize, up: v128): v128 {
  return v128.bitselect(v128.load64_splat(WAYS + at), v128.load64_splat(WAYS + at, 40), up);
}

/** Two at a time; arrays have room for a whole pair. */
export function curvePulses(
  b: PulsesRecord, a: f64, back: f64, whole: f64, pulses: f64, square: f64, aDown: f64, backDown: f64, wholeDown: f64,
  pulsesDown: f64, squareDown: f64,
): void {
  store<f64>(WAYS, a);
  store<f64>(WAYS, back, 8);
  store<f64>(WAYS, whole, 16);
  store<f64>(WAYS, pulses, 24);
  store<f64>(WAYS, square, 32);
  store<f64>(WAYS, aDown, 40);
  store<f64>(WAYS, backDown, 48);
  store<f64>(WAYS, wholeDown, 56);
  store<f64>(WAYS, pulsesDown, 64);
  store<f64>(WAYS, squareDown, 72);
  const before = b.before;
  const amounts = b.amounts;
  const after = b.after;
  const squares = b.squares;
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  for (let at: usize = 0; at < <usize>b.count << 3; at += 16) {
    const g = v128.load(before + at);
    const amount = v128.load(amounts + at);
    const up = f64x2.gt(amount, zero);
    if (squares != 0) v128.store(squares + at, f64x2.mul(ofWay(32, up), f64x2.abs(amount)));
    if (i64x2.all_true(v128.andnot(f64x2.eq(g, zero), up))) {
      v128.store(after + at, zero); // they are at the end already
      continue;
    }
    const scale = ofWay(0, up);
    const bend = ofWay(8, up);
    const straight = f64x2.eq(bend, zero);
    const curved = f64x2.mul(f64x2.neg(scale), log1pPair(f64x2.mul(g, bend)));
    let x = f64x2.add(v128.bitselect(g, curved, straight), f64x2.div(amount, ofWay(24, up)));
    x = f64x2.min(f64x2.max(x, zero), one);
    const state = f64x2.div(f64x2.sub(one, expPair(f64x2.div(f64x2.neg(x), scale))), ofWay(16, up));
    v128.store(after + at, v128.bitselect(x, state, straight));
  }
}
