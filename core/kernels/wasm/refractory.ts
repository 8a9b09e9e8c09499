/** Inserts a neuron into the ring of refractory neurons, in order of release; see neurons/parts/refractoryQueue.ts. */
export function enqueue(times: usize, neurons: usize, ring: usize, places: u32, j: u32, release: f64): void {
  const first = load<u32>(ring);
  const waiting = load<u32>(ring, 4);
  let place = placeAt(first + waiting, places);
  for (let k = waiting; k > 0; k--) {
    const before = placeAt(first + k - 1, places);
    const other = load<f64>(times + (before << 3));
    if (other <= release) break;
    store<f64>(times + (place << 3), other);
    store<u32>(neurons + (place << 2), load<u32>(neurons + (before << 2)));
    place = before;
  }
  store<f64>(times + (place << 3), release);
  store<u32>(neurons + (place << 2), j);
  store<u32>(ring, waiting + 1, 4);
}

@inline
export function placeAt(k: u32, places: u32): usize {
  return k < places ? k : k - places;
}
