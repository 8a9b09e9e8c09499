import { diehlCook } from './diehlCook.ts';
import { pairStdp } from './pairStdp.ts';
import { postTriggered } from './postTriggered.ts';
import { pulseOverlap } from './pulseOverlap.ts';
import type { RuleRecipe } from './recipe.ts';
import { stochasticBinary } from './stochasticBinary.ts';
import { tripletStdp } from './tripletStdp.ts';

/** One line a rule that the job has a recipe for. */
const RECIPES: Readonly<Record<string, RuleRecipe>> = {
  diehlCook,
  pairStdp,
  postTriggered,
  pulseOverlap,
  stochasticBinary,
  tripletStdp,
};

/** Any other rule is tried as it is: its own defaults, and images that end with the first output spike. */
const NONE: RuleRecipe = { strengths: { up: [], down: [] } };

/** Rules with a recipe. */
export const RULES_WITH_RECIPE = Object.keys(RECIPES);

export const ruleRecipe = (rule: string): RuleRecipe => (Object.hasOwn(RECIPES, rule) ? RECIPES[rule]! : NONE);
