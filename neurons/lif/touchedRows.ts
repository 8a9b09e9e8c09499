import { type Edges, isDense } from '../../core/graph/edges.ts';
import type { DeltaState, Kernels, SparseRows } from '../../core/kernels/kernels.ts';
import { takeHits } from '../parts/fired.ts';

/** The rows that have arrived at an instant and whose targets are still to be tested. */
export class TouchedRows {
  readonly edges: Edges[] = [];
  readonly rows: number[] = [];

  add(edges: Edges, row: number): void {
    this.edges.push(edges);
    this.rows.push(row);
  }

  get count(): number {
    return this.rows.length;
  }

  /** Whether they reach every neuron. */
  get dense(): boolean {
    return this.edges.some(isDense);
  }

  /** Lists the targets, of sparse rows, that are at or above threshold, ascending; returns how many. */
  test(kernels: Kernels, { u, bar, thresholds, marks, hits }: DeltaState, scale: number, fired: Uint32Array): number {
    const { least } = thresholds;
    let count = 0;
    for (let i = 0; i < this.count; i++) {
      count = kernels.testRow(
        u,
        bar,
        least,
        this.edges[i] as Edges & SparseRows,
        this.rows[i]!,
        scale,
        marks,
        hits,
        count,
      );
    }
    for (let i = 1; i <= count; i++) marks[hits[i]!] = 0;
    hits[0] = count;
    return takeHits(hits, fired);
  }

  clear(): void {
    this.edges.length = this.rows.length = 0;
  }
}
