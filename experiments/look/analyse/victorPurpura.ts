/**
 * Victor-Purpura distance of two spike trains: the least cost of turning one into the other, where inserting or deleting a
 * spike costs 1 and moving it by dt costs `cost` * dt.
 * @param a ascending times in ms; @param cost per ms. Time O(n_a n_b), memory O(n_b).
 * Definition: `elephant.spike_train_dissimilarity.victor_purpura_distance`. Source: Victor & Purpura 1996,
 * doi:10.1152/jn.1996.76.2.1310.
 */
export function victorPurpura(a: ArrayLike<number>, b: ArrayLike<number>, cost: number): number {
  // row[j]: the distance of the first i spikes of a from the first j of b.
  const row = Float64Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0]!;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const moved = diagonal + cost * Math.abs(a[i - 1]! - b[j - 1]!);
      diagonal = row[j]!;
      row[j] = Math.min(moved, row[j]! + 1, row[j - 1]! + 1);
    }
  }
  return row[b.length]!;
}
