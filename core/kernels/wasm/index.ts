/** Exports of the WebAssembly module: one file per kernel. Scalar references for tests are in test/core/kernels/oracle/. */
export { buildAliasTable } from './buildAliasTable';
export { deliverBlocks } from './deliverBlocks';
export { deliverMerged } from './deliverMerged';
export { orderBySource } from './orderBySource';
export { collectArrivals } from './collectArrivals';
export { addConductances } from './addConductances';
export { addCurrents } from './addCurrents';
export { followPulseCurves, setPulseCurve } from './followPulseCurves';
export { deliverDense } from './deliverDense';
export { convertToNoiseFactors, drawNoise, drawUniforms } from './draws';
export { deliverToWtaGroups } from './deliverToWtaGroups';
export { lowerThresholds, mapBytes } from './arrays';
export { multiply } from './multiply';
export { deliverPlastic } from './deliverPlastic';
export { drawPoissonBlock } from './drawPoissonBlock';
export { pulseDevices } from './pulse';
export { deliverToGatedGroups } from './deliverToGatedGroups';
export { scanThresholds } from './scanThresholds';
export { deliverRecurrent } from './deliverRecurrent';
export { computeStates } from './computeStates';
export { deliverBatch } from './deliverBatch';
export { storePulses } from './storePulses';
export { updateAll } from './updateAll';
export { drawTableSteps } from './drawTableSteps';
export { scalePulses, collectPulses } from './collectPulses';
export { setTraces, computeRecentStrengths, computeTraceStrengths } from './traces';
export { advanceTwoConductances } from './advanceTwoConductances';
export { addTwoConductances } from './addTwoConductances';
export { findOneConductanceCrossing } from './oneConductance';
export { boundTwoConductances, boundTwoConductancesState, findTwoConductancesCrossing } from './twoConductances';
export { checkCandidates } from './checkCandidates';
export { applyWear } from './applyWear';
export { followPartialRun, pulseWrittenLine, updateDisturbedColumn, updateDisturbedRow } from './partialPulses';
export { loadRow, relaxStates, storeReadWeights, storeWeights } from './storeWeights';
export { addRow, deliverSparse, testRow } from './deliverSparse';

import { RECORDS_VERSION } from './records';

export function getRecordsVersion(): u32 {
  return RECORDS_VERSION;
}

/** Address of the first byte of memory that the module does not use itself. */
export function getHeapBase(): usize {
  return __heap_base;
}
export { countWindowSources, fillWindowRows } from './windowRows';
export { advanceWindow, finishWindow } from './windowStep';
