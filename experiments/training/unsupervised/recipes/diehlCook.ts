import { pairsOfSpikes } from './pairsOfSpikes.ts';
import type { RuleRecipe } from './recipe.ts';

/** Without the normalisation of weights that the original needs: what depresses here is the next image. */
export const diehlCook: RuleRecipe = {
  ...pairsOfSpikes,
  rule: { aPlus: 2, aMinus: 0.2, tauPre: 11, tauPost1: 7, tauPost2: 60, minStrength: 0.02 },
  strengths: { up: ['aPlus'], down: ['aMinus'] },
  otherDevices: { aPlus: 1.5, aMinus: 0.1 },
};
