/** Builds the alias table of core/random/alias.ts by Vose's method. */

/** Lists indices with a weight above 0 in `own`, two at a time; returns their number. Array lengths must be even. */
function listPositiveWeights(weights: usize, n: u32, own: usize): u32 {
  const zero = f64x2.splat(0);
  let used: u32 = 0;
  for (let i: u32 = 0; i < n; i += 2) {
    const some = i64x2.bitmask(f64x2.ne(v128.load(weights + (<usize>i << 3)), zero));
    if (some == 0) continue;
    setU32(own, used, i);
    used += some & 1;
    setU32(own, used, i + 1);
    used += some >> 1;
  }
  return used;
}

export function buildAliasTable(weights: usize, n: u32, keep: usize, own: usize, other: usize, work: usize, total: usize): u32 {
  const used = listPositiveWeights(weights, n, own);
  let sum: f64 = 0;
  for (let i: u32 = 0; i < used; i++) sum += f64At(weights, u32At(own, i));
  store<f64>(total, sum);
  const scale = <f64>used / sum;
  let small: u32 = 0; // work[0 … small) holds slots below average, work[large … used) those above
  let large = used;
  for (let i: u32 = 0; i < used; i++) {
    const p = f64At(weights, u32At(own, i)) * scale;
    setF64(keep, i, p);
    const less: u32 = p < 1 ? 1 : 0;
    setU32(work, small, i);
    setU32(work, large - 1, i);
    small += less;
    large -= 1 - less;
  }
  while (small > 0 && large < used) {
    const high = u32At(work, large);
    const index = u32At(own, high);
    let left = f64At(keep, high);
    while (small > 0 && left >= 1) {
      const low = u32At(work, --small);
      setU32(other, low, index);
      left -= 1 - f64At(keep, low);
    }
    setF64(keep, high, left);
    if (left >= 1) break;
    large++;
    setU32(work, small++, high);
  }
  while (large < used) setF64(keep, u32At(work, large++), 1); // slots that remain because of rounding errors
  while (small > 0) setF64(keep, u32At(work, --small), 1);
  return used;
}
