import type { RuleRecipe } from './recipe.ts';

/**
 * For rules that potentiate at the second of two spikes of a neuron only: an image goes on until the second output spike. Neurons
 * that spike twice are to be equal in number, and must be so early: a neuron that fires first but not again is depressed for it.
 */
export const pairsOfSpikes: Pick<RuleRecipe, 'training' | 'homeostasis'> = {
  training: { keepTraces: true, spikes: 2 },
  homeostasis: (wins) => ({ gain: 60, anneal: wins / 2, increment: 0 }),
};
