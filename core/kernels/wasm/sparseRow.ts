/**
 * Adds and tests one row of sparse synapses; see deliverSparse.ts. Potentials below `low` are below every threshold.
 * Neurons at threshold are appended to a list that begins with its length (`listLength` while the list grows).
 */
export let listLength: u32 = 0;

export function setListLength(value: u32): void {
  listLength = value;
}

export function appendNeuron(fired: usize, j: u32): void {
  store<u32>(fired + (<usize>++listLength << 2), j);
}

/** Appends a neuron unless it is already listed; for short lists only. */
export function appendUnlistedNeuron(fired: usize, j: u32): void {
  for (let i: u32 = 1; i <= listLength; i++) if (u32At(fired, i) == j) return;
  appendNeuron(fired, j);
}

/**
 * Actions at each target neuron of a row. `ADD` adds the weight. `TEST` adds the weight and lists the neuron if it is at
 * threshold. `MARK` adds the weight and marks the neuron for `testMarkedNeurons`.
 */
const ADD: i32 = 0;
const TEST: i32 = 1;
const MARK: i32 = 2;

/**
 * Adds a spike to the i-th target and returns its scaled potential. `equal`: true to add `jump`, false to add weight ×
 * s.
 */
@inline
function addSpike<F, I>(equal: bool, u: usize, at: usize, i: usize, w: usize, jump: F, s: F): F {
  const p = u + <usize>load<I>(at + i * sizeof<I>()) * sizeof<F>();
  const v = load<F>(p) + (equal ? jump : load<F>(w + i * sizeof<F>()) * s);
  store<F>(p, v);
  return v;
}

@inline
function listTarget<F, I>(action: i32, bar: usize, low: F, at: usize, i: usize, v: F, s: F, marks: usize, fired: usize): void {
  if (action == ADD || !(v >= low)) return;
  const j = <usize>load<I>(at + i * sizeof<I>());
  if (action == MARK) markNeuron(<u32>j, marks, fired);
  else if (v >= load<F>(bar + j * sizeof<F>()) * s) appendNeuron(fired, <u32>j);
}

@inline
function markNeuron(j: u32, marks: usize, fired: usize): void {
  if (load<u8>(marks + <usize>j) != 0) return;
  store<u8>(marks + <usize>j, 1);
  appendNeuron(fired, j);
}

@inline
function processRow<F, I>(
  action: i32, equal: bool, u: usize, bar: usize, low: F, at: usize, end: usize, w: usize, jump: F, s: F, marks: usize, fired: usize,
): void {
  for (const four = at + ((end - at) & ~(4 * sizeof<I>() - 1)); at < four; at += 4 * sizeof<I>(), w += 4 * sizeof<F>()) {
    const v0 = addSpike<F, I>(equal, u, at, 0, w, jump, s);
    const v1 = addSpike<F, I>(equal, u, at, 1, w, jump, s);
    const v2 = addSpike<F, I>(equal, u, at, 2, w, jump, s);
    const v3 = addSpike<F, I>(equal, u, at, 3, w, jump, s);
    listTarget<F, I>(action, bar, low, at, 0, v0, s, marks, fired);
    listTarget<F, I>(action, bar, low, at, 1, v1, s, marks, fired);
    listTarget<F, I>(action, bar, low, at, 2, v2, s, marks, fired);
    listTarget<F, I>(action, bar, low, at, 3, v3, s, marks, fired);
  }
  for (; at < end; at += sizeof<I>(), w += sizeof<F>())
    listTarget<F, I>(action, bar, low, at, 0, addSpike<F, I>(equal, u, at, 0, w, jump, s), s, marks, fired);
}

/** Adds a row and lists targets at threshold (none below `low`). `w` = 0: equal weights, `jump` = weight × scale. */
export function addRowAndTest<F, I>(u: usize, bar: usize, low: F, at: usize, end: usize, w: usize, jump: F, s: F, fired: usize): void {
  if (w == 0) processRow<F, I>(TEST, true, u, bar, low, at, end, 0, jump, s, 0, fired);
  else processRow<F, I>(TEST, false, u, bar, low, at, end, w, jump, s, 0, fired);
}

export function addRowWithoutTest<F, I>(u: usize, at: usize, end: usize, w: usize, jump: F, s: F): void {
  if (w == 0) processRow<F, I>(ADD, true, u, 0, 0, at, end, 0, jump, s, 0, 0);
  else processRow<F, I>(ADD, false, u, 0, 0, at, end, w, jump, s, 0, 0);
}

/** Adds one of several rows of a tick; marks targets at or above `low`, the lowest threshold of all neurons. */
export function addRowAndMark<F, I>(
  u: usize, low: F, at: usize, end: usize, w: usize, jump: F, s: F, marks: usize, fired: usize,
): void {
  if (w == 0) processRow<F, I>(MARK, true, u, 0, low, at, end, 0, jump, s, marks, fired);
  else processRow<F, I>(MARK, false, u, 0, low, at, end, w, jump, s, marks, fired);
}

/** Removes neurons below threshold from the list of marked neurons; clears all marks. */
export function testMarkedNeurons<F>(u: usize, bar: usize, s: F, marks: usize, fired: usize): void {
  const all = listLength;
  listLength = 0;
  for (let i: u32 = 1; i <= all; i++) {
    const j = <usize>u32At(fired, i);
    store<u8>(marks + j, 0);
    if (load<F>(u + j * sizeof<F>()) >= load<F>(bar + j * sizeof<F>()) * s) appendNeuron(fired, <u32>j);
  }
}

export function testTargets<F, I>(u: usize, bar: usize, low: F, at: usize, end: usize, s: F, marks: usize, fired: usize): void {
  for (; at < end; at += sizeof<I>()) {
    const j = <usize>load<I>(at);
    const v = load<F>(u + j * sizeof<F>());
    if (v >= low && v >= load<F>(bar + j * sizeof<F>()) * s) markNeuron(<u32>j, marks, fired);
  }
}
