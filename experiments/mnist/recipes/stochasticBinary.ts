import type { RuleRecipe } from './recipe.ts';

/**
 * A pulse is strong enough to take a device from one bound to the other. Weights of one bit scatter, so that more input spikes than
 * elsewhere decide who wins.
 */
export const stochasticBinary: RuleRecipe = {
  neuron: { threshold: 90 },
  homeostasis: (wins) => ({ gain: Math.min(60, 12000 / wins) }),
  rule: { window: 20, pSet: 0.05, pReset: 0.0033, up: 10, down: 120 },
  otherDevices: { up: 20, down: 20 },
};
