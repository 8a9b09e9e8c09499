import { pow } from '../../../core/elementary.ts';
import { addSettingDefaults, type LoadedDevice } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import type { NetworkKind } from './architecture.ts';

/** Default settings for a learning rule, chosen on the validation split; see docs/results/rules.md. */
interface RuleRecipe {
  /** Section `training`: number of output spikes per image, and whether traces are kept between images. */
  readonly training?: Mapping;
  readonly neuron?: Mapping;
  /** Creates the section `homeostasis` for a mean number of wins per neuron. */
  readonly homeostasis?: (wins: number) => Mapping;
  readonly rule?: Mapping;
  /** Rule parameters that override those in `rule` if the device is not the default device. */
  readonly deviceRuleOverrides?: Mapping;
}

/** Settings for rules that potentiate only if a neuron fires twice: an image ends at its second output spike. */
const ENDS_AT_SECOND_SPIKE: Pick<RuleRecipe, 'training' | 'homeostasis'> = {
  training: { keepTraces: true, spikes: 2 },
  homeostasis: (wins) => ({ gain: 60, anneal: wins / 2, increment: 0 }),
};

const RECIPES: Readonly<Record<string, RuleRecipe>> = {
  // Settings of rule diehlCook: input spikes after an output spike depress synapses, instead of weight normalisation.
  diehlCook: {
    ...ENDS_AT_SECOND_SPIKE,
    rule: { aPlus: 2, aMinus: 0.2, tauPre: 11, tauPost1: 7, tauPost2: 60, minStrength: 0.02 },
    deviceRuleOverrides: { aPlus: 1.5, aMinus: 0.1 },
  },
  // Settings of rule pairStdp: traces persist into the next image. Its input spikes thus depress synapses of the neuron
  // that won the previous image, because an output spike ends an image and starts the next one.
  pairStdp: {
    training: { keepTraces: true },
    rule: { pairing: 'nearest', aPlus: 1, aMinus: 1.33, tauPlus: 12, tauMinus: 12, minStrength: 0.02 },
    deviceRuleOverrides: { aPlus: 0.3, aMinus: 0.15 },
  },
  // Settings of the default learning rule, postTriggered: pulse strength 0.5 suits devices with equal steps; chosen on
  // the validation split of MNIST (100 neurons, 10,000 images).
  postTriggered: {
    rule: { window: 50 },
    deviceRuleOverrides: { up: 0.5, down: 1 },
  },
  // Settings of rule pulseOverlap: waveforms of 42 ms. For spike lags up to 23 ms, their sum exceeds the threshold
  // of the device; the pulse strength falls linearly with the lag. Gains were chosen on the validation split.
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
    deviceRuleOverrides: { gainUp: 0.38, gainDown: 0.19 },
  },
  // Settings of binary devices: each pulse switches a weight from one bound to the other, so weights fluctuate much. A
  // higher threshold makes output neurons integrate more input spikes before they fire.
  stochasticBinary: {
    neuron: { threshold: 80 },
    homeostasis: (wins) => ({ gain: Math.min(60, 12000 / wins) }),
    rule: { window: 15, pSet: 0.05, pReset: 0.0017, up: 10, down: 120 },
    deviceRuleOverrides: { up: 20, down: 20 },
  },
  // Settings of rule tripletStdp: spike triplets potentiate, as in fits to data of visual cortex; spike pairs do not.
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
    deviceRuleOverrides: { a3Plus: 1.5, a2Minus: 0.08, a3Minus: 0.02 },
  },
};

const findRuleRecipe = (rule: string): RuleRecipe => (Object.hasOwn(RECIPES, rule) ? RECIPES[rule]! : {});

/**
 * Scales parameters with the mean number of wins (output spikes) per neuron. A win changes weights and threshold by a step: few wins need
 * larger weight steps, slower decay of the homeostasis gain and a higher initial threshold, so that a neuron integrates more spikes
 * before it wins. Chosen on the validation split: docs/results/mnist.md, "Any budget". @param neurons per layer or group @param
 * presentations epochs × training images
 */
export function scaleSettingsToWins(neurons: number, presentations: number, network: NetworkKind = 'layer') {
  const wins = Math.max(1, presentations / neurons);
  const budget = neurons > 3200 ? scaleLargeLayer(wins) : scaleSmallLayer(wins);
  if (network === 'layer') return budget;
  // Output neurons that see only part of the image receive fewer spikes, so their thresholds are halved.
  const readThreshold = network === 'features' ? 0.65 : budget.neuron.readThreshold;
  return { ...budget, neuron: { threshold: budget.neuron.threshold / 2, readThreshold } };
}

function scaleSmallLayer(wins: number) {
  const scarcity = Math.max(1, 100 / wins);
  const step = pow(scarcity, 0.25);
  return {
    testSpikes: 20,
    neuron: { threshold: 45 * pow(scarcity, 0.1), readThreshold: 0.5 },
    homeostasis: {
      gain: Math.min(3000 / wins, 30 + 30 / wins),
      anneal: Math.min(100, wins),
      increment: Math.min(0.3, 30 / wins),
    },
    device: { alphaUp: 0.12 * step, alphaDown: 0.009 * step, betaUp: 5 },
  };
}

function scaleLargeLayer(wins: number) {
  const step = pow(Math.max(1, 25 / wins), 0.25);
  return {
    testSpikes: 12,
    neuron: { threshold: 70, readThreshold: 0.6 },
    homeostasis: { gain: Math.min(2400 / wins, 64), anneal: Math.min(30, 1.2 * wins), increment: 0.05 },
    device: { alphaUp: 0.1 * step, alphaDown: 0.0131 * step, betaUp: 4 },
  };
}

/** Effective number of active pixels (`computeActivePixels`) of the images for which the recipes were chosen: MNIST. */
const REFERENCE_ACTIVE_PIXELS = 120;
const REFERENCE_RATE = 6400;

/**
 * Ratio of input spikes per image to those of MNIST, for an effective number of active pixels: 1, 2 or 4. Images with more active pixels and
 * grey levels need more spikes, so that the spikes of a single image represent it. Chosen on the validation splits of MNIST and
 * Fashion-MNIST: docs/results/fashion-mnist.md.
 */
export const computeSpikeRatio = (activePixels: number): number =>
  2 ** Math.min(2, Math.max(0, Math.round(1.4 * Math.log2(activePixels / REFERENCE_ACTIVE_PIXELS))));

/**
 * Adapts the defaults of the rule `postTriggered` to images with more active pixels than MNIST: input rate, thresholds, and
 * gain and increment of homeostasis are multiplied by `computeSpikeRatio`, and the window of the rule is divided by it.
 * Recipes of other rules are returned unchanged. @param mapNeurons number of neurons, if the input is maps of edge orientation
 */
export function adaptSettingsToImages(
  recipe: Mapping,
  activePixels = REFERENCE_ACTIVE_PIXELS,
  mapNeurons?: number,
): Mapping {
  const ratio = computeSpikeRatio(activePixels);
  const rule = recipe.rule as Mapping & { readonly model: string };
  if (ratio === 1 || rule.model !== 'postTriggered') return recipe;
  const neuron = recipe.neuron as { readonly threshold: number };
  const homeostasis = recipe.homeostasis as Readonly<Record<'gain' | 'increment', number>>;
  const adapted = {
    ...recipe,
    stimulus: { rate: REFERENCE_RATE * ratio },
    neuron: { ...neuron, threshold: neuron.threshold * ratio },
    homeostasis: { ...homeostasis, gain: homeostasis.gain * ratio, increment: homeostasis.increment * ratio },
    rule: { ...rule, window: (rule.window as number) / ratio },
  };
  return mapNeurons === undefined ? adapted : adaptSettingsToMaps(adapted, mapNeurons, Math.log2(ratio) / 2);
}

/**
 * Settings for orientation maps of images with many active pixels: exponents below 1 raise weak edges, more output spikes at lower
 * thresholds are read, and weight steps are smaller. Chosen on the validation split of Fashion-MNIST: docs/results/fashion-mnist.md.
 * @param share 0 to 1: share of the change, on logarithmic scales
 */
function adaptSettingsToMaps(recipe: Mapping, neurons: number, share: number): Mapping {
  const scale = (value: unknown, factor: number) => (value as number) * pow(factor, share);
  const { neuron, device, testSpikes } = recipe as { neuron: Mapping; device: Mapping; testSpikes: number };
  const changed = {
    labelSpikes: Math.round(scale(3, 10 / 3)),
    testSpikes: Math.round(scale(testSpikes, 5)),
    stimulus: { gamma: scale(1, neurons < 800 ? 0.4 : 0.5) },
    neuron: { hold: scale(10, 0.1), readThreshold: scale(neuron.readThreshold, 0.3) },
    device: { alphaUp: scale(device.alphaUp, 0.5), alphaDown: scale(device.alphaDown, 0.5) },
  };
  return addSettingDefaults(changed, recipe, undefined);
}

export type DeviceSettings = Pick<LoadedDevice, 'device' | 'shortTerm'> & Partial<Pick<LoadedDevice, 'cost'>>;

/** Typical number of input spikes before the first output spike of an image. */
const INPUT_SPIKES = 130;

/** Ratio of smallest to largest weight: gMin / gMax, or 0 if a reference conductance is subtracted. */
export function getWeightFloorRatio(device: Mapping) {
  const { gMin, gMax, reading = 'single' } = device as { gMin?: number; gMax?: number; reading?: string };
  return gMin === undefined || gMax === undefined || reading !== 'single' ? 0 : gMin / gMax;
}

/** Lowest and highest weight of a device without device-to-device variability, mV. */
export function getWeightRange(device: Mapping): readonly [low: number, high: number] {
  const { gMin = 0, gMax = 1, weightAtGMax = 1, wMin = 0, wMax } = device as Record<string, number>;
  const { reading = 'single' } = device;
  if (wMax !== undefined) return [wMin, wMax];
  if (reading === 'single') return [getWeightFloorRatio(device) * weightAtGMax, weightAtGMax];
  const high = (1 - gMin / gMax) * weightAtGMax;
  return [reading === 'differential' ? -high : 0, high];
}

/** Adapts default settings to a device. Raises the threshold if the smallest weight is above 0. */
export function adaptSettingsToDevice(recipe: Mapping, { device, shortTerm }: DeviceSettings): Mapping {
  const floor = getWeightFloorRatio(device);
  const share = 1 - floor;
  const { threshold } = recipe.neuron as { threshold: number };
  const { rate = REFERENCE_RATE } = recipe.stimulus as { readonly rate?: number };
  const rule = recipe.rule as Mapping & { model: string };
  return {
    ...recipe,
    device: 'wMax' in device ? device : { ...device, weightAtGMax: 1 },
    ...(shortTerm !== null && { shortTerm }),
    rule: { ...rule, ...findRuleRecipe(rule.model).deviceRuleOverrides },
    weight: { initial: [floor + 0.01 * share, floor + 0.31 * share] },
    neuron: {
      ...(recipe.neuron as Mapping),
      threshold: share * threshold + (floor * INPUT_SPIKES * rate) / REFERENCE_RATE,
    },
  };
}

/** Default settings, chosen by validation, for a rule and numbers of neurons and presentations (epochs × images). */
export function buildDefaultSettings(
  neurons: number,
  presentations: number,
  rule = 'postTriggered',
  network: NetworkKind = 'layer',
): Mapping {
  const { device, ...others } = scaleSettingsToWins(neurons, presentations, network);
  const ofRule = findRuleRecipe(rule);
  return {
    ...others,
    stimulus: {},
    training: ofRule.training ?? {},
    neuron: { ...others.neuron, ...ofRule.neuron },
    homeostasis: { ...others.homeostasis, ...ofRule.homeostasis?.(presentations / neurons) },
    weight: {},
    device: { model: 'exponential', gMin: 1e-8, gMax: 1e-4, ...device, betaDown: 0 },
    rule: { model: rule, ...ofRule.rule },
  };
}

/** Adapts defaults to recordings (docs/results/mnist.md): twice the threshold for more events; fewer test spikes, because images move. */
export const adaptSettingsToRecordings = (recipe: Mapping): Mapping => {
  const neuron = recipe.neuron as { readonly threshold: number };
  return { ...recipe, testSpikes: 3, neuron: { ...neuron, threshold: 2 * neuron.threshold } };
};
