import type { Mapping } from '../../network/config/override.ts';

/** Settings of the training job that suit a learning rule, chosen on the validation split: see docs/rules.md. */
export interface RuleRecipe {
  /** Changes to the course of training: when an image ends, and what its end resets. */
  readonly training?: Mapping;
  /** Changes to the parameters of neurons. */
  readonly neuron?: Mapping;
  /** Changes to homeostasis, from the mean number of wins per neuron. */
  readonly homeostasis?: (wins: number) => Mapping;
  /** Parameters of the rule on the device of the default recipe. */
  readonly rule?: Mapping;
  /** Changes to the rule on any other device, whose steps are nearly linear or shrink towards both bounds. */
  readonly otherDevices?: Mapping;
}

/**
 * Settings for rules that potentiate only at the second of two spikes of a neuron: an image ends with the second output spike.
 * Homeostasis makes second spikes equally frequent, and must do so early: a neuron that fires first but not again is depressed.
 */
const ENDS_AT_SECOND_SPIKE: Pick<RuleRecipe, 'training' | 'homeostasis'> = {
  training: { keepTraces: true, spikes: 2 },
  homeostasis: (wins) => ({ gain: 60, anneal: wins / 2, increment: 0 }),
};

const RECIPES: Readonly<Record<string, RuleRecipe>> = {
  // Without the weight normalisation of the original: the arrivals of the next image depress instead.
  diehlCook: {
    ...ENDS_AT_SECOND_SPIKE,
    rule: { aPlus: 2, aMinus: 0.2, tauPre: 11, tauPost1: 7, tauPost2: 60, minStrength: 0.02 },
    otherDevices: { aPlus: 1.5, aMinus: 0.1 },
  },
  // Traces last into the next image, which begins at the spike that ends this one: its arrivals depress the synapses of the last
  // winner. A weight settles where potentiation by the images of the neuron balances depression by images of any kind.
  pairStdp: {
    training: { keepTraces: true },
    rule: { pairing: 'nearest', aPlus: 1, aMinus: 1.33, tauPlus: 12, tauMinus: 12, minStrength: 0.02 },
    otherDevices: { aPlus: 0.3, aMinus: 0.15 },
  },
  // Rule of the default recipe. On other devices an upward pulse has half the strength (validation split, N = 100, one epoch of
  // 10,000 images), because steps of the nearly linear presets do not shrink on the way up as those of the default device do.
  postTriggered: {
    rule: { window: 50 },
    otherDevices: { up: 0.5, down: 1 },
  },
  // As pairStdp. Waveforms of 42 ms exceed the thresholds of the device for intervals up to 23 ms; strengths fall linearly from 1.
  pulseOverlap: {
    training: { keepTraces: true },
    rule: {
      pre: [
        [0, 0.7],
        [2, 0.7],
        [2, -0.7],
        [42, 0],
      ],
      gainUp: 1.25,
      gainDown: 1.66,
      minStrength: 0.02,
    },
    otherDevices: { gainUp: 0.38, gainDown: 0.19 },
  },
  // Each pulse sets or resets a device completely. Weights of one bit vary strongly, so more input spikes decide who wins.
  stochasticBinary: {
    neuron: { threshold: 80 },
    homeostasis: (wins) => ({ gain: Math.min(60, 12000 / wins) }),
    rule: { window: 15, pSet: 0.05, pReset: 0.0017, up: 10, down: 120 },
    otherDevices: { up: 20, down: 20 },
  },
  // Potentiation by triplets alone, as in fits to visual cortex: pairs of a presynaptic and a postsynaptic spike add nothing.
  tripletStdp: {
    ...ENDS_AT_SECOND_SPIKE,
    rule: {
      pairing: 'nearest',
      a2Plus: 0,
      a3Plus: 3,
      a2Minus: 0.4,
      a3Minus: 0.1,
      tauPlus: 11,
      tauX: 60,
      tauMinus: 7,
      tauY: 60,
      minStrength: 0.02,
    },
    otherDevices: { a3Plus: 1.5, a2Minus: 0.08, a3Minus: 0.02 },
  },
};

/** Recipe of a rule; empty for all other rules: their default parameters, and images that end with the first output spike. */
export const findRuleRecipe = (rule: string): RuleRecipe => (Object.hasOwn(RECIPES, rule) ? RECIPES[rule]! : {});
