import { type Edges, rowEnd, rowStart } from '../../core/graph/edges.ts';
import type { Arena, Floats } from '../../core/kernels/arena.ts';
import { type BlockRows, MAX_GROUPS } from '../../core/kernels/blockRows.ts';
import type { DeltaState } from '../../core/kernels/kernelInputs.ts';
import type { Kernels } from '../../core/kernels/kernels.ts';
import { DeltaRowsRecord, recordsIn } from '../../core/kernels/records.ts';
import { addBlocksScalar, addRowScalar } from '../../core/kernels/scalarRows.ts';
import type { HeldGroups } from '../parts/heldGroups.ts';
import type { DeltaScales } from './deltaScales.ts';

/** Deliveries by kernels to neurons with delta synapses: one record per projection tells the kernels where all arrays lie. */
export class DeltaRows {
  readonly #kernels: Kernels;
  readonly #arena: Arena;
  readonly #state: DeltaState;
  /** Work space of the kernels, of the length of u. */
  readonly #saved: Floats;
  /** Record without a projection. */
  readonly #population: DeltaRowsRecord;
  readonly #groups: HeldGroups;
  readonly #records = new Map<Edges, DeltaRowsRecord>();
  /** Projection of the last delivery, and its record. */
  #edges: Edges | null = null;
  #record: DeltaRowsRecord | null = null;

  constructor(state: DeltaState, groups: HeldGroups, arena: Arena) {
    this.#kernels = arena.kernels;
    this.#arena = arena;
    this.#state = state;
    this.#saved = arena.floats(state.u.BYTES_PER_ELEMENT === 4 ? 'f32' : 'f64', state.u.length);
    this.#groups = groups;
    this.#population = this.#newRecord();
  }

  /** Record of a projection. */
  recordOf(edges: Edges): DeltaRowsRecord {
    if (this.#edges === edges) return this.#record!;
    let record = this.#records.get(edges);
    if (!record) this.#records.set(edges, (record = this.#describe(edges)));
    this.#edges = edges;
    this.#record = record;
    return record;
  }

  #newRecord(): DeltaRowsRecord {
    const { u, bar, marks, hits: fired, scale } = this.#state;
    const [r] = recordsIn(this.#arena, DeltaRowsRecord, 1) as [DeltaRowsRecord];
    Object.assign(r, { u, bar, saved: this.#saved, marks, fired, rate: scale.rate, cells: scale.cells });
    r.size = u.length;
    r.isSingle = u.BYTES_PER_ELEMENT === 4 ? 1 : 0;
    return r;
  }

  #describe({ starts, targets, weights, weight, identity, blocks }: Edges): DeltaRowsRecord {
    const r = this.#newRecord();
    Object.assign(r, { starts, targets, weights, weight });
    r.hasWideTargets = targets?.BYTES_PER_ELEMENT === 4 ? 1 : 0;
    r.isOneToOne = identity ? 1 : 0;
    if (blocks) {
      const { size, starts: blockStarts, groups, offsets, gates } = blocks;
      Object.assign(r, { blockSize: size, blockStarts, groups, offsets, gates });
      r.inhibitedUntil = size === this.#groups.size ? this.#groups.times : null;
    }
    return r;
  }

  /** Points the record of a projection to arrivals `from` … `to - 1` before `until`. */
  pointTo(
    edges: Edges,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    until: number,
  ): DeltaRowsRecord {
    const r = this.recordOf(edges);
    r.t0 = this.#state.scale.t0;
    r.until = until;
    r.times = times;
    r.rows = rows;
    r.from = from;
    r.to = to;
    return r;
  }

  /** Delivers arrivals up to the first tick at which neurons reach threshold; see `Kernels.deliverDense`. */
  deliverUntilSpike(
    edges: Edges,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    until: number,
  ): number {
    const r = this.pointTo(edges, times, rows, from, to, until);
    const { targets, blocks, least } = edges;
    const { least: minBar } = this.#state.thresholds;
    if (targets === null) {
      r.drop = least === 0 ? 0 : minBar > 0 ? -least / minBar : Infinity;
      return this.#kernels.deliverDense(r);
    }
    r.minBar = minBar;
    if (!blocks) return this.#kernels.deliverSparse(r);
    const { size, times: inhibitedUntil } = this.#groups;
    const isByGroup =
      blocks.size === size && inhibitedUntil.length <= MAX_GROUPS && least === 0 && blocks.gates === null;
    r.groupCount = isByGroup ? inhibitedUntil.length : 0;
    return this.#kernels.deliverBlocks(r);
  }

  /** u += weights × factor along one row, without a threshold test. */
  add(edges: Edges, row: number, factor: number): void {
    const { u } = this.#state;
    if (edges.targets === null) addRowScalar(u, edges, rowStart(edges, row), rowEnd(edges, row), factor);
    else if (edges.blocks?.shared) addBlocksScalar(u, edges as BlockRows, row, factor, null, 0);
    else this.#kernels.addRow(this.recordOf(edges), row, factor);
  }

  /** Appends unmarked targets of a sparse row that are at threshold to the `found` ones in `hits`; returns their number. */
  test(edges: Edges, row: number, scale: number, found: number): number {
    const r = this.recordOf(edges);
    r.minBar = this.#state.thresholds.least;
    return this.#kernels.testRow(r, row, scale, found);
  }

  /** Lists all neurons at threshold, ascending; returns their number. */
  scan(scale: number, fired: Uint32Array): number {
    return this.#kernels.scanThresholds(this.#population, scale, fired);
  }
}

/** u += weights × factor along one row, for neurons with different membrane time constants. */
export function addRowScaled(
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
