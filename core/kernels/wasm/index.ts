/** The kernels that are compiled to WebAssembly SIMD, one file each. Twins in plain TypeScript lie one folder up. */
export { aliasTable } from './alias';
export { blockStretch32, blockStretch64 } from './blocks';
export { confluence32x16, confluence32x32, confluence64x16, confluence64x32 } from './confluence';
export { bySource } from './bySource';
export { collect } from './collect';
export { pulseColumn } from './column';
export { addConductances } from './conductances';
export { addCurrents16, addCurrents32 } from './currents';
export { curvePulses } from './curve';
export { denseStretch32, denseStretch64 } from './dense';
export { factors, noise, uniforms } from './draws';
export { groupRace32 } from './groupRace';
export { lookUp } from './lookUp';
export { lower } from './lower';
export { multiply32, multiply64 } from './multiply';
export { plastic } from './plastic';
export { poissonBlock } from './poisson';
export { pulse32, pulse64 } from './pulse';
export { blockRace32 } from './race';
export { thresholdScan32, thresholdScan64 } from './scan';
export { recurrent } from './recurrent';
export { settlePulses } from './settle';
export { streamOn } from './stream';
export { putPulses } from './put';
export { sweep } from './sweep';
export { tablePulses } from './table';
export { scalePulses, takePulses } from './take';
export { markTraces, recentStrengths, traceStrengths } from './traces';
export { shuntOn } from './shunt';
export { addTwoConductances } from './twoConductances';
export { looks } from './wakes';
export { wearPulses } from './wear';
export { fadePulses, readStates, showStates, takeRow } from './show';
export {
  addRow32x16, addRow32x32, addRow64x16, addRow64x32, sparseStretch32x16, sparseStretch32x32, sparseStretch64x16,
  sparseStretch64x32, testRow32x16, testRow32x32, testRow64x16, testRow64x32,
} from './sparse';

import { RECORDS } from './records';

/** Version of the records that these kernels share with TypeScript. */
export function records(): u32 {
  return RECORDS;
}

/** First byte of memory that the module leaves free. */
export function heapBase(): usize {
  return __heap_base;
}
