import { type Edges, rowEnd, rowStart } from '../../core/graph/edges.ts';
import type { Floats } from '../../core/kernels/arena.ts';
import type { BlockRows } from '../../core/kernels/blockRows.ts';
import type { DeltaState, Kernels, SparseRows } from '../../core/kernels/kernels.ts';
import { addBlocksScalar, addRowScalar } from '../../core/kernels/scalarRows.ts';
import type { HeldGroups } from '../parts/heldGroups.ts';
import type { DeltaScales } from './deltaScales.ts';

/** Arrivals `from` … `to - 1` before `until` by the kernel for such rows; see `Kernels`. */
export function stretchOf(
  { denseStretch, blockStretch, sparseStretch }: Kernels,
  { u, bar, thresholds: { least }, scale, marks, hits }: DeltaState,
  saved: Floats,
  { size, times: held }: HeldGroups,
  edges: Edges,
  times: Float64Array,
  rows: Uint32Array,
  from: number,
  to: number,
  until: number,
): number {
  const { targets, weights, blocks } = edges;
  if (targets === null) {
    const drop = edges.least === 0 ? 0 : least > 0 ? -edges.least / least : Infinity;
    return denseStretch(u, bar, weights!, drop, saved, times, rows, from, to, scale, until);
  }
  if (!blocks)
    return sparseStretch(u, bar, least, edges as SparseRows, times, rows, from, to, scale, until, marks, hits);
  // Where blocks are groups, those that are held need not be looked at.
  return blockStretch(
    u,
    bar,
    edges as BlockRows,
    blocks.size === size ? held : null,
    times,
    rows,
    from,
    to,
    scale,
    until,
    hits,
    saved,
  );
}

/** u += weights × factor along one row, without a test. */
export function deliverRow(kernels: Kernels, u: Floats, edges: Edges, row: number, factor: number): void {
  if (edges.targets === null) addRowScalar(u, edges, rowStart(edges, row), rowEnd(edges, row), factor);
  else if (edges.blocks?.shared) addBlocksScalar(u, edges as BlockRows, row, factor, null, 0);
  else kernels.addRow(u, edges as SparseRows, row, factor);
}

/** The same where neurons have scales of their own. */
export function deliverEach(
  u: Floats,
  edges: Edges,
  row: number,
  factor: number,
  scales: DeltaScales,
  t: number,
): void {
  const { targets, weights, weight } = edges;
  const start = rowStart(edges, row);
  const end = rowEnd(edges, row);
  for (let k = start; k < end; k++) {
    const j = targets === null ? k - start : targets[k]!;
    u[j]! += (weights === null ? weight : weights[k]!) * factor * scales.at(j, t);
  }
}
