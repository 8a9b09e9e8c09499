import type { Floats, Indices } from '../arena.ts';

/** The shared scale s(t) = e^((t - t0) rate); see `scaleAt`. */
export interface Scale {
  readonly t0: number;
  readonly rate: number;
  readonly cells: number;
}

/** Sparse rows as kernels take them; each row reaches a target at most once. */
export interface SparseRows {
  readonly weights: Floats | null;
  readonly weight: number;
  readonly targets: Indices;
  readonly starts: Uint32Array;
}

/** Poisson sources as one process: `keep` and `alias` are null when all rates are equal. */
export interface PoissonSource {
  readonly state: Uint32Array;
  /** [time of the next spike] */
  readonly clock: Float64Array;
  readonly ziggurat: Float64Array;
  readonly size: number;
  readonly table: { readonly keep: Float64Array; readonly alias: Uint32Array } | null;
  /** Mean interval of the whole process, ms. */
  readonly meanGap: number;
  readonly stop: number;
}

/**
 * The inner loops, twice: WebAssembly SIMD and plain TypeScript, the same bits. All arrays belong to one arena.
 * A stretch takes arrivals `from` … `to - 1` one by one: u[j] += w s(t) for the targets j of the row, then a test of
 * u[j] >= bar[j] s(t). It returns how many it took, as a negative number when neurons reached their bar at the last of
 * them, and stops before an arrival at or after `until`.
 */
export interface Kernels {
  readonly name: 'simd' | 'plain';
  /** Dense rows: every element of u is a target. Arrivals of one instant are summed before the test. */
  denseStretch(
    u: Floats,
    bar: Floats,
    weights: Floats,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    scale: Scale,
    until: number,
  ): number;
  /** Sparse rows. Stops before arrivals that share their instant; `fired` gets the number of hits, then the hits. */
  sparseStretch(
    u: Floats,
    bar: Floats,
    edges: SparseRows,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    scale: Scale,
    until: number,
    fired: Uint32Array,
  ): number;
  /** Writes up to `capacity` spikes, ascending in (time, neuron), and moves clock and random state on; returns how many. */
  poissonBlock(source: PoissonSource, times: Float64Array, neurons: Uint32Array, capacity: number): number;
}
