/**
 * Block of arrivals: adds them to neurons in one pass, while the potentials of a few neurons stay in registers, and
 * finds the first crossing. An arrival is a list entry of 32 bytes: scale in all lanes of a vector, address of its
 * weights, index in the batch, time. The entry after the last arrival has a later time.
 */

/** Limit of the threshold test after a block, in units of the thresholds, in all lanes. */
export const TEST_LIMIT = memory.data(16, 16);

@inline
export function storeArrival(list: usize, i: i32, weights: usize, index: i32, time: f64): void {
  const entry = list + (<usize>i << 5);
  store<u32>(entry, <u32>weights, 16);
  store<i32>(entry, index, 20);
  store<f64>(entry, time, 24);
}

@inline
export function loadScale<F>(list: usize, i: i32): F {
  return load<F>(list + (<usize>i << 5));
}

@inline
function rowOf(list: usize, i: i32): usize {
  return <usize>load<u32>(list + (<usize>i << 5), 16);
}

@inline
export function loadIndex(list: usize, i: i32): i32 {
  return load<i32>(list + (<usize>i << 5), 20);
}

@inline
export function loadTime(list: usize, i: i32): f64 {
  return load<f64>(list + (<usize>i << 5), 24);
}

/** Loads the vector of potentials at byte offset `at` of `u` and saves a copy in `saved`. */
@inline
function kept(u: usize, saved: usize, at: usize): v128 {
  const v = v128.load(u + at);
  v128.store(saved + at, v);
  return v;
}

@inline
function step<F>(v: v128, w: v128, s: v128): v128 {
  return v128.add<F>(v, v128.mul<F>(w, s));
}

/**
 * Stores the potentials `v` of a vector. Returns a mask of the lanes in which the peak potential `peak` is at or above
 * the test limit.
 */
@inline
function put<F>(peak: v128, v: v128, u: usize, bar: usize, at: usize): v128 {
  v128.store(u + at, v);
  return v128.ge<F>(peak, v128.mul<F>(v128.load(bar + at), v128.load(TEST_LIMIT)));
}

/**
 * Adds a block of arrivals to m vectors of potentials that stay in registers; m is 1, 4 or, unless `peaks` (see
 * `addBlock`), 5. Returns a mask of the lanes at or above the test limit.
 */
@inline
function tile<F>(m: i32, peaks: bool, o: usize, list: usize, count: i32, u: usize, saved: usize, bar: usize): v128 {
  u += o;
  saved += o;
  bar += o;
  let v0 = kept(u, saved, 0);
  let v1 = m > 1 ? kept(u, saved, 16) : v0;
  let v2 = m > 1 ? kept(u, saved, 32) : v0;
  let v3 = m > 1 ? kept(u, saved, 48) : v0;
  let v4 = m > 4 ? kept(u, saved, 64) : v0;
  let p0 = v0;
  let p1 = v1;
  let p2 = v2;
  let p3 = v3;
  const end = list + (<usize>count << 5);
  for (let q = list; q < end; q += 32) {
    const row = <usize>load<u32>(q, 16) + o;
    const s = v128.load(q);
    v0 = step<F>(v0, v128.load(row), s);
    if (m > 1) {
      v1 = step<F>(v1, v128.load(row, 16), s);
      v2 = step<F>(v2, v128.load(row, 32), s);
      v3 = step<F>(v3, v128.load(row, 48), s);
    }
    if (m > 4) v4 = step<F>(v4, v128.load(row, 64), s);
    if (peaks) {
      p0 = v128.pmax<F>(p0, v0);
      if (m > 1) {
        p1 = v128.pmax<F>(p1, v1);
        p2 = v128.pmax<F>(p2, v2);
        p3 = v128.pmax<F>(p3, v3);
      }
    }
  }
  let hit = put<F>(peaks ? p0 : v0, v0, u, bar, 0);
  if (m > 1) {
    hit = v128.or(hit, put<F>(peaks ? p1 : v1, v1, u, bar, 16));
    hit = v128.or(hit, put<F>(peaks ? p2 : v2, v2, u, bar, 32));
    hit = v128.or(hit, put<F>(peaks ? p3 : v3, v3, u, bar, 48));
  }
  if (m > 4) hit = v128.or(hit, put<F>(v4, v4, u, bar, 64));
  return hit;
}

/**
 * Adds the first `count` arrivals of a block and saves the old values in `saved`. Returns true if a neuron is at or
 * above the test limit after the last arrival or, with `peaks`, after any arrival.
 */
export function addBlock<F>(peaks: bool, list: usize, count: i32, u: usize, saved: usize, bar: usize, bytes: usize): bool {
  let hit = i32x4.splat(0);
  let o: usize = 0;
  if (peaks) for (; o + 64 <= bytes; o += 64) hit = v128.or(hit, tile<F>(4, true, o, list, count, u, saved, bar));
  else for (; o + 80 <= bytes; o += 80) hit = v128.or(hit, tile<F>(5, false, o, list, count, u, saved, bar));
  for (; o + 16 <= bytes; o += 16) hit = v128.or(hit, tile<F>(1, true, o, list, count, u, saved, bar));
  let any = v128.any_true(hit);
  for (; o < bytes; o += sizeof<F>()) {
    let v = load<F>(u + o);
    store<F>(saved + o, v);
    const limit = load<F>(bar + o) * load<F>(TEST_LIMIT);
    for (let k = 0; k < count; k++) {
      v = v + load<F>(rowOf(list, k) + o) * loadScale<F>(list, k);
      if (v >= limit) any = true;
    }
    store<F>(u + o, v);
  }
  return any;
}

/**
 * Index within the block of the arrival at which the first neuron crosses threshold; `count` if none does. Arrivals of
 * one tick are summed before the test. `all`: true to test every neuron, false to test those above the test limit.
 */
export function findCrossing<F>(all: bool, list: usize, count: i32, u: usize, saved: usize, bar: usize, bytes: usize): i32 {
  let first = count;
  let o: usize = 0;
  for (; o + 16 <= bytes; o += 16) {
    const b = v128.load(bar + o);
    if (!all && !v128.any_true(v128.ge<F>(v128.load(u + o), v128.mul<F>(b, v128.load(TEST_LIMIT))))) continue;
    let v = v128.load(saved + o);
    for (let i = 0; i < first; i++) {
      const s = v128.load(list + (<usize>i << 5));
      v = step<F>(v, v128.load(rowOf(list, i) + o), s);
      if (v128.any_true(v128.ge<F>(v, v128.mul<F>(b, s))) && loadTime(list, i + 1) != loadTime(list, i)) first = i;
    }
  }
  for (; o < bytes; o += sizeof<F>()) {
    let v = load<F>(saved + o);
    for (let i = 0; i < first; i++) {
      v = v + load<F>(rowOf(list, i) + o) * loadScale<F>(list, i);
      if (v >= load<F>(bar + o) * loadScale<F>(list, i) && loadTime(list, i + 1) != loadTime(list, i)) first = i;
    }
  }
  return first;
}

/** Adds n arrivals without negative weights to single-precision neurons; returns the index of the first crossing, else n. */
export function addUntilCrossing(list: usize, n: i32, u: usize, saved: usize, bar: usize, bytes: usize): i32 {
  v128.store(TEST_LIMIT, v128.load(list));
  return addBlock<f32>(false, list, n, u, saved, bar, bytes) ? findCrossing<f32>(false, list, n, u, saved, bar, bytes) : n;
}
