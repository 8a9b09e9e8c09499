import { UserError } from '../../../core/declare/errors.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import { getColumn, getColumnLength, getRowEnd, getRowLength, getRowStart } from '../../../core/graph/edges.ts';
import type { DeviceHooks } from '../../../core/hooks.ts';
import type { Arena } from '../../../core/kernels/arena.ts';
import {
  allocateRecords,
  PulseTargetsRecord,
  DeviceTotalsPlaces as TOTALS,
  type WeightsRecord,
} from '../../../core/kernels/records.ts';
import type { Stateful } from '../../../core/model.ts';
import type { DeviceCounters } from './deviceCounters.ts';
import type { SynapseMasking } from './masking.ts';
import type { ProgrammableDevices } from './verify.ts';

/** States of the devices of one projection: applies pulses to them and computes their weights and conductances. */
export interface DeviceArrayBackend extends Stateful {
  readonly counters: DeviceCounters;
  /** True if a read returns the stored state, without noise or relaxation. */
  readonly hasSteadyReads: boolean;
  /** Kernel input of the devices if a kernel can pulse whole rows; otherwise null. */
  readonly weightsRecord: WeightsRecord | null;
  applyPulses(targets: PulseTargetsRecord, trace: Float64Array, scale: number, mu: number, t: number): void;
  /** Marks a column as pulsed, for `normaliseWeights`; -1 marks all columns. */
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

/** Creates the devices of a projection, with one device per synapse. */
export function createDeviceArray(
  cells: DeviceArrayBackend,
  context: DeviceContext,
): ProgrammableDevices & DeviceHooks {
  const { edges, transpose, arena, name } = context;
  const { counters, masking, weightsRecord } = cells;
  const isSteady = cells.hasSteadyReads;
  const createTargets = (fields: object): PulseTargetsRecord =>
    Object.assign(
      allocateRecords(arena, PulseTargetsRecord, 1)[0]!,
      { edgeStride: 1, hasWideIndices: true, column: -1 },
      fields,
    );
  const copyRowStrengths = createStrengthBuffer(arena, edges.columns, name);
  const copyColumnStrengths = createStrengthBuffer(arena, edges.rows, name);
  const hasWideIndices = edges.targets?.BYTES_PER_ELEMENT === 4;
  const rowTargets = createTargets({ traceIndices: edges.targets, hasWideIndices });
  const listedTargets = createTargets({});
  const columnTargets = createTargets({
    edges: transpose?.edges,
    traceIndices: transpose?.rows,
    edgeStride: edges.columns,
    row: -1,
  });
  let pulsedEdges: Uint32Array | null = null;

  const pulseTargets = (targets: PulseTargetsRecord, trace: Float64Array, scale: number, mu: number, t: number) => {
    cells.markColumnPulsed?.(-1);
    cells.applyPulses(targets, copyRowStrengths(trace, scale), scale, mu, t);
  };

  return {
    edges,
    hasSteadyWeights: isSteady,
    programmingResult: null,
    get state() {
      cells.useRowOrder?.();
      return cells.state;
    },
    onCheckpointLoaded: () => cells.onCheckpointLoaded?.(),
    get writes() {
      return counters.totals[TOTALS.writes]!;
    },
    get usage() {
      return counters.createUsage(cells, this.programmingResult);
    },
    get energy() {
      return this.usage.energy;
    },
    weight: cells.weight,
    conductance: cells.conductance,
    normaliseWeights: cells.normalise,
    resetDynamicState: () => cells.relaxFully?.(),
    readRow(row, t, energyFraction = 1) {
      const count = masking?.countUnmasked(row) ?? getRowLength(edges, row);
      counters.countRead(row, count, isSteady ? undefined : cells.readRow(row, t), energyFraction);
    },
    readBatch(times, rows, from, to, sums) {
      if (sums || (isSteady && !masking)) counters.countReads(rows, from, to, sums);
      else for (let i = from; i < to; i++) this.readRow(rows[i]!, times[i]!);
    },
    refreshWeights(t) {
      if (isSteady) return;
      for (let k = 0; k < edges.count; k++) edges.weights![k] = cells.weight(k, t);
    },
    getWeightsRecord() {
      if (weightsRecord !== null) cells.markColumnPulsed?.(-1);
      return weightsRecord;
    },
    pulseRow(row, trace, scale, mu, t) {
      const start = getRowStart(edges, row);
      rowTargets.row = row;
      rowTargets.firstEdge = rowTargets.listOffset = start;
      rowTargets.deviceCount = getRowEnd(edges, row) - start;
      pulseTargets(rowTargets, trace, scale, mu, t);
    },
    pulseColumns(row, columns, count, trace, scale, mu, t) {
      if (edges.targets !== null || 8 * count > edges.columns) return false;
      pulsedEdges ??= arena.u32(edges.columns >> 3);
      const start = getRowStart(edges, row);
      for (let k = 0; k < count; k++) pulsedEdges[k] = start + columns[k]!;
      listedTargets.row = row;
      listedTargets.deviceCount = count;
      listedTargets.edges = pulsedEdges;
      listedTargets.traceIndices = columns;
      pulseTargets(listedTargets, trace, scale, mu, t);
      return true;
    },
    pulseColumn(column, trace, scale, mu, t) {
      columnTargets.column = columnTargets.firstEdge = column;
      columnTargets.deviceCount = getColumnLength(edges, transpose, column);
      if (transpose !== null) columnTargets.listOffset = transpose.starts[column]!;
      cells.markColumnPulsed?.(column);
      cells.applyPulses(columnTargets, copyColumnStrengths(trace, scale), scale, mu, t);
    },
    ...(masking && {
      unmaskSynapses() {
        for (let row = 0; row < edges.rows; row++)
          for (let k = getRowStart(edges, row); k < getRowEnd(edges, row); k++)
            masking.unmask(k, row, getColumn(edges, row, k));
      },
    }),
  };
}

const createNanError = (name: string) =>
  new UserError(`${name}.rule sent a pulse of strength NaN, but it must be a number.`);

/**
 * Creates a function that returns pulse strengths in kernel memory (arena): arrays in the arena are passed on, all others
 * are copied. It throws a UserError if `trace` is too short, or if `scale` or a copied strength is NaN.
 */
export function createStrengthBuffer(arena: Arena, size: number, name: string) {
  let checkedTrace: Float64Array | null = null;
  let arenaCopy: Float64Array | null = null;
  return (trace: Float64Array, scale: number): Float64Array => {
    if (Number.isNaN(scale)) throw createNanError(name);
    if (trace === checkedTrace) return trace;
    if (!(trace.length >= size))
      throw new UserError(
        `${name}.rule sent ${trace.length} pulse strengths for ${size} synapses; a pulse needs one strength per synapse.`,
      );
    if (trace.BYTES_PER_ELEMENT === 8 && arena.containsArray(trace)) {
      checkedTrace = trace;
      return trace;
    }
    arenaCopy ??= arena.f64(size);
    for (let i = 0; i < size; i++) {
      arenaCopy[i] = trace[i]!;
      if (Number.isNaN(arenaCopy[i])) throw createNanError(name);
    }
    return arenaCopy;
  };
}
