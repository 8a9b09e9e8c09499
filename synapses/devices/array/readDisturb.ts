import { type Edges, getColumn, rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { ArrayParts } from './createDisturb.ts';
import { movesAnyState } from './partialPulses.ts';
import type { ConductanceParams } from './range.ts';

/**
 * Creates the effect of one read of a row on its devices: an upward pulse of the read voltage, as long as a read. Returns
 * null if `readDisturb` is off or a read moves no state.
 */
export function createReadDisturb(
  e: ConductanceParams | null,
  { cell: { mergedPulse }, scale, counters, endurance, devices: { g, weights } }: ArrayParts,
  edges: Edges,
): ((row: number) => void) | null {
  if (!e?.array.readDisturb || !mergedPulse) return null;
  const [strength, fraction] = [e.readTime / e.pulse.upDuration, e.readVoltage / e.pulse.upVoltage];
  const move = (state: number) => Math.min(Math.max(mergedPulse(state, strength, fraction), 0), 1);
  if (!movesAnyState(move)) return null;
  return (row) => {
    for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
      if (endurance.isStuck(k)) continue;
      const before = g[k]!;
      g[k] = move(before);
      weights[k] = scale.weight(k, g[k]!);
      counters.updateConductanceSums(row, getColumn(edges, row, k), scale.conductanceRange(k) * (g[k]! - before));
    }
  };
}
