import { POTENTIAL_SCALE } from './arrivals';
import { DeltaRowsRecord } from './records';
import { listLength, appendNeuron, appendUnlistedNeuron, setListLength } from './sparseRow';

/**
 * Appends neurons at threshold, u[j] >= bar[j] × `POTENTIAL_SCALE`, to `fired`, ascending (n neurons from `first` on).
 * `isUnique`: true to skip neurons that are listed already.
 */
@inline
export function listNeuronsAtThreshold<F>(isUnique: bool, u: usize, bar: usize, first: i32, n: i32, fired: usize): void {
  const scale = v128.load(POTENTIAL_SCALE);
  const lanes = <i32>(16 / sizeof<F>());
  for (let j = first; j < first + n; j++) {
    const o = <usize>j * sizeof<F>();
    if (j + lanes <= first + n && !v128.any_true(v128.ge<F>(v128.load(u + o), v128.mul<F>(v128.load(bar + o), scale)))) {
      j += lanes - 1;
    } else if (load<F>(u + o) >= load<F>(bar + o) * load<F>(POTENTIAL_SCALE)) {
      if (isUnique) appendUnlistedNeuron(fired, j);
      else appendNeuron(fired, j);
    }
  }
}

@inline
function scanNeurons<F>(r: DeltaRowsRecord, scale: f64, fired: usize): u32 {
  v128.store(POTENTIAL_SCALE, v128.splat<F>(<F>scale));
  setListLength(0);
  listNeuronsAtThreshold<F>(false, r.u, r.bar, 0, r.size, fired - 4); // this list does not begin with its length
  return listLength;
}

export function scanThresholds(r: DeltaRowsRecord, scale: f64, fired: usize): u32 {
  return r.isSingle ? scanNeurons<f32>(r, scale, fired) : scanNeurons<f64>(r, scale, fired);
}
