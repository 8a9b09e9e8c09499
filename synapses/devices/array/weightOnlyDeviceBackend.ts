import type { DeviceContext } from '../../../core/factories.ts';
import { columnEdge, columnLength, columnRow, rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import { nullIfEmpty } from '../../../core/kernels/arrays.ts';
import type { StepFamily } from '../../../core/kernels/devices.ts';
import type { Kernels } from '../../../core/kernels/kernels.ts';
import { allocateRecords, type PulseTargetsRecord, WeightsRecord } from '../../../core/kernels/records.ts';
import { createRandomStreams } from '../../variability.ts';
import type { DeviceArrayBackend } from './array.ts';
import { ConductanceScale } from './conductanceScale.ts';
import { DeviceCounters } from './deviceCounters.ts';
import type { CellRange } from './range.ts';
import { drawGMinFactors, drawVariability, type VariabilityParams } from './spread.ts';

const MAX_BATCH_ROWS = 1024;

const NOISE_BATCH_SIZE = 64;

/**
 * Devices whose only state is their weight (conductance × weightAtGMax/gMax) and whose steps a kernel computes in
 * place. Supported non-idealities: device-to-device and cycle-to-cycle variability.
 */
export class WeightOnlyDeviceBackend implements DeviceArrayBackend {
  readonly hasSteadyReads = true;
  readonly counters: DeviceCounters;
  readonly weightsRecord: WeightsRecord | null;
  readonly state;
  readonly #weights: Floats;
  readonly #range: CellRange;
  readonly #kernelInput: WeightsRecord;
  readonly #pulse: Kernels['pulse'];
  readonly #context: DeviceContext;
  /** For each column (postsynaptic neuron): 1 if it was pulsed since the last `normalise`, otherwise 0. */
  readonly #pulsedColumns: Uint8Array;
  #areAllPulsed = false;

  constructor(family: StepFamily, range: CellRange, p: VariabilityParams, context: DeviceContext) {
    const { edges, arena } = context;
    const weights = edges.weights as Floats;
    const { wMin, wMax, conductanceParams: e } = range;
    this.#weights = weights;
    this.#range = range;
    this.#context = context;
    this.counters = new DeviceCounters(range, p.cycleToCycle > 0, e ? e.gMax / e.weightAtGMax : 1, context);
    const {
      rowConductances: rowSums,
      totals,
      pulseCounts: pulses,
      writeEnergies: joules,
      joulesPerConductance,
    } = this.counters;
    const own = drawVariability(p, range, context);
    const minFactors = drawGMinFactors(p, range, context);
    const scale = new ConductanceScale(range, own, minFactors, context);
    minFactors?.forEach((_, k) => {
      minFactors[k] = scale.minWeight(k);
    });
    const { soft, up, down } = family;
    const length = p.cycleToCycle > 0 ? Math.max(edges.rows, edges.columns, NOISE_BATCH_SIZE) + 8 : 0;
    const room = { edges: arena.u32(length), numbers: arena.u32(length), draws: arena.f64(length) };
    const random = createRandomStreams(context)('device');
    [this.#kernelInput] = allocateRecords(arena, WeightsRecord, 1) as [WeightsRecord];
    Object.assign(this.#kernelInput, room, {
      aUp: up.a,
      bUp: up.b,
      aDown: down.a,
      bDown: down.b,
      wMin,
      wMax,
      perWeight: joulesPerConductance,
      scatter: p.cycleToCycle,
      weights,
      totals,
      sums: arena.f64(MAX_BATCH_ROWS),
      soft,
      single: weights instanceof Float32Array,
      key0: random.key[0],
      key1: random.key[1],
      wMaxs: own?.wMax,
      wMins: own && minFactors,
      ups: own?.upFactors,
      downs: own?.downFactors,
      rowSums: nullIfEmpty(rowSums),
      pulses: nullIfEmpty(pulses),
      joules: nullIfEmpty(joules),
    });
    this.#pulse = arena.kernels.pulse;
    this.#pulsedColumns = arena.u8(edges.columns).fill(1);
    this.#clipInitialWeights();
    const dense = edges.targets === null && weights instanceof Float64Array;
    this.weightsRecord = dense && edges.minWeight === 0 ? this.#kernelInput : null;
    this.state = { weights, rowSums, touched: this.#pulsedColumns, ...this.counters.state };
  }

  applyPulses(targets: PulseTargetsRecord, trace: Float64Array, scale: number, mu: number) {
    this.#pulse(this.#kernelInput, targets, trace, scale, mu);
  }

  markColumnPulsed(column: number) {
    if (column >= 0) this.#pulsedColumns[column] = 1;
    else if (!this.#areAllPulsed) {
      this.#pulsedColumns.fill(1);
      this.#areAllPulsed = true;
    }
  }

  normalise(sum: number) {
    const touched = this.#pulsedColumns;
    for (let column = 0; column < touched.length; column++)
      if (touched[column] === 1) this.#normaliseColumn(column, sum);
    touched.fill(0);
    this.#areAllPulsed = false;
  }

  #normaliseColumn(column: number, sum: number) {
    const { edges, transpose } = this.#context;
    const weights = this.#weights;
    const rowSums = this.counters.rowConductances;
    const count = columnLength(edges, transpose, column);
    let total = 0;
    for (let i = 0; i < count; i++) total += weights[columnEdge(edges, transpose, column, i)]!;
    if (total === 0) return;
    const factor = sum / total;
    for (let i = 0; i < count; i++) {
      const edge = columnEdge(edges, transpose, column, i);
      const before = weights[edge]!;
      weights[edge] = before * factor;
      if (rowSums.length > 0) rowSums[columnRow(transpose, column, i)]! += weights[edge]! - before;
    }
  }

  onRestore() {
    this.#areAllPulsed = false;
  }

  weight(k: number): number {
    return this.#weights[k]!;
  }

  conductance(k: number): number {
    const e = this.#range.conductanceParams;
    return e ? (this.#weights[k]! * e.gMax) / e.weightAtGMax : Number.NaN;
  }

  readRow(row: number): number {
    return this.counters.rowConductances[row]!;
  }

  listFailureCodes(): null {
    return null;
  }

  #clipInitialWeights() {
    const { edges } = this.#context;
    const { wMin, wMax } = this.#range;
    const { rowConductances: rows } = this.counters;
    const { wMins, wMaxs } = this.#kernelInput;
    for (let row = 0; row < edges.rows; row++) {
      for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
        const w = this.#weights[k]!;
        this.#weights[k] = Math.min(Math.max(w, wMins?.[k] ?? wMin), wMaxs?.[k] ?? wMax);
        if (rows.length > 0) rows[row]! += this.#weights[k]!;
      }
    }
    edges.minWeight = Math.min(wMin, 0);
  }
}
