/** Exports of the WebAssembly module: one file per kernel. Scalar references for tests are in test/core/kernels/oracle/. */
export { buildAliasTable } from './buildAliasTable';
export { deliverBlocks } from './deliverBlocks';
export { deliverMerged } from './deliverMerged';
export { orderBySource } from './orderBySource';
export { collectArrivals } from './collectArrivals';
export { addConductances } from './addConductances';
export { addCurrents16, addCurrents32 } from './addCurrents';
export { deliverDense } from './deliverDense';
export { noise, uniforms } from './draws';
export { multiply32, multiply64 } from './multiply';
export { deliverPlastic } from './deliverPlastic';
export { drawPoissonBlock } from './drawPoissonBlock';
export { pulse32, pulse64 } from './pulse';
export { raceGates } from './raceGates';
export { deliverRecurrent } from './deliverRecurrent';
export { curvePulses } from './curvePulses';
export { computeStates } from './computeStates';
export { scalePulses, takePulses } from './takePulses';
export { storePulses } from './storePulses';
export { relaxStates, storeReadWeights, storeWeights, takeRow } from './storeWeights';
export { deliverBatch } from './deliverBatch';
export { advanceTwoConductances } from './advanceTwoConductances';
export { addTwoConductances } from './addTwoConductances';
export { checkCandidates } from './checkCandidates';
export { addRow, deliverSparse, testRow } from './deliverSparse';

import { RECORDS } from './records';

/** Version of the records shared with TypeScript. */
export function records(): u32 {
  return RECORDS;
}

/** First byte of memory that the module leaves free. */
export function heapBase(): usize {
  return __heap_base;
}
