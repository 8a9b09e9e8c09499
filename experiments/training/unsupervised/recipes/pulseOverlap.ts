import type { RuleRecipe } from './recipe.ts';

/**
 * As for pairs of spikes. Waveforms of 42 ms overlap beyond the thresholds of the device for intervals up to 23 ms, with strengths
 * that fall in a straight line, up to 1 upwards.
 */
export const pulseOverlap: RuleRecipe = {
  training: { keepTraces: true },
  rule: {
    pre: [
      [0, 0.7],
      [2, 0.7],
      [2, -0.7],
      [42, 0],
    ],
    gainUp: 1.25,
    gainDown: 1.66,
    minStrength: 0.02,
  },
  strengths: { up: ['gainUp'], down: ['gainDown'] },
  otherDevices: { gainUp: 0.38, gainDown: 0.19 },
};
