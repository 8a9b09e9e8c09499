import type { ModelContext } from '../../../core/factories.ts';
import type { ProgrammingNoise } from '../../../core/kernels/devices.ts';
import type { PulseBatchRecord } from '../../../core/kernels/records.ts';
import { roundStateToLevel } from '../../../core/kernels/scalarPulses.ts';
import { createNamedRandomStreams } from '../../variability.ts';
import type { NonIdealities } from './nonidealities.ts';
import type { VariabilityParams } from './spread.ts';

/**
 * Programming noise: cycle-to-cycle variability, write noise, `apparentNoise` (offset of the read value), rounding to
 * levels and write errors. Random draws are indexed by (device, pulse number).
 */
export function createPulseNoise(p: VariabilityParams & NonIdealities, count: number, context: ModelContext) {
  const { cycleToCycle: up, cycleToCycleDown: down = up, cycleCorrelation = 0, writeNoise = 0, levels, readErrors } = p;
  const { arena } = context;
  const { kernels } = arena;
  const cycleToCycle = Math.max(up, down);
  const programmingNoise: ProgrammingNoise = { cycleToCycle, writeNoise, levels: levels?.count ?? 0 };
  const directionFactors = cycleToCycle === 0 ? [1, 1] : [up / cycleToCycle, down / cycleToCycle];
  const correlation = cycleToCycle === 0 ? 0 : cycleCorrelation;
  const errorRate = readErrors?.writeRate ?? 0;
  const hasApparentNoise = (p.apparentNoise ?? 0) > 0;
  /** Number of pulse direction changes of each device: even after an upward pulse, odd after a downward pulse. */
  const reversals = arena.u32(correlation > 0 ? count : 0);
  const names = ['device', 'cycle', 'writeNoise', 'rounding', 'writeErrors', 'apparentNoise/start'] as const;
  const random = createNamedRandomStreams(names, context);

  /** Adds the correlated part of cycle-to-cycle noise, which is redrawn at each reversal of the pulse direction. */
  const correlate = ({ edgeIndices: edges, strengths, count, cycleDraws }: PulseBatchRecord) => {
    const [common, own] = [Math.sqrt(correlation), Math.sqrt(1 - correlation)];
    for (let i = 0; i < count; i++) {
      const k = edges[i]!;
      if ((reversals[k]! & 1) !== (strengths[i]! > 0 ? 0 : 1)) reversals[k]!++;
      cycleDraws[i] = common * random.cycle.normal(k, reversals[k]!) + own * cycleDraws[i]!;
    }
  };

  return {
    state: { turns: reversals },
    programmingNoise,
    /** True if write errors can mirror the state of a device (g to 1 - g), which no kernel computes. */
    hasWriteErrors: errorRate > 0,
    drawBatchNoise(b: PulseBatchRecord) {
      const { edgeIndices: edges, pulseNumbers, count } = b;
      if (cycleToCycle > 0) kernels.drawNoise(random.device, edges, pulseNumbers, count, b.cycleDraws);
      if (correlation > 0) correlate(b);
      if (directionFactors[0] !== directionFactors[1])
        for (let i = 0; i < count; i++) b.cycleDraws[i]! *= directionFactors[b.strengths[i]! > 0 ? 0 : 1]!;
      if (levels?.rounding === 'stochastic')
        kernels.drawUniforms(random.rounding, edges, pulseNumbers, count, b.roundingDraws);
      const apart = hasApparentNoise ? b.apparentNoiseDraws : null;
      if (writeNoise > 0 || apart)
        kernels.drawNoise(random.writeNoise, edges, pulseNumbers, count, b.writeDraws, apart);
    },
    applyWriteErrors({
      edgeIndices: edges,
      pulseNumbers,
      count,
      statesAfter,
      lowerBounds,
      upperBounds,
    }: PulseBatchRecord) {
      for (let i = 0; errorRate > 0 && i < count; i++) {
        if (random.writeErrors.uniform(edges[i]!, pulseNumbers[i]!) >= errorRate) continue;
        statesAfter[i] = Math.min(Math.max(1 - statesAfter[i]!, lowerBounds[i]!), upperBounds[i]!);
      }
    },
    drawInitialApparentNoise: (k: number) => random['apparentNoise/start'].normal(k, 0),
    roundToLevel: (g: number) => (programmingNoise.levels > 0 ? roundStateToLevel(g, programmingNoise.levels, 0.5) : g),
  };
}
