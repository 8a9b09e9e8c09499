/**
 * Block of arrivals: adds them to neurons in one pass, while the potentials of a few neurons stay in registers, and
 * finds the first crossing. An arrival is a list entry of 32 bytes: scale in all lanes of a vector, address of its
 * weights, index in the batch, time. A further entry, of a later time, ends the list.
 */

/** Threshold of the test after a block of arrivals, as a fraction of each neuron's threshold, in all lanes. */
export const BLOCK_TEST_THRESHOLD = memory.data(16, 16);

@inline
export function storeArrival(list: usize, i: i32, weights: usize, index: i32, time: f64): void {
  const entry = list + (<usize>i << 5);
  store<u32>(entry, <u32>weights, 16);
  store<i32>(entry, index, 20);
  store<f64>(entry, time, 24);
}

@inline
export function loadArrivalScale<F>(list: usize, i: i32): F {
  return load<F>(list + (<usize>i << 5));
}

@inline
function rowOf(list: usize, i: i32): usize {
  return <usize>load<u32>(list + (<usize>i << 5), 16);
}

@inline
export function loadArrivalIndex(list: usize, i: i32): i32 {
  return load<i32>(list + (<usize>i << 5), 20);
}

@inline
export function loadArrivalTime(list: usize, i: i32): f64 {
  return load<f64>(list + (<usize>i << 5), 24);
}

@inline
function loadPotentials(u: usize, saved: usize, at: usize): v128 {
  const v = v128.load(u + at);
  v128.store(saved + at, v);
  return v;
}

@inline
function addArrival<F>(v: v128, w: v128, s: v128): v128 {
  return v128.add<F>(v, v128.mul<F>(w, s));
}

/** Stores the potentials `v`. Returns a mask of the lanes whose peak potential `peak` reaches the test threshold. */
@inline
function storePotentials<F>(peak: v128, v: v128, u: usize, bar: usize, at: usize): v128 {
  v128.store(u + at, v);
  return v128.ge<F>(peak, v128.mul<F>(v128.load(bar + at), v128.load(BLOCK_TEST_THRESHOLD)));
}

/**
 * Adds a block of arrivals to m vectors of potentials (m = 1, 4 or 5). Returns a mask of the lanes that reach the test
 * threshold.
 */
@inline
function addToVectors<F>(m: i32, peaks: bool, o: usize, list: usize, count: i32, u: usize, saved: usize, bar: usize): v128 {
  u += o;
  saved += o;
  bar += o;
  let v0 = loadPotentials(u, saved, 0);
  let v1 = m > 1 ? loadPotentials(u, saved, 16) : v0;
  let v2 = m > 1 ? loadPotentials(u, saved, 32) : v0;
  let v3 = m > 1 ? loadPotentials(u, saved, 48) : v0;
  let v4 = m > 4 ? loadPotentials(u, saved, 64) : v0;
  let p0 = v0;
  let p1 = v1;
  let p2 = v2;
  let p3 = v3;
  const end = list + (<usize>count << 5);
  for (let q = list; q < end; q += 32) {
    const row = <usize>load<u32>(q, 16) + o;
    const s = v128.load(q);
    v0 = addArrival<F>(v0, v128.load(row), s);
    if (m > 1) {
      v1 = addArrival<F>(v1, v128.load(row, 16), s);
      v2 = addArrival<F>(v2, v128.load(row, 32), s);
      v3 = addArrival<F>(v3, v128.load(row, 48), s);
    }
    if (m > 4) v4 = addArrival<F>(v4, v128.load(row, 64), s);
    if (peaks) {
      p0 = v128.pmax<F>(p0, v0);
      if (m > 1) {
        p1 = v128.pmax<F>(p1, v1);
        p2 = v128.pmax<F>(p2, v2);
        p3 = v128.pmax<F>(p3, v3);
      }
    }
  }
  let hit = storePotentials<F>(peaks ? p0 : v0, v0, u, bar, 0);
  if (m > 1) {
    hit = v128.or(hit, storePotentials<F>(peaks ? p1 : v1, v1, u, bar, 16));
    hit = v128.or(hit, storePotentials<F>(peaks ? p2 : v2, v2, u, bar, 32));
    hit = v128.or(hit, storePotentials<F>(peaks ? p3 : v3, v3, u, bar, 48));
  }
  if (m > 4) hit = v128.or(hit, storePotentials<F>(v4, v4, u, bar, 64));
  return hit;
}

/**
 * Adds `count` arrivals; copies old potentials to `saved`. Returns true if a neuron reaches the test threshold after
 * the last arrival or, with `peaks`, after any arrival.
 */
export function addArrivalBlock<F>(peaks: bool, list: usize, count: i32, u: usize, saved: usize, bar: usize, bytes: usize): bool {
  let hit = i32x4.splat(0);
  let o: usize = 0;
  if (peaks) for (; o + 64 <= bytes; o += 64) hit = v128.or(hit, addToVectors<F>(4, true, o, list, count, u, saved, bar));
  else for (; o + 80 <= bytes; o += 80) hit = v128.or(hit, addToVectors<F>(5, false, o, list, count, u, saved, bar));
  for (; o + 16 <= bytes; o += 16) hit = v128.or(hit, addToVectors<F>(1, true, o, list, count, u, saved, bar));
  let any = v128.any_true(hit);
  for (; o < bytes; o += sizeof<F>()) {
    let v = load<F>(u + o);
    store<F>(saved + o, v);
    const limit = load<F>(bar + o) * load<F>(BLOCK_TEST_THRESHOLD);
    for (let k = 0; k < count; k++) {
      v = v + load<F>(rowOf(list, k) + o) * loadArrivalScale<F>(list, k);
      if (v >= limit) any = true;
    }
    store<F>(u + o, v);
  }
  return any;
}

/**
 * Index of the first arrival of a block at which a neuron crosses threshold; `count` if none does. Arrivals of one tick
 * are added before the test. `all`: false to skip neurons below the test threshold.
 */
export function findCrossing<F>(all: bool, list: usize, count: i32, u: usize, saved: usize, bar: usize, bytes: usize): i32 {
  let first = count;
  let o: usize = 0;
  for (; o + 16 <= bytes; o += 16) {
    const b = v128.load(bar + o);
    if (!all && !v128.any_true(v128.ge<F>(v128.load(u + o), v128.mul<F>(b, v128.load(BLOCK_TEST_THRESHOLD))))) continue;
    let v = v128.load(saved + o);
    for (let i = 0; i < first; i++) {
      const s = v128.load(list + (<usize>i << 5));
      v = addArrival<F>(v, v128.load(rowOf(list, i) + o), s);
      if (v128.any_true(v128.ge<F>(v, v128.mul<F>(b, s))) && loadArrivalTime(list, i + 1) != loadArrivalTime(list, i)) first = i;
    }
  }
  for (; o < bytes; o += sizeof<F>()) {
    let v = load<F>(saved + o);
    for (let i = 0; i < first; i++) {
      v = v + load<F>(rowOf(list, i) + o) * loadArrivalScale<F>(list, i);
      if (v >= load<F>(bar + o) * loadArrivalScale<F>(list, i) && loadArrivalTime(list, i + 1) != loadArrivalTime(list, i)) first = i;
    }
  }
  return first;
}

/** Adds n arrivals with positive weights to float32 potentials; returns the index of the first crossing, n if none. */
export function addUntilCrossing(list: usize, n: i32, u: usize, saved: usize, bar: usize, bytes: usize): i32 {
  v128.store(BLOCK_TEST_THRESHOLD, v128.load(list));
  return addArrivalBlock<f32>(false, list, n, u, saved, bar, bytes) ? findCrossing<f32>(false, list, n, u, saved, bar, bytes) : n;
}
