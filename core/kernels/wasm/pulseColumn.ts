/** Pulses a whole column in one call: all stages, without intermediate copies; see `Kernels.pulseColumn`. */
import { drawNoise } from './draws';
import { canStoreStatesOnly, storeColumnStates } from './storePulses';
import { DevicesRecord, PulseBatchRecord, PulseTargetsRecord } from './records';
import { computeBatchStates, SOFT_BOUND_FAMILY } from './computeStates';
import { collectAdjacentPulses } from './collectPulses';

export function pulseColumn(
  d: DevicesRecord, b: PulseBatchRecord, p: PulseTargetsRecord, trace: usize, scale: f64, k0: i32, k1: i32,
): bool {
  const n = p.deviceCount;
  if (n & 1 || !canStoreStatesOnly(d, b) || d.family != SOFT_BOUND_FAMILY || d.cycleToCycle > 0 || d.levels > 0) return false;
  if (collectAdjacentPulses(true, d, b, p.firstEdge, p.edgeStride, 0, 0, n, trace, scale) == 0) return false;
  const numbers = d.pulseCounts + (<usize>b.firstStateIndex << 2);
  if (d.writeNoise > 0 || d.apparentOffsets != 0) drawNoise(k0, k1, b.edgeIndices, numbers, n, b.writeDraws, d.apparentOffsets != 0 ? b.apparentNoiseDraws : 0);
  store<u32>(b.traceIndices, 0);
  b.near = b.count = n;
  const before = b.statesBefore;
  b.statesBefore = d.g + (<usize>b.firstStateIndex << 3);
  computeBatchStates(d, b, false, b.upFactors != 0);
  b.statesBefore = before;
  storeColumnStates(d, b, n, 0);
  return true;
}
