import type { DeviceContext } from '../../../core/factories.ts';
import { getColumnEdge, getColumnLength, getColumnRow, getRowEnd, getRowStart } from '../../../core/graph/edges.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import { nullIfEmpty } from '../../../core/kernels/arrays.ts';
import type { StepFamily } from '../../../core/kernels/devices.ts';
import { allocateRecords, WeightsRecord } from '../../../core/kernels/records.ts';
import { createRandomStreams } from '../../variability.ts';
import type { DeviceArrayBackend } from './array.ts';
import { ConductanceScale } from './conductanceScale.ts';
import { DeviceCounters } from './deviceCounters.ts';
import type { CellRange } from './range.ts';
import { drawGMinFactors, drawVariability, type VariabilityParams } from './spread.ts';

const MAX_BATCH_ROWS = 1024;

const NOISE_BATCH_SIZE = 64;

/**
 * Creates devices whose only state is their weight (conductance × weightAtGMax/gMax) and whose steps a kernel computes in
 * place. Supported non-idealities: device-to-device and cycle-to-cycle variability.
 */
export function createWeightOnlyDeviceBackend(
  family: StepFamily,
  range: CellRange,
  p: VariabilityParams,
  context: DeviceContext,
): DeviceArrayBackend {
  const { edges, transpose, arena } = context;
  const weights = edges.weights as Floats;
  const { wMin, wMax, conductanceParams: e } = range;
  const counters = new DeviceCounters(range, p.cycleToCycle > 0, e ? e.gMax / e.weightAtGMax : 1, context);
  const { rowConductances: rowSums, totals, pulseCounts: pulses, writeEnergies: joules } = counters;
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
  const kernelInput = allocateRecords(arena, WeightsRecord, 1)[0]!;
  Object.assign(kernelInput, room, {
    aUp: up.a,
    bUp: up.b,
    aDown: down.a,
    bDown: down.b,
    wMin,
    wMax,
    perWeight: counters.joulesPerConductance,
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
  const { pulse } = arena.kernels;
  /** For each column (postsynaptic neuron): 1 if it was pulsed since the last `normaliseWeights`, otherwise 0. */
  const pulsedColumns = arena.u8(edges.columns).fill(1);
  let areAllPulsed = false;
  for (let row = 0; row < edges.rows; row++) {
    for (let k = getRowStart(edges, row); k < getRowEnd(edges, row); k++) {
      weights[k] = Math.min(Math.max(weights[k]!, kernelInput.wMins?.[k] ?? wMin), kernelInput.wMaxs?.[k] ?? wMax);
      if (rowSums.length > 0) rowSums[row]! += weights[k]!;
    }
  }
  edges.minWeight = Math.min(wMin, 0);
  const isDense = edges.targets === null && weights instanceof Float64Array;

  const normaliseColumn = (column: number, sum: number) => {
    const count = getColumnLength(edges, transpose, column);
    let total = 0;
    for (let i = 0; i < count; i++) total += weights[getColumnEdge(edges, transpose, column, i)]!;
    if (total === 0) return;
    const factor = sum / total;
    for (let i = 0; i < count; i++) {
      const edge = getColumnEdge(edges, transpose, column, i);
      const before = weights[edge]!;
      weights[edge] = before * factor;
      if (rowSums.length > 0) rowSums[getColumnRow(transpose, column, i)]! += weights[edge]! - before;
    }
  };

  return {
    hasSteadyReads: true,
    counters,
    weightsRecord: isDense && edges.minWeight === 0 ? kernelInput : null,
    state: { weights, rowSums, touched: pulsedColumns, ...counters.state },
    applyPulses: (targets, trace, factor, mu) => pulse(kernelInput, targets, trace, factor, mu),
    markColumnPulsed(column) {
      if (column >= 0) pulsedColumns[column] = 1;
      else if (!areAllPulsed) {
        pulsedColumns.fill(1);
        areAllPulsed = true;
      }
    },
    normalise(sum) {
      for (let column = 0; column < pulsedColumns.length; column++)
        if (pulsedColumns[column] === 1) normaliseColumn(column, sum);
      pulsedColumns.fill(0);
      areAllPulsed = false;
    },
    onCheckpointLoaded() {
      areAllPulsed = false;
    },
    weight: (k) => weights[k]!,
    conductance: (k) => (e ? (weights[k]! * e.gMax) / e.weightAtGMax : Number.NaN),
    readRow: (row) => rowSums[row]!,
    listFailureCodes: () => null,
  };
}
