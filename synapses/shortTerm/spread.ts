import type { Params } from '../../core/declare/define.ts';
import type { ModelContext } from '../../core/factories.ts';
import { createLogNormalSampler, createRandomStreams, relativeSdParam } from '../variability.ts';

export const terminalSpreadParams = {
  deviceToDevice: relativeSdParam(
    0,
    'device-to-device variability: relative sd (log-normal) of the time constants and of the increment per arrival, each drawn once per terminal',
  ),
  cycleToCycle: relativeSdParam(0, 'cycle-to-cycle variability: relative sd (normal) of the increment of each arrival'),
};

/** Creates the variability of short-term plasticity. Random draws are indexed by terminal and arrival number. */
export function createTerminalSpread(
  { deviceToDevice, cycleToCycle }: Params<typeof terminalSpreadParams>,
  context: ModelContext & { readonly rows: number },
) {
  const { arena, rows } = context;
  const random = createRandomStreams(context);
  const [timeFactors, stepFactors] = [arena.f64(rows).fill(1), arena.f64(rows).fill(1)];
  if (deviceToDevice > 0) {
    const factor = createLogNormalSampler(deviceToDevice, random('shortTerm/spread'));
    for (let row = 0; row < rows; row++) {
      timeFactors[row] = factor(row, 0);
      stepFactors[row] = factor(row, 1);
    }
  }
  const cycles = random('shortTerm/cycles');
  const arrivalCounts = arena.u32(cycleToCycle > 0 ? rows : 0);
  return {
    state: { arrivals: arrivalCounts },
    timeFactors,
    /** Draws the random factor of the state increment by one arrival at terminal `row`. Call once per arrival. */
    drawStepFactor(row: number): number {
      if (cycleToCycle === 0) return stepFactors[row]!;
      const noise = 1 + cycleToCycle * cycles.normal(row, arrivalCounts[row]!++);
      return stepFactors[row]! * Math.max(0, noise);
    },
  };
}
