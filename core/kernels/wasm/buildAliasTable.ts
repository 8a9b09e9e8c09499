/** Builds the alias table of core/random/alias.ts by Vose's method. */

@inline
function weight(weights: usize, i: u32): f64 {
  return load<f64>(weights + (<usize>i << 3));
}

@inline
function put(list: usize, i: u32, value: u32): void {
  store<u32>(list + (<usize>i << 2), value);
}

@inline
function take(list: usize, i: u32): u32 {
  return load<u32>(list + (<usize>i << 2));
}

/** Lists indices with a weight above 0 in `own`, two at a time; returns their number. Array lengths must be even. */
function listed(weights: usize, n: u32, own: usize): u32 {
  const zero = f64x2.splat(0);
  let used: u32 = 0;
  for (let i: u32 = 0; i < n; i += 2) {
    const some = i64x2.bitmask(f64x2.ne(v128.load(weights + (<usize>i << 3)), zero));
    if (some == 0) continue;
    put(own, used, i);
    used += some & 1;
    put(own, used, i + 1);
    used += some >> 1;
  }
  return used;
}

export function buildAliasTable(weights: usize, n: u32, keep: usize, own: usize, other: usize, work: usize, total: usize): u32 {
  const used = listed(weights, n, own);
  let sum: f64 = 0;
  for (let i: u32 = 0; i < used; i++) sum += weight(weights, take(own, i));
  store<f64>(total, sum);
  const scale = <f64>used / sum;
  let small: u32 = 0; // work[0 … small) holds slots below average, work[large … used) those above
  let large = used;
  for (let i: u32 = 0; i < used; i++) {
    const p = weight(weights, take(own, i)) * scale;
    store<f64>(keep + (<usize>i << 3), p);
    const less: u32 = p < 1 ? 1 : 0;
    put(work, small, i);
    put(work, large - 1, i);
    small += less;
    large -= 1 - less;
  }
  while (small > 0 && large < used) {
    const high = take(work, large);
    const at = keep + (<usize>high << 3);
    const index = take(own, high);
    let left = load<f64>(at);
    while (small > 0 && left >= 1) {
      const low = take(work, --small);
      put(other, low, index);
      left -= 1 - weight(keep, low);
    }
    store<f64>(at, left);
    if (left >= 1) break;
    large++;
    put(work, small++, high);
  }
  while (large < used) store<f64>(keep + (<usize>take(work, large++) << 3), 1); // slots left over by rounding
  while (small > 0) store<f64>(keep + (<usize>take(work, --small) << 3), 1);
  return used;
}
