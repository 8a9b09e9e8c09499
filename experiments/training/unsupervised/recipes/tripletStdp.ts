import { pairsOfSpikes } from './pairsOfSpikes.ts';
import type { RuleRecipe } from './recipe.ts';

/** Potentiation by triplets alone, as in fits to visual cortex: pairs of a presynaptic and a postsynaptic spike add nothing. */
export const tripletStdp: RuleRecipe = {
  ...pairsOfSpikes,
  rule: {
    pairing: 'nearest',
    ...{ a2Plus: 0, a3Plus: 3, a2Minus: 0.4, a3Minus: 0.1 },
    ...{ tauPlus: 11, tauX: 60, tauMinus: 7, tauY: 60 },
    minStrength: 0.02,
  },
  strengths: { up: ['a3Plus'], down: ['a2Minus', 'a3Minus'] },
  otherDevices: { a3Plus: 1.5, a2Minus: 0.08, a3Minus: 0.02 },
};
