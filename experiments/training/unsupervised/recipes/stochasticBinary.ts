import type { RuleRecipe } from './recipe.ts';

/**
 * Each pulse goes all the way: on the recipe's device from the lower bound to the upper one and from anywhere to the lower one, on
 * softBound from anywhere to either. Weights of one bit scatter, so more input spikes than elsewhere decide who wins.
 */
export const stochasticBinary: RuleRecipe = {
  neuron: { threshold: 80 },
  homeostasis: (wins) => ({ gain: Math.min(60, 12000 / wins) }),
  rule: { window: 15, pSet: 0.05, pReset: 0.0017, up: 10, down: 120 },
  strengths: { up: ['pSet'], down: ['pReset'] },
  otherDevices: { up: 20, down: 20 },
};
