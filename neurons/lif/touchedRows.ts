import { type Edges, isDense, testedRange } from '../../core/graph/edges.ts';
import type { Floats } from '../../core/kernels/arena.ts';
import type { DeltaState } from '../../core/kernels/kernelInputs.ts';
import { takeHits } from '../parts/fired.ts';
import type { DeltaRows } from './deltaRows.ts';

/** The same as the kernel `testRow` for the targets that a row's gate lets fire. */
function testGate(
  edges: Edges,
  row: number,
  u: Floats,
  bar: Floats,
  scale: number,
  marks: Uint8Array,
  hits: Uint32Array,
  found: number,
): number {
  const round = u instanceof Float32Array ? Math.fround : (x: number) => x;
  const s = round(scale);
  const [from, to] = testedRange(edges, row);
  let count = found;
  for (let k = from; k < to; k++) {
    const j = edges.targets![k]!;
    if (u[j]! < round(bar[j]! * s) || marks[j] !== 0) continue;
    marks[j] = 1;
    hits[++count] = j;
  }
  return count;
}

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
  test(deltaRows: DeltaRows, { u, bar, marks, hits }: DeltaState, scale: number, fired: Uint32Array): number {
    let count = 0;
    for (let i = 0; i < this.count; i++) {
      const edges = this.edges[i]!;
      const row = this.rows[i]!;
      count = edges.blocks?.gates
        ? testGate(edges, row, u, bar, scale, marks, hits, count)
        : deltaRows.test(edges, row, scale, count);
    }
    for (let i = 1; i <= count; i++) marks[hits[i]!] = 0;
    hits[0] = count;
    return takeHits(hits, fired);
  }

  clear(): void {
    this.edges.length = this.rows.length = 0;
  }
}
