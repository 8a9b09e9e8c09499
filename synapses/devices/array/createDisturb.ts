import type { DeviceContext } from '../../../core/factories.ts';
import { type Edges, getColumn, getRowEnd, getRowStart } from '../../../core/graph/edges.ts';
import type { StepFamily } from '../../../core/kernels/devices.ts';
import type { createPulseBatchStep } from './cell.ts';
import type { ConductanceScale } from './conductanceScale.ts';
import type { DeviceCounters } from './deviceCounters.ts';
import { HalfSelectDisturb } from './halfSelectDisturb.ts';
import { hasExactWrites, type NonIdealities } from './nonidealities.ts';
import { createFamilyPulses, createMergedStep, findSensitivities, movesAnyState } from './partialPulses.ts';
import { createPartialReplay, type ReplayStages } from './partialReplay.ts';
import { PARTIAL_VOLTAGE } from './passiveArray.ts';
import type { ConductanceParams } from './range.ts';
import type { drawVariability, VariabilityParams } from './spread.ts';

/** Parts of an array that a half-select pulse or a read may change. */
interface ArrayParts extends Pick<ReplayStages, 'devices' | 'cell' | 'endurance'> {
  readonly scale: ConductanceScale;
  readonly counters: DeviceCounters;
}

/** Parts of an array that half-select (partial) pulses pass through. */
interface PulsedParts extends ArrayParts, Pick<ReplayStages, 'relaxation' | 'noise' | 'selectConstants'> {
  readonly g: Float64Array;
  /** Step family that a kernel computes; null if `applySteps` computes the steps. */
  readonly stepFamily: StepFamily | null;
  readonly applySteps: ReturnType<typeof createPulseBatchStep>;
  /** Largest number of devices in a row or column. */
  readonly capacity: number;
}

/** Creates the disturb of unselected devices of a passive array; null if partial pulses move no device. */
export function createDisturb(
  p: ConductanceParams & NonIdealities & VariabilityParams,
  spread: ReturnType<typeof drawVariability>,
  context: DeviceContext,
  parts: PulsedParts,
): HalfSelectDisturb | null {
  const { cell, endurance, relaxation, stepFamily, applySteps } = parts;
  const selection = p.selection as 'half' | 'third';
  const sensitivities = findSensitivities(p, cell, (k) => endurance.isStuck(k), context);
  if (sensitivities.every((bits) => bits === 0)) return null;
  const voltageFraction = PARTIAL_VOLTAGE[selection];
  const { upFactors = null, downFactors = null } = spread ?? {};
  const step = { share: p.disturb?.share ?? 1, voltageFraction, upFactors, downFactors };
  const isExact = hasExactWrites(p) && !relaxation.isActive;
  const replay = createPartialReplay(
    {
      ...parts,
      applySteps: stepFamily === null ? applySteps : null,
      share: step.share,
      voltageFraction: p.disturb ? null : voltageFraction,
    },
    parts.capacity,
    context,
  );
  return new HalfSelectDisturb(
    {
      ...parts,
      ...replay,
      selection,
      partialStep: isExact && cell.mergedPulse ? createMergedStep({ mergedPulse: cell.mergedPulse }, step) : null,
      ...(isExact && stepFamily !== null && createFamilyPulses(parts.devices, sensitivities, step, context)),
      isTimed: relaxation.isActive || Object.keys(cell.state).length > 0,
      sensitivities,
    },
    context,
  );
}

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
    for (let k = getRowStart(edges, row); k < getRowEnd(edges, row); k++) {
      if (endurance.isStuck(k)) continue;
      const before = g[k]!;
      g[k] = move(before);
      weights[k] = scale.weight(k, g[k]!);
      counters.updateConductanceSums(row, getColumn(edges, row, k), scale.conductanceRange(k) * (g[k]! - before));
    }
  };
}
