import { UserError } from '../../../core/declare/errors.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import { columnLength, getColumn, getRowLength, rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { Arena, State } from '../../../core/kernels/arena.ts';
import {
  allocateRecords,
  PulseTargetsRecord,
  DeviceTotalsPlaces as TOTALS,
  type WeightsRecord,
} from '../../../core/kernels/records.ts';
import type { Devices, Stateful } from '../../../core/model.ts';
import type { DeviceUsage, Programmed } from '../../../core/usage.ts';
import type { DeviceCounters } from './deviceCounters.ts';
import type { SynapseMasking } from './masking.ts';

/** States of the devices of one projection: applies pulses to them and computes their weights and conductances. */
export interface DeviceArrayBackend extends Stateful {
  readonly counters: DeviceCounters;
  /** True if a read returns the stored state, without noise or relaxation. */
  readonly hasSteadyReads: boolean;
  /** Kernel input of the devices if a kernel can pulse whole rows; otherwise null. */
  readonly weightsRecord: WeightsRecord | null;
  applyPulses(targets: PulseTargetsRecord, trace: Float64Array, scale: number, mu: number, t: number): void;
  /** Marks a column as pulsed, for `normalise`; -1 marks all columns. */
  markColumnPulsed?(column: number): void;
  normalise(sum: number, t: number): void;
  weight(k: number, t: number): number;
  conductance(k: number, t: number): number;
  /** Reads a row's devices at t and updates the weights of their edges; returns the row's total conductance, S. */
  readRow(row: number, t: number): number;
  /** Failure code of each device: 0 works, 1 stuck from the start, 2 worn out; null if no device can fail. */
  listFailureCodes(): Uint8Array | null;
  readonly masking?: Pick<SynapseMasking, 'countUnmasked' | 'unmask'> | null;
  /** Returns states and counters to row order, the order in which `state` is stored. */
  useRowOrder?(): void;
  relaxFully?(): void;
}

export class DeviceArray implements Devices {
  readonly edges;
  readonly isSteady;
  readonly #backend: DeviceArrayBackend;
  readonly #transpose;
  readonly #rowTargets: PulseTargetsRecord;
  readonly #listedTargets: PulseTargetsRecord;
  readonly #columnTargets: PulseTargetsRecord;
  readonly #rowStrengths: PulseStrengthBuffer;
  readonly #columnStrengths: PulseStrengthBuffer;
  readonly #arena: Arena;
  #pulsedEdges: Uint32Array | null = null;
  readonly unmask?: () => void;
  programmingResult: Programmed | null = null;

  constructor(cells: DeviceArrayBackend, { edges, transpose, arena, name }: DeviceContext) {
    this.edges = edges;
    this.isSteady = cells.hasSteadyReads;
    this.#backend = cells;
    this.#transpose = transpose;
    this.#arena = arena;
    this.#rowStrengths = new PulseStrengthBuffer(arena, edges.columns, name);
    this.#columnStrengths = new PulseStrengthBuffer(arena, edges.rows, name);
    const create = (fields: object): PulseTargetsRecord =>
      Object.assign(
        allocateRecords(arena, PulseTargetsRecord, 1)[0]!,
        { edgeStride: 1, hasWideIndices: true, column: -1 },
        fields,
      );
    const hasWideIndices = edges.targets?.BYTES_PER_ELEMENT === 4;
    this.#rowTargets = create({ traceIndices: edges.targets, hasWideIndices });
    this.#listedTargets = create({});
    this.#columnTargets = create({
      edges: transpose?.edges,
      traceIndices: transpose?.rows,
      edgeStride: edges.columns,
      row: -1,
    });
    const { masking } = cells;
    if (masking) this.unmask = () => this.#unmaskAll(masking);
  }

  get state(): State {
    this.#backend.useRowOrder?.();
    return this.#backend.state;
  }

  onRestore() {
    this.#backend.onRestore?.();
  }

  get writes(): number {
    return this.#backend.counters.totals[TOTALS.writes]!;
  }

  get usage(): DeviceUsage {
    return this.#backend.counters.createUsage(this.#backend, this.programmingResult);
  }

  get energy(): DeviceUsage['energy'] {
    return this.usage.energy;
  }

  weight(edge: number, t: number): number {
    return this.#backend.weight(edge, t);
  }

  conductance(edge: number, t: number): number {
    return this.#backend.conductance(edge, t);
  }

  read(row: number, t: number, energyFraction = 1) {
    const cells = this.#backend;
    const count = cells.masking?.countUnmasked(row) ?? getRowLength(this.edges, row);
    if (this.isSteady) cells.counters.countRead(row, count, undefined, energyFraction);
    else cells.counters.countRead(row, count, cells.readRow(row, t), energyFraction);
  }

  readBatch(times: Float64Array, rows: Uint32Array, from: number, to: number, sums?: Float64Array) {
    if (sums || (this.isSteady && !this.#backend.masking)) this.#backend.counters.countReads(rows, from, to, sums);
    else for (let i = from; i < to; i++) this.read(rows[i]!, times[i]!);
  }

  refresh(t: number) {
    if (this.isSteady) return;
    for (let k = 0; k < this.edges.count; k++) this.edges.weights![k] = this.weight(k, t);
  }

  rest() {
    this.#backend.relaxFully?.();
  }

  getWeightsRecord(): WeightsRecord | null {
    const { weightsRecord } = this.#backend;
    if (weightsRecord !== null) this.#backend.markColumnPulsed?.(-1);
    return weightsRecord;
  }

  #pulseRow(targets: PulseTargetsRecord, trace: Float64Array, scale: number, mu: number, t: number) {
    this.#backend.markColumnPulsed?.(-1);
    this.#backend.applyPulses(targets, this.#rowStrengths.copyToArena(trace, scale), scale, mu, t);
  }

  pulseRow(row: number, trace: Float64Array, scale: number, mu: number, t: number) {
    const targets = this.#rowTargets;
    const start = rowStart(this.edges, row);
    targets.row = row;
    targets.firstEdge = targets.listOffset = start;
    targets.deviceCount = rowEnd(this.edges, row) - start;
    this.#pulseRow(targets, trace, scale, mu, t);
  }

  pulseColumns(
    row: number,
    columns: Uint32Array,
    count: number,
    trace: Float64Array,
    scale: number,
    mu: number,
    t: number,
  ): boolean {
    if (this.edges.targets !== null || 8 * count > this.edges.columns) return false;
    this.#pulsedEdges ??= this.#arena.u32(this.edges.columns >> 3);
    const start = rowStart(this.edges, row);
    for (let k = 0; k < count; k++) this.#pulsedEdges[k] = start + columns[k]!;
    const targets = this.#listedTargets;
    targets.row = row;
    targets.deviceCount = count;
    targets.edges = this.#pulsedEdges;
    targets.traceIndices = columns;
    this.#pulseRow(targets, trace, scale, mu, t);
    return true;
  }

  pulseColumn(column: number, trace: Float64Array, scale: number, mu: number, t: number) {
    const targets = this.#columnTargets;
    targets.column = targets.firstEdge = column;
    targets.deviceCount = columnLength(this.edges, this.#transpose, column);
    if (this.#transpose !== null) targets.listOffset = this.#transpose.starts[column]!;
    this.#backend.markColumnPulsed?.(column);
    this.#backend.applyPulses(targets, this.#columnStrengths.copyToArena(trace, scale), scale, mu, t);
  }

  normalise(sum: number, t: number) {
    this.#backend.normalise(sum, t);
  }

  #unmaskAll(masking: Pick<SynapseMasking, 'unmask'>) {
    const { edges } = this;
    for (let row = 0; row < edges.rows; row++) {
      for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) masking.unmask(k, row, getColumn(edges, row, k));
    }
  }
}

/** Pulse strengths in kernel memory (arena): arrays in the arena are passed on, all others are copied. */
export class PulseStrengthBuffer {
  readonly #arena: Arena;
  readonly #size: number;
  readonly #name: string;
  #checkedTrace: Float64Array | null = null;
  #arenaCopy: Float64Array | null = null;

  constructor(arena: Arena, size: number, name: string) {
    this.#arena = arena;
    this.#size = size;
    this.#name = name;
  }

  /** Returns `trace` in kernel memory. @throws UserError if `trace` is too short or `scale` is NaN */
  copyToArena(trace: Float64Array, scale: number): Float64Array {
    if (Number.isNaN(scale))
      throw new UserError(`${this.#name}.rule sent a pulse of strength NaN, but it must be a number.`);
    if (trace === this.#checkedTrace) return trace;
    if (!(trace.length >= this.#size))
      throw new UserError(
        `${this.#name}.rule sent ${trace.length} pulse strengths for ${this.#size} synapses; a pulse needs one strength per synapse.`,
      );
    if (trace.BYTES_PER_ELEMENT === 8 && this.#arena.containsArray(trace)) {
      this.#checkedTrace = trace;
      return trace;
    }
    this.#arenaCopy ??= this.#arena.f64(this.#size);
    for (let i = 0; i < this.#size; i++) this.#arenaCopy[i] = trace[i]!;
    return this.#arenaCopy;
  }
}
