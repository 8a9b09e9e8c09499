import { type Edges, findThresholdTestRange, getRowEnd, getRowStart } from '../../core/graph/edges.ts';
import type { QueuedArrivals } from '../../core/hooks.ts';
import type { Arena, Floats } from '../../core/kernels/arena.ts';
import { type DeltaSynapseState, MAX_WTA_GROUPS, type SynapseBlocks } from '../../core/kernels/kernelInputs.ts';
import { allocateRecords, DeltaRowsRecord } from '../../core/kernels/records.ts';
import { addBlocksScalar, addRowScalar, selectRounding } from '../../core/kernels/scalarRows.ts';
import type { InhibitedGroupQueue } from '../parts/refractoryQueue.ts';
import type { DeltaCrossingPredictor } from './deltaCrossingPredictor.ts';
import type { PotentialScales, RefractoryState, ScaledPotentials } from './scaledPotentials.ts';

/** Runs kernels that deliver rows of delta synapses. Keeps one record of kernel arrays per projection. */
export class DeltaRowDelivery {
  readonly #kernels;
  readonly #arena;
  readonly #state;
  readonly #workSpace;
  readonly #populationRecord;
  readonly #groups;
  readonly #records = new Map<Edges, DeltaRowsRecord>();
  #lastEdges: Edges | null = null;
  #lastRecord: DeltaRowsRecord | null = null;

  constructor(state: DeltaSynapseState, groups: InhibitedGroupQueue, arena: Arena) {
    this.#kernels = arena.kernels;
    this.#arena = arena;
    this.#state = state;
    this.#workSpace = arena.floats(state.potentials.BYTES_PER_ELEMENT === 4 ? 'f32' : 'f64', state.potentials.length);
    this.#groups = groups;
    this.#populationRecord = this.#createPopulationRecord();
  }

  getProjectionRecord(edges: Edges): DeltaRowsRecord {
    if (this.#lastEdges === edges) return this.#lastRecord!;
    let record = this.#records.get(edges);
    if (!record) this.#records.set(edges, (record = this.#createProjectionRecord(edges)));
    this.#lastEdges = edges;
    this.#lastRecord = record;
    return record;
  }

  #createPopulationRecord(): DeltaRowsRecord {
    const { potentials, activeThresholds, isListed, neuronsAtThreshold, potentialScale } = this.#state;
    const [r] = allocateRecords(this.#arena, DeltaRowsRecord, 1) as [DeltaRowsRecord];
    return Object.assign(r, {
      u: potentials,
      bar: activeThresholds,
      saved: this.#workSpace,
      marks: isListed,
      fired: neuronsAtThreshold,
      rate: potentialScale.maxDecayRate,
      cells: potentialScale.cellsPerMs,
      size: potentials.length,
      isSingle: potentials.BYTES_PER_ELEMENT === 4 ? 1 : 0,
    });
  }

  #createProjectionRecord({ starts, targets, weights, weight, isOneToOne: identity, blocks }: Edges): DeltaRowsRecord {
    const r = this.#createPopulationRecord();
    Object.assign(r, { starts, targets, weights, weight });
    r.hasWideTargets = targets?.BYTES_PER_ELEMENT === 4 ? 1 : 0;
    r.isOneToOne = identity ? 1 : 0;
    if (blocks) {
      const { blockSize, blockStarts, targetGroups: groups, weightOffsets: offsets, firingBlocks: gates } = blocks;
      Object.assign(r, { blockSize, blockStarts, groups, offsets, gates });
      r.inhibitedUntil = blockSize === this.#groups.groupSize ? this.#groups.inhibitedUntil : null;
    }
    return r;
  }

  setArrivals({ edges, times, rows }: QueuedArrivals, from: number, to: number, until: number): DeltaRowsRecord {
    const r = this.getProjectionRecord(edges);
    r.t0 = this.#state.potentialScale.t0;
    r.until = until;
    r.times = times;
    r.rows = rows;
    r.from = from;
    r.to = to;
    return r;
  }

  deliverUntilSpike(queue: QueuedArrivals, from: number, to: number, until: number): number {
    const r = this.setArrivals(queue, from, to, until);
    const { targets, blocks, minWeight: least } = queue.edges;
    const { minOffset } = this.#state.thresholds;
    if (targets === null) {
      r.drop = least === 0 ? 0 : minOffset > 0 ? -least / minOffset : Infinity;
      return this.#kernels.deliverDense(r);
    }
    r.minBar = minOffset;
    if (!blocks) return this.#kernels.deliverSparse(r);
    const { groupSize, inhibitedUntil } = this.#groups;
    const isByGroup =
      blocks.blockSize === groupSize &&
      inhibitedUntil.length <= MAX_WTA_GROUPS &&
      least === 0 &&
      blocks.firingBlocks === null;
    r.groupCount = isByGroup ? inhibitedUntil.length : 0;
    return this.#kernels.deliverBlocks(r);
  }

  /** Adds weights × factor of one row to the scaled potentials, without a threshold test. */
  addRowWeights(edges: Edges, row: number, factor: number) {
    const { potentials: u } = this.#state;
    if (edges.targets === null) addRowScalar(u, edges, getRowStart(edges, row), getRowEnd(edges, row), factor);
    else if (edges.blocks?.hasSharedWeights) addBlocksScalar(u, edges as SynapseBlocks, row, factor, null, 0);
    else this.#kernels.addRow(this.getProjectionRecord(edges), row, factor);
  }

  /** Appends targets of a row at threshold, unless listed, to the `found` spiking neurons; returns the new number. */
  testTargets(edges: Edges, row: number, scale: number, found: number): number {
    const r = this.getProjectionRecord(edges);
    r.minBar = this.#state.thresholds.minOffset;
    return this.#kernels.testRow(r, row, scale, found);
  }

  /** Lists all neurons at threshold in `fired`, ascending; returns their number. */
  scanThresholds(scale: number, fired: Uint32Array): number {
    return this.#kernels.scanThresholds(this.#populationRecord, scale, fired);
  }
}

/** Adds the weights of a row × `factor` to scaled potentials of neurons with different membrane time constants. */
export function addScaledRowWeights(
  u: Floats,
  edges: Edges,
  row: number,
  factor: number,
  scales: PotentialScales,
  t: number,
) {
  const { targets, weights, weight } = edges;
  const start = getRowStart(edges, row);
  const end = getRowEnd(edges, row);
  for (let k = start; k < end; k++) {
    const j = targets === null ? k - start : targets[k]!;
    u[j]! += (weights === null ? weight : weights[k]!) * factor * scales.scaleAt(j, t);
  }
}

export function sortUniqueNeurons(fired: Uint32Array, count: number) {
  if (count < 2) return count;
  const unique = Uint32Array.from(new Set(fired.subarray(0, count))).sort();
  fired.set(unique);
  return unique.length;
}

/** Copies spiking neurons from the list of a kernel ([count, neurons …], unsorted) to `fired`, ascending; returns their number. */
export function copySpikingNeurons(hits: Uint32Array, fired: Uint32Array) {
  const count = hits[0]!;
  for (let i = 0; i < count; i++) fired[i] = hits[i + 1]!;
  if (count > 1) fired.subarray(0, count).sort();
  return count;
}

/**
 * Appends targets at threshold in the firing block of a row to the list of spiking neurons; the kernel `testRow` tests
 * whole rows.
 */
function testGatedRow(
  { potentials: u, activeThresholds: bar, isListed: marks, neuronsAtThreshold: hits }: DeltaSynapseState,
  edges: Edges,
  row: number,
  scale: number,
  found: number,
) {
  const round = selectRounding(u);
  const s = round(scale);
  const [from, to] = findThresholdTestRange(edges, row);
  let count = found;
  for (let k = from; k < to; k++) {
    const j = edges.targets![k]!;
    if (u[j]! < round(bar[j]! * s) || marks[j] !== 0) continue;
    marks[j] = 1;
    hits[++count] = j;
  }
  return count;
}

/** Rows delivered at the current tick, not yet tested against the threshold. */
export class UntestedRows {
  readonly edges: Edges[] = [];
  readonly rows: number[] = [];

  addRow(edges: Edges, row: number) {
    this.edges.push(edges);
    this.rows.push(row);
  }

  get count() {
    return this.rows.length;
  }

  get hasDenseRow() {
    return this.edges.some(({ targets }) => targets === null);
  }

  /** Tests the targets of all pending rows; lists neurons at threshold in `fired`, ascending; returns their number. */
  collectSpikes(deltaRows: DeltaRowDelivery, state: DeltaSynapseState, scale: number, fired: Uint32Array): number {
    const { isListed: marks, neuronsAtThreshold: hits } = state;
    let count = 0;
    for (let i = 0; i < this.count; i++) {
      const edges = this.edges[i]!;
      const row = this.rows[i]!;
      count = edges.blocks?.firingBlocks
        ? testGatedRow(state, edges, row, scale, count)
        : deltaRows.testTargets(edges, row, scale, count);
    }
    for (let i = 1; i <= count; i++) marks[hits[i]!] = 0;
    hits[0] = count;
    return copySpikingNeurons(hits, fired);
  }

  clearRows() {
    this.edges.length = this.rows.length = 0;
  }
}

/** Population state for threshold tests. `predictor` is null if no neuron can fire without an arrival. */
interface ThresholdTestInput extends ScaledPotentials {
  readonly refractory: RefractoryState;
  readonly predictor: DeltaCrossingPredictor | null;
}

/**
 * Appends the targets of a row that are at threshold to `fired`, which holds `found` neurons, and returns the new number. Predicts the
 * crossings of the other targets.
 */
export function testRowThresholds(
  { scaledV: u, thresholds, scales, membranes, refractory, predictor }: ThresholdTestInput,
  edges: Edges,
  row: number,
  t: number,
  fired: Uint32Array,
  found: number,
) {
  const round = selectRounding(u);
  const { origin, offsets: b } = thresholds;
  const { targets } = edges;
  const [decay, sharedScale] = [thresholds.decayFactor(t), scales.scaleAt(0, t)];
  const [start, end] = findThresholdTestRange(edges, row);
  let count = found;
  for (let k = start; k < end; k++) {
    const j = targets === null ? k - start : targets[k]!;
    if (refractory.isRefractory(j)) {
      if (refractory.canStoreInput) predictor?.predictNeuron(j, t);
      continue;
    }
    const s = scales.hasCommonTau ? sharedScale : scales.scaleAt(j, t);
    const bar = round(round((origin.getValue(j) - membranes.vInf.getValue(j)) * s) + round(b[j]! * round(s * decay)));
    if (u[j]! >= bar) {
      fired[count++] = j;
      if (count > u.length) count = sortUniqueNeurons(fired, count);
    } else predictor?.predictFromPotential(j, t);
  }
  return edges.hasDistinctTargets ? count : sortUniqueNeurons(fired, count);
}
