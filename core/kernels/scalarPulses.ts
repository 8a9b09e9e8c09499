/**
 * Conversions between state, weight and level of single devices, and scalar pulses with sums of the
 * conductances of columns, which the SIMD kernels do not support. Results are bit-identical to those of the kernels.
 */
import type { StatefulDevices } from './devices.ts';
import { getDeviceConstantIndices } from './pulses.ts';
import { DeviceTotalsPlaces as AT, type PulseBatchRecord } from './records.ts';

/** Weight of a device in state g, with `low` and `top` its weights in states 0 and 1. */
export const interpolateWeight = (low: number, top: number, g: number): number =>
  g >= 1 ? top : Math.min(low + g * (top - low), top);

/** Quantises state g in [0, 1] to a level. u: uniform on (0, 1) for stochastic rounding, 0.5 for the nearest level. */
export function roundStateToLevel(g: number, levelCount: number, u: number): number {
  return Math.min(Math.floor(g * (levelCount - 1) + u), levelCount - 1) / (levelCount - 1);
}

export function storePulsesScalar(d: StatefulDevices, b: PulseBatchRecord, stamp: number) {
  const { firstConstant, firstStateIndex, weightRanges } = b;
  const constantIndices = getDeviceConstantIndices(b);
  const { columnConductanceSums: columnSums, record } = d;
  const {
    g,
    weights,
    totals,
    rowSums,
    arraySum,
    writeEnergies,
    lowWeight: commonLow,
    gMin,
    siemensPerWeight,
    apparentOffsets,
    minReadWeight,
  } = record;
  for (let i = 0; i < b.count; i++) {
    const k = b.edgeIndices[i]!;
    const state = firstStateIndex < 0 ? k : firstStateIndex + b.traceIndices[i]!;
    const x = b.statesAfter[i]!;
    const place = 2 * (firstConstant + constantIndices[i]!);
    const low = weightRanges === null ? commonLow : weightRanges[place]!;
    const top = weightRanges === null ? record.topWeight : weightRanges[place + 1]!;
    const amount = b.strengths[i]!;
    const weight = interpolateWeight(low, top, x);
    const offsetBefore = apparentOffsets === null ? 0 : apparentOffsets[state]!;
    const offset =
      apparentOffsets === null ? 0 : Math.max(record.apparentSd * b.apparentNoiseDraws[i]!, minReadWeight - weight);
    totals[AT.writes]!++;
    if (amount > 0 || Object.is(amount, 0)) totals[AT.upward]!++; // +0 and -0 from the weight dependence keep the direction
    record.pulseCounts[state] = b.pulseNumbers[i]! + 1;
    if (record.timeStamps !== null) record.timeStamps[k] = stamp;
    if (rowSums !== null) {
      const row = b.row < 0 ? b.traceIndices[i]! : b.row;
      const column = b.column < 0 ? b.traceIndices[i]! : b.column;
      const conductance = (g: number, more: number) =>
        gMin + (low - commonLow + g * (top - low) + more) * siemensPerWeight;
      const left = conductance(x, offset);
      const stored = conductance(g[state]!, offsetBefore);
      const square = b.joulesPerSiemens === null ? record.joulesPerSiemens : b.joulesPerSiemens[i]!;
      const spent = square * ((conductance(b.statesBefore[i]!, offsetBefore) + left) / 2);
      totals[AT.writeEnergy]! += spent;
      if (writeEnergies !== null) writeEnergies[k]! += spent;
      rowSums[row]! += left - stored;
      columnSums[column]! += left - stored;
      arraySum[0]! += left - stored;
    }
    g[state] = x;
    weights[k] = weight + offset;
    if (apparentOffsets !== null) apparentOffsets[state] = offset;
  }
}
