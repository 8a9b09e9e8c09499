/** Exports of the WebAssembly module: one file per kernel. Scalar references for tests are in test/core/kernels/oracle/. */
export { buildAliasTable } from './alias';
export { deliverBlocks } from './blocks';
export { deliverMerged } from './confluence';
export { orderBySource } from './bySource';
export { collectArrivals } from './collect';
export { pulseColumn } from './column';
export { addConductances } from './conductances';
export { addCurrents16, addCurrents32 } from './currents';
export { curvePulses } from './curve';
export { deliverDense } from './dense';
export { factors, noise, uniforms } from './draws';
export { raceGroups } from './groupRace';
export { mapBytes } from './lookUp';
export { lowerThresholds } from './lower';
export { multiply32, multiply64 } from './multiply';
export { deliverPlastic } from './plastic';
export { drawPoissonBlock } from './poisson';
export { pulse32, pulse64 } from './pulse';
export { raceGates } from './race';
export { scanThresholds } from './scan';
export { deliverRecurrent } from './recurrent';
export { computeStates } from './settle';
export { deliverBatch } from './stream';
export { storePulses } from './put';
export { updateAll } from './sweep';
export { tablePulses } from './table';
export { scalePulses, takePulses } from './take';
export { markTraces, recentStrengths, traceStrengths } from './traces';
export { advanceTwoConductances } from './shunt';
export { addTwoConductances } from './twoConductances';
export { checkCandidates } from './wakes';
export { wearPulses } from './wear';
export { relaxStates, storeReadWeights, storeWeights, takeRow } from './show';
export { addRow, deliverSparse, testRow } from './sparse';

import { RECORDS } from './records';

/** Version of the records shared with TypeScript. */
export function records(): u32 {
  return RECORDS;
}

/** First byte of memory that the module leaves free. */
export function heapBase(): usize {
  return __heap_base;
}
