import type { Mapping } from '../../network/config/override.ts';

/** Default settings of the training job for a learning rule, chosen on the validation split; see docs/rules.md. */
export interface RuleRecipe {
  /** Overrides for training: number of output spikes that end an image, and whether traces are kept between images. */
  readonly training?: Mapping;
  /** Overrides for neuron parameters. */
  readonly neuron?: Mapping;
  /** Function that returns overrides for homeostasis, given the mean number of wins per neuron. */
  readonly homeostasis?: (wins: number) => Mapping;
  /** Parameters of the rule for the default device. */
  readonly rule?: Mapping;
  /** Overrides for the rule with other devices, whose steps are nearly linear or shrink towards both bounds. */
  readonly otherDevices?: Mapping;
}

/**
 * Settings for rules that potentiate only if a neuron fires twice: an image ends at the second output spike.
 * Homeostasis equalises second spikes and must act early, because a neuron that fires first but not twice is depressed.
 */
const ENDS_AT_SECOND_SPIKE: Pick<RuleRecipe, 'training' | 'homeostasis'> = {
  training: { keepTraces: true, spikes: 2 },
  homeostasis: (wins) => ({ gain: 60, anneal: wins / 2, increment: 0 }),
};

const RECIPES: Readonly<Record<string, RuleRecipe>> = {
  // Diehl and Cook normalise weights; here, input spikes of the next image depress synapses instead.
  diehlCook: {
    ...ENDS_AT_SECOND_SPIKE,
    rule: { aPlus: 2, aMinus: 0.2, tauPre: 11, tauPost1: 7, tauPost2: 60, minStrength: 0.02 },
    otherDevices: { aPlus: 1.5, aMinus: 0.1 },
  },
  // Traces persist into the next image, which starts at the output spike that ends this image. Input spikes of the next
  // image depress synapses of the last winner. Potentiation by won images balances depression by all images.
  pairStdp: {
    training: { keepTraces: true },
    rule: { pairing: 'nearest', aPlus: 1, aMinus: 1.33, tauPlus: 12, tauMinus: 12, minStrength: 0.02 },
    otherDevices: { aPlus: 0.3, aMinus: 0.15 },
  },
  // Rule of the default settings. With other devices, the pulse strength of potentiation is 0.5 (validation split, 100
  // neurons, one epoch of 10,000 images), because nearly linear presets have full steps up to the bound.
  postTriggered: {
    rule: { window: 50 },
    otherDevices: { up: 0.5, down: 1 },
  },
  // Values chosen as for pairStdp. Waveforms of 42 ms exceed device thresholds at lags up to 23 ms; strength falls linearly from 1.
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
  // Pulses switch devices completely. Single weights are thus noisy, and a winner must integrate more input spikes.
  stochasticBinary: {
    neuron: { threshold: 80 },
    homeostasis: (wins) => ({ gain: Math.min(60, 12000 / wins) }),
    rule: { window: 15, pSet: 0.05, pReset: 0.0017, up: 10, down: 120 },
    otherDevices: { up: 20, down: 20 },
  },
  // Only triplets potentiate, as in fits to data of visual cortex; pairs of one pre- and one postsynaptic spike do not.
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

/** Recipe of a rule; empty if it has none: default parameters, and images end with the first output spike. */
export const findRuleRecipe = (rule: string): RuleRecipe => (Object.hasOwn(RECIPES, rule) ? RECIPES[rule]! : {});
