import type { RuleRecipe } from './recipe.ts';

/**
 * The rule of the default recipe. On other devices an upward pulse has half the strength, chosen on the validation split (N = 100,
 * one epoch of 10,000 images) for the nearly linear devices of the presets, whose steps do not shrink on the way up as those
 * of the recipe do.
 */
export const postTriggered: RuleRecipe = {
  rule: { window: 50 },
  strengths: { up: ['up'], down: ['down'] },
  otherDevices: { up: 0.5, down: 1 },
};
