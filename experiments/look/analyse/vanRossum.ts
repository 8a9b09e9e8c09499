/**
 * Van Rossum distance of two spike trains: Euclidean distance after convolution with exp(-t / tau), normalised so that one spike
 * against none is 1: d^2 = K(a, a) + K(b, b) - 2 K(a, b), K(a, b) = sum over i, j of exp(-|a_i - b_j| / tau).
 * @param a ascending times in ms; @param tau ms. Time O(n_a + n_b).
 * Definition: `elephant.spike_train_dissimilarity.van_rossum_distance`. Source: van Rossum 2001, doi:10.1162/089976601300014321;
 * in linear time: Houghton & Kreuz 2012, doi:10.3109/0954898X.2012.673048.
 */
export function vanRossum(a: ArrayLike<number>, b: ArrayLike<number>, tau: number): number {
  let [i, j, last] = [0, 0, 0];
  // Decayed sums of the spikes so far, and of (spike of a) x (spike of b) with sign: all pairs once.
  let difference = 0;
  let squared = 0;
  while (i < a.length || j < b.length) {
    const fromA = i < a.length && (j >= b.length || a[i]! <= b[j]!);
    const t = fromA ? a[i++]! : b[j++]!;
    const sign = fromA ? 1 : -1;
    difference *= Math.exp((last - t) / tau);
    squared += 1 + 2 * sign * difference;
    difference += sign;
    last = t;
  }
  return Math.sqrt(Math.max(0, squared));
}
