/** Pulses a whole column in one call: all stages, without intermediate copies; see `Kernels.pulseColumn`. */
import { drawNoise } from './draws';
import { canStoreStatesOnly, storeColumnStates } from './storePulses';
import { DevicesRecord, PulsesRecord } from './records';
import { computeBatchStates, SOFT_BOUND_FAMILY } from './computeStates';
import { collectAdjacentPulses } from './collectPulses';

export function pulseColumn(
  d: DevicesRecord, b: PulsesRecord, ends: usize, ups: usize, downs: usize, start: u32, stride: u32, trace: usize, scale: f64,
  k0: i32, k1: i32,
): bool {
  const n = b.count;
  if (n & 1 || !canStoreStatesOnly(d, b) || d.family != SOFT_BOUND_FAMILY || d.cycleToCycle > 0 || d.levels > 0) return false;
  if (collectAdjacentPulses(true, d, b, start, stride, 0, 0, n, trace, scale) == 0) return false;
  const numbers = d.pulseCounts + (<usize>b.firstStateIndex << 2);
  if (d.writeNoise > 0 || d.apparentOffsets != 0) drawNoise(k0, k1, b.edgeIndices, numbers, n, b.writeDraws, d.apparentOffsets != 0 ? b.apparentNoiseDraws : 0);
  store<u32>(b.traceIndices, 0);
  b.near = n;
  const before = b.statesBefore;
  b.statesBefore = d.g + (<usize>b.firstStateIndex << 3);
  computeBatchStates(d, b, false, ups, downs);
  b.statesBefore = before;
  storeColumnStates(d, b, n, 0, ends);
  return true;
}
