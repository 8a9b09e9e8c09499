/**
 * Adds and tests one row of sparse synapses: u[j] += w s for each target j, then u[j] >= bar[j] s. Rows of equal
 * weights have separate loops: a branch at every synapse would double the time. No neuron below `low` can be at
 * threshold. Neurons at threshold are appended to a list that begins with its length (`count` while the list grows).
 */
export let count: u32 = 0;

export function setCount(value: u32): void {
  count = value;
}

export function list(fired: usize, j: u32): void {
  store<u32>(fired + (<usize>++count << 2), j);
}

/** Appends a neuron unless it is already listed; for short lists only. */
export function listOnce(fired: usize, j: u32): void {
  for (let i: u32 = 1; i <= count; i++) if (load<u32>(fired + (<usize>i << 2)) == j) return;
  list(fired, j);
}

@inline
function place<F, I>(u: usize, at: usize, i: usize): usize {
  return u + <usize>load<I>(at + i * sizeof<I>()) * sizeof<F>();
}

@inline
function equal<F, I>(u: usize, at: usize, i: usize, jump: F): F {
  const p = place<F, I>(u, at, i);
  const v = load<F>(p) + jump;
  store<F>(p, v);
  return v;
}

@inline
function own<F, I>(u: usize, at: usize, i: usize, w: usize, s: F): F {
  const p = place<F, I>(u, at, i);
  const v = load<F>(p) + load<F>(w + i * sizeof<F>()) * s;
  store<F>(p, v);
  return v;
}

@inline
function check<F, I>(bar: usize, at: usize, i: usize, v: F, s: F, fired: usize): void {
  const j = <usize>load<I>(at + i * sizeof<I>());
  if (v >= load<F>(bar + j * sizeof<F>()) * s) list(fired, <u32>j);
}

@inline
function checkFour<F, I>(bar: usize, low: F, at: usize, v0: F, v1: F, v2: F, v3: F, s: F, fired: usize): void {
  if (v0 >= low) check<F, I>(bar, at, 0, v0, s, fired);
  if (v1 >= low) check<F, I>(bar, at, 1, v1, s, fired);
  if (v2 >= low) check<F, I>(bar, at, 2, v2, s, fired);
  if (v3 >= low) check<F, I>(bar, at, 3, v3, s, fired);
}

@inline
function fourEqual<F, I>(u: usize, bar: usize, low: F, at: usize, jump: F, s: F, fired: usize): void {
  const v0 = equal<F, I>(u, at, 0, jump);
  const v1 = equal<F, I>(u, at, 1, jump);
  const v2 = equal<F, I>(u, at, 2, jump);
  const v3 = equal<F, I>(u, at, 3, jump);
  checkFour<F, I>(bar, low, at, v0, v1, v2, v3, s, fired);
}

/** Adds a row of equal weights and tests its targets; `jump` = weight × scale. */
export function addEqualAndTest<F, I>(u: usize, bar: usize, low: F, at: usize, end: usize, jump: F, s: F, fired: usize): void {
  for (const eight = at + ((end - at) & ~(8 * sizeof<I>() - 1)); at < eight; at += 8 * sizeof<I>()) {
    fourEqual<F, I>(u, bar, low, at, jump, s, fired);
    fourEqual<F, I>(u, bar, low, at + 4 * sizeof<I>(), jump, s, fired);
  }
  for (; at < end; at += sizeof<I>()) {
    const v = equal<F, I>(u, at, 0, jump);
    if (v >= low) check<F, I>(bar, at, 0, v, s, fired);
  }
}

/** Adds a row with weights stored from `w` on, and tests its targets. */
export function addOwnAndTest<F, I>(u: usize, bar: usize, low: F, at: usize, end: usize, w: usize, s: F, fired: usize): void {
  for (const four = at + ((end - at) & ~(4 * sizeof<I>() - 1)); at < four; at += 4 * sizeof<I>(), w += 4 * sizeof<F>()) {
    const v0 = own<F, I>(u, at, 0, w, s);
    const v1 = own<F, I>(u, at, 1, w, s);
    const v2 = own<F, I>(u, at, 2, w, s);
    const v3 = own<F, I>(u, at, 3, w, s);
    checkFour<F, I>(bar, low, at, v0, v1, v2, v3, s, fired);
  }
  for (; at < end; at += sizeof<I>(), w += sizeof<F>()) {
    const v = own<F, I>(u, at, 0, w, s);
    if (v >= low) check<F, I>(bar, at, 0, v, s, fired);
  }
}

/** Adds a row without a threshold test; `w` 0: equal weights, `jump` = weight × scale. */
export function add<F, I>(u: usize, at: usize, end: usize, w: usize, jump: F, s: F): void {
  if (w == 0) {
    for (; at < end; at += sizeof<I>()) equal<F, I>(u, at, 0, jump);
  } else {
    for (; at < end; at += sizeof<I>(), w += sizeof<F>()) own<F, I>(u, at, 0, w, s);
  }
}

@inline
function mark<F, I>(at: usize, i: usize, marks: usize, fired: usize): void {
  const j = <usize>load<I>(at + i * sizeof<I>());
  if (load<u8>(marks + j) != 0) return;
  store<u8>(marks + j, 1);
  list(fired, <u32>j);
}

/**
 * Adds one of several rows of a tick without a threshold test; lists and marks targets at or above `low`. A neuron that
 * is at threshold after all rows was marked by the last row that reached it.
 */
export function addAndMark<F, I>(
  u: usize, low: F, at: usize, end: usize, w: usize, jump: F, s: F, marks: usize, fired: usize,
): void {
  if (w == 0) {
    for (const four = at + ((end - at) & ~(4 * sizeof<I>() - 1)); at < four; at += 4 * sizeof<I>()) {
      const v0 = equal<F, I>(u, at, 0, jump);
      const v1 = equal<F, I>(u, at, 1, jump);
      const v2 = equal<F, I>(u, at, 2, jump);
      const v3 = equal<F, I>(u, at, 3, jump);
      if (v0 >= low) mark<F, I>(at, 0, marks, fired);
      if (v1 >= low) mark<F, I>(at, 1, marks, fired);
      if (v2 >= low) mark<F, I>(at, 2, marks, fired);
      if (v3 >= low) mark<F, I>(at, 3, marks, fired);
    }
    for (; at < end; at += sizeof<I>()) if (equal<F, I>(u, at, 0, jump) >= low) mark<F, I>(at, 0, marks, fired);
  } else {
    for (; at < end; at += sizeof<I>(), w += sizeof<F>()) {
      if (own<F, I>(u, at, 0, w, s) >= low) mark<F, I>(at, 0, marks, fired);
    }
  }
}

/** Tests the marked neurons: keeps those at threshold in the list and clears all marks. */
export function testMarked<F>(u: usize, bar: usize, s: F, marks: usize, fired: usize): void {
  const all = count;
  count = 0;
  for (let i: u32 = 1; i <= all; i++) {
    const j = <usize>load<u32>(fired + (<usize>i << 2));
    store<u8>(marks + j, 0);
    if (load<F>(u + j * sizeof<F>()) >= load<F>(bar + j * sizeof<F>()) * s) list(fired, <u32>j);
  }
}

/** Tests the targets of one row; `marks` prevents neurons reached by several rows from being listed twice. */
export function test<F, I>(u: usize, bar: usize, low: F, at: usize, end: usize, s: F, marks: usize, fired: usize): void {
  for (; at < end; at += sizeof<I>()) {
    const j = <usize>load<I>(at);
    const v = load<F>(u + j * sizeof<F>());
    if (v < low || v < load<F>(bar + j * sizeof<F>()) * s) continue;
    if (load<u8>(marks + j) != 0) continue;
    store<u8>(marks + j, 1);
    list(fired, <u32>j);
  }
}
