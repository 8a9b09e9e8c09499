/** Sorts the first `count` fired neurons; one that is listed twice is kept once. Returns how many are left. */
export function sortUnique(fired: Uint32Array, count: number): number {
  if (count < 2) return count;
  const unique = Uint32Array.from(new Set(fired.subarray(0, count))).sort();
  fired.set(unique);
  return unique.length;
}

/** Takes over the hits of a sparse kernel (their number, then the neurons, not in order yet). Returns how many. */
export function takeHits(hits: Uint32Array, fired: Uint32Array): number {
  const count = hits[0]!;
  for (let i = 0; i < count; i++) fired[i] = hits[i + 1]!;
  if (count > 1) fired.subarray(0, count).sort();
  return count;
}
