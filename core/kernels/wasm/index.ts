/** Exports of the WebAssembly module: one file per kernel. Scalar references for tests are in test/core/kernels/oracle/. */
export { buildAliasTable } from './buildAliasTable';
export { deliverBlocks } from './deliverBlocks';
export { deliverMerged } from './deliverMerged';
export { orderBySource } from './orderBySource';
export { collectArrivals } from './collectArrivals';
export { pulseColumn } from './pulseColumn';
export { addConductances } from './addConductances';
export { addCurrents16, addCurrents32 } from './addCurrents';
export { curvePulses, setCurve } from './curvePulses';
export { deliverDense } from './deliverDense';
export { factors, noise, uniforms } from './draws';
export { raceGroups } from './raceGroups';
export { lowerThresholds, mapBytes } from './arrays';
export { multiply } from './multiply';
export { deliverPlastic } from './deliverPlastic';
export { drawPoissonBlock } from './drawPoissonBlock';
export { pulse } from './pulse';
export { raceGates } from './raceGates';
export { scanThresholds } from './scanThresholds';
export { deliverRecurrent } from './deliverRecurrent';
export { computeStates } from './computeStates';
export { deliverBatch } from './deliverBatch';
export { storePulses } from './storePulses';
export { updateAll } from './updateAll';
export { tablePulses } from './tablePulses';
export { scalePulses, takePulses } from './takePulses';
export { markTraces, recentStrengths, traceStrengths } from './traces';
export { advanceTwoConductances } from './advanceTwoConductances';
export { addTwoConductances } from './addTwoConductances';
export { checkCandidates } from './checkCandidates';
export { wearPulses } from './wearPulses';
export { loadRow, relaxStates, storeReadWeights, storeWeights } from './storeWeights';
export { addRow, deliverSparse, testRow } from './deliverSparse';

import { RECORDS } from './records';

/** Version of the record layouts shared with TypeScript. */
export function records(): u32 {
  return RECORDS;
}

/** Address of the first byte of memory that the module does not use itself. */
export function heapBase(): usize {
  return __heap_base;
}
