/**
 * Star-mesh transform (Rosen 1924): eliminates the first `pivots` of `nodes` nodes of a resistor network. A node k
 * without a source and with conductances g_kj to nodes j is eliminated by
 *   g_ij += g_ki g_kj / S_k,   S_k = Σ_j g_kj,   V_k = Σ_j (g_kj / S_k) V_j.
 * A node without connection (S_k = 0) gets 0 V. All terms are positive, so that each conductance has a small relative
 * error, however small the line resistance is.
 * @param stars `pivots` rows of `nodes` conductances from index `at`, of which those right of the diagonal are read. On
 * return, row k holds the ratios g_kj / S_k at j > k, and S_k on the diagonal
 * @param mesh conductances between the remaining nodes, row-major; the lower triangle is read and updated
 */
export function applyStarMesh(stars: Float64Array, at: number, pivots: number, nodes: number, mesh: Float64Array) {
  for (let k = 0; k < pivots; k++) {
    const row = at + k * nodes;
    addStars(stars, at, k, nodes, k, stars, row, k + 1, nodes);
    let sum = 0;
    for (let j = k + 1; j < nodes; j++) sum += stars[row + j]!;
    stars[row + k] = sum;
    for (let j = k + 1; j < nodes; j++) stars[row + j]! /= sum || 1;
  }
  const left = nodes - pivots;
  for (let i = pivots; i < nodes; i++) {
    addStars(stars, at, pivots, nodes, i, mesh, (i - pivots) * left - pivots, pivots, i);
  }
}

/**
 * Adds to out[row + j] the conductance between nodes i and j that results from the elimination of the first `count`
 * nodes, for from <= j < to.
 */
function addStars(
  stars: Float64Array,
  at: number,
  count: number,
  nodes: number,
  i: number,
  out: Float64Array,
  row: number,
  from: number,
  to: number,
) {
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const a = at + k * nodes;
    const b = a + nodes;
    const c = b + nodes;
    const d = c + nodes;
    const ga = stars[a + i]! * stars[a + k]!;
    const gb = stars[b + i]! * stars[b + k + 1]!;
    const gc = stars[c + i]! * stars[c + k + 2]!;
    const gd = stars[d + i]! * stars[d + k + 3]!;
    if (ga + gb + gc + gd === 0) continue;
    for (let j = from; j < to; j++) {
      out[row + j]! += ga * stars[a + j]! + gb * stars[b + j]! + (gc * stars[c + j]! + gd * stars[d + j]!);
    }
  }
  for (; k < count; k++) {
    const a = at + k * nodes;
    const g = stars[a + i]! * stars[a + k]!;
    for (let j = from; j < to; j++) out[row + j]! += g * stars[a + j]!;
  }
}

/** Computes the voltages of the eliminated nodes, last one first, from those of the remaining nodes. */
export function computeEliminatedNodeVoltages(
  stars: Float64Array,
  at: number,
  pivots: number,
  nodes: number,
  voltages: Float64Array,
) {
  for (let k = pivots - 1; k >= 0; k--) {
    const row = at + k * nodes;
    let sum = 0;
    for (let j = k + 1; j < nodes; j++) sum += stars[row + j]! * voltages[j]!;
    voltages[k] = sum;
  }
}
