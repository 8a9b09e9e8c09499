import type { RuleRecipe } from './recipe.ts';

/**
 * Traces live on into the next image, which begins at the spike that ends this one: its arrivals depress what won before. The weight
 * of a pixel settles where potentiation by the neuron's own images balances depression by images of any kind.
 */
export const pairStdp: RuleRecipe = {
  training: { keepTraces: true },
  rule: { pairing: 'nearest', aPlus: 1, aMinus: 1.33, tauPlus: 12, tauMinus: 12, minStrength: 0.02 },
  strengths: { up: ['aPlus'], down: ['aMinus'] },
  otherDevices: { aPlus: 0.3, aMinus: 0.15 },
};
