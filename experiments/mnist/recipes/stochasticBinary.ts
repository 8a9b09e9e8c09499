import type { RuleRecipe } from './recipe.ts';

/** A pulse is strong enough to take a device from one bound to the other. */
export const stochasticBinary: RuleRecipe = {
  rule: { window: 50, pSet: 0.06, pReset: 0.008, up: 10, down: 120 },
  otherDevices: { up: 20, down: 20 },
};
