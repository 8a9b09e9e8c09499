import type { DeviceContext } from '../../../core/factories.ts';
import { createPulseBatch } from '../../../core/kernels/pulses.ts';
import type { DevicesRecord } from '../../../core/kernels/records.ts';
import type { Cell, createPulseBatchStep } from './cell.ts';
import type { Endurance } from './endurance.ts';
import type { createDeviceConstants } from './layout.ts';
import type { createPulseNoise } from './pulseNoise.ts';
import type { createRelaxation } from './retention.ts';

/** First number of the random draws of partial (half-select) pulses; draws of full pulses have lower numbers. */
const FIRST_DRAW_NUMBER = 2 ** 31;

/** Processing stages of a pulse (step, noise, wear, …), and size of steps by half-select pulses. */
export interface ReplayStages {
  readonly devices: DevicesRecord;
  readonly cell: Cell;
  /** Function that computes the steps of pulses; null if a kernel computes them. */
  readonly applySteps: ReturnType<typeof createPulseBatchStep> | null;
  readonly relaxation: ReturnType<typeof createRelaxation>;
  readonly endurance: Endurance;
  readonly noise: ReturnType<typeof createPulseNoise>;
  readonly selectConstants: ReturnType<typeof createDeviceConstants>;
  readonly share: number;
  /** Fraction of the write voltage across a device; null if the model has no voltage. */
  readonly voltageFraction: number | null;
}

/**
 * Creates `replay`, which applies half-select pulses one by one, with all non-idealities of a full pulse except wear: a
 * partial pulse does not count as a write. Random draws are indexed by device and number of the partial pulse.
 */
export function createPartialReplay(
  { devices, cell, applySteps, relaxation, endurance, noise, selectConstants, share, voltageFraction }: ReplayStages,
  capacity: number,
  { arena, edges }: DeviceContext,
) {
  const { kernels } = arena;
  const { g, pulseCounts } = devices;
  const batch = createPulseBatch(capacity, false, false, arena);
  const partialPulseCounts = arena.u32(edges.count);
  selectConstants(batch);
  return {
    state: { partialPulseCounts },
    replay(list: Uint32Array, strengths: Float64Array, count: number, t: number) {
      batch.count = count;
      for (let i = 0; i < count; i++) {
        const k = list[i]!;
        batch.edgeIndices[i] = k;
        batch.pulseNumbers[i] = pulseCounts[k]!;
        batch.strengths[i] = share * strengths[i]!;
        batch.statesBefore[i] = g[k]!;
      }
      if (count & 1) batch.edgeIndices[count] = batch.edgeIndices[count - 1]!; // kernels process pairs
      if (relaxation.isActive) relaxation.relaxBatch(batch, t);
      endurance.limitRanges(batch);
      for (let i = 0; i < count; i++) batch.pulseNumbers[i] = FIRST_DRAW_NUMBER + partialPulseCounts[list[i]!]!++;
      if (batch.upFactors !== null) kernels.scalePulses(batch);
      if (voltageFraction !== null)
        for (let i = 0; i < count; i++)
          batch.statesAfter[i] = cell.mergedPulse!(batch.statesBefore[i]!, batch.strengths[i]!, voltageFraction);
      else applySteps?.(batch, t);
      noise.drawBatchNoise(batch);
      kernels.computeStates(devices, batch);
      for (let i = 0; i < count; i++) {
        const k = list[i]!;
        if (endurance.isStuck(k)) continue;
        g[k] = batch.statesAfter[i]!;
        relaxation.recordPulse(k, t);
      }
    },
  };
}
