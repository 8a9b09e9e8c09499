/** Pulses a whole column in one call: all stages, without intermediate copies; see `Kernels.pulseColumn`. */
import { noise } from './draws';
import { storesOnlyStates, storeLeanColumn } from './storePulses';
import { DevicesRecord, PulsesRecord } from './records';
import { computeBatch, SOFT } from './computeStates';
import { takeAdjacent } from './takePulses';

export function pulseColumn(
  d: DevicesRecord, b: PulsesRecord, ends: usize, ups: usize, downs: usize, start: u32, stride: u32, trace: usize, scale: f64,
  k0: i32, k1: i32,
): bool {
  const n = b.count;
  if (n & 1 || !storesOnlyStates(d, b) || d.family != SOFT || d.cycleToCycle > 0 || d.levels > 0) return false;
  if (takeAdjacent(true, d, b, start, stride, 0, 0, n, trace, scale) == 0) return false;
  const numbers = d.pulses + (<usize>b.statesFrom << 2);
  if (d.writeNoise > 0 || d.apart != 0) noise(k0, k1, b.edges, numbers, n, b.writes, d.apart != 0 ? b.strays : 0);
  store<u32>(b.others, 0);
  b.near = n;
  const before = b.before;
  b.before = d.g + (<usize>b.statesFrom << 3);
  computeBatch(d, b, false, ups, downs);
  b.before = before;
  storeLeanColumn(d, b, n, 0, ends);
  return true;
}
