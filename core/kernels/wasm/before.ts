/** Index of the first arrival at or after `until`, by bisection. */
export function before(times: usize, from: i32, to: i32, until: f64): i32 {
  if (to > from && load<f64>(times + (<usize>(to - 1) << 3)) < until) return to;
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<f64>(times + (<usize>middle << 3)) < until) low = middle + 1;
    else high = middle;
  }
  return low;
}
