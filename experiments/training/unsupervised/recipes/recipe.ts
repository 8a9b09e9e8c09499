import type { Mapping } from '../../../network/config/override.ts';

/** What the MNIST job does for a rule, chosen on the validation split: see docs/rules.md. */
export interface RuleRecipe {
  /** How images follow each other in training, where it is not as by default. */
  readonly training?: Mapping;
  /** Neurons where they are not as by default. */
  readonly neuron?: Mapping;
  /** Homeostasis where it is not as by default, from how often each neuron wins when all win alike. */
  readonly homeostasis?: (wins: number) => Mapping;
  /** Parameters of the rule on the device of the recipe. */
  readonly rule?: Mapping;
  /** Parameters of the rule by which it is stronger on the way up, and on the way down: what a search changes. */
  readonly strengths: Record<'up' | 'down', readonly string[]>;
  /** Those that differ on any other device, whose steps are nearly linear or shrink towards both bounds. */
  readonly otherDevices?: Mapping;
}
