import { UserError } from '../../core/declare/errors.ts';
import type { Seed } from '../../core/random/random.ts';
import { drawAxisValues, type ParameterValues } from '../sweep/axes.ts';
import type { Parameter } from '../sweep/schema.ts';
import type { MnistConfig } from '../training/unsupervised/config.ts';
import { floorOf } from '../training/unsupervised/device.ts';
import { findRuleRecipe, RULES_WITH_RECIPE } from '../training/unsupervised/recipes.ts';

/** What a search changes. Strengths and thresholds are tried as multiples of the recipe's, the others between two numbers. */
export interface Tunable {
  /** Name in tables and pictures. */
  readonly name: string;
  /** Place in the configuration. */
  readonly path: string;
  readonly unit: string;
  /** Value of the common recipe on this device. */
  readonly common: number;
  /** Between which values it is drawn, the logarithm evenly where `log`. */
  readonly range: readonly [low: number, high: number];
  readonly log: boolean;
}

/** Multiples of the recipe's numbers. */
const UP: readonly [number, number] = [1 / 6, 3];
const DOWN: readonly [number, number] = [1 / 6, 6];
const THRESHOLD: readonly [number, number] = [0.6, 2.2];
const GAIN: readonly [number, number] = [0.3, 4];
const READ_THRESHOLD: readonly [number, number] = [0.3, 0.9];
/** Highest initial weight as a share of the device's range. */
const INITIAL: readonly [number, number] = [0.05, 0.8];

/** What can be tuned of a rule on a device: strengths, initial weights, thresholds and how far they move. @param common the recipe on this device */
export function tunablesOf(common: MnistConfig): Tunable[] {
  const { rule, neuron, weight, device, homeostasis } = common;
  const { strengths } = findRuleRecipe(rule.model);
  if (strengths.up.length === 0)
    throw new UserError(
      `device tune: of the rule ${rule.model} it is not known what makes it stronger; known: ${RULES_WITH_RECIPE.join(', ')}.`,
    );
  const strength = (key: string, [low, high]: readonly [number, number]): Tunable => {
    const value = rule[key as keyof typeof rule] as unknown as number;
    return { name: key, path: `rule.${key}`, unit: '', common: value, range: [low * value, high * value], log: true };
  };
  const floor = floorOf(device);
  const share = (s: number) => floor + s * (1 - floor);
  const times = ([low, high]: readonly [number, number], value: number) => [low * value, high * value] as const;
  return [
    ...strengths.up.map((key) => strength(key, UP)),
    ...strengths.down.map((key) => strength(key, DOWN)),
    {
      ...{ name: 'initial', path: 'weight.initial.1', unit: 'mV', common: weight.initial[1] },
      ...{ range: [share(INITIAL[0]), share(INITIAL[1])], log: false },
    },
    {
      ...{ name: 'threshold', path: 'neuron.threshold', unit: 'mV', common: neuron.threshold },
      ...{ range: times(THRESHOLD, neuron.threshold), log: true },
    },
    {
      ...{ name: 'gain', path: 'homeostasis.gain', unit: 'mV', common: homeostasis.gain },
      ...{ range: times(GAIN, homeostasis.gain), log: true },
    },
    {
      ...{ name: 'readThreshold', path: 'neuron.readThreshold', unit: '', common: neuron.readThreshold },
      ...{ range: READ_THRESHOLD, log: false },
    },
  ];
}

/** Four digits: more than a search can tell apart, and short to read. */
const short = (value: number): number => Number(value.toPrecision(4));

/** The common recipe and, in a Latin hypercube, so many others. */
export function candidatesOf(tunables: readonly Tunable[], count: number, seed: Seed): ParameterValues[] {
  const own = Object.fromEntries(tunables.map(({ name, common }) => [name, common]));
  if (count < 2) return [own];
  const parameters = tunables.map(({ name, path, range: [low, high], log }): readonly [string, Parameter] => [
    name,
    { path, [log ? 'logUniform' : 'uniform']: [low, high], count: count - 1, latinHypercube: 'tune' },
  ]);
  const drawn = drawAxisValues({ parameters, length: count - 1 }, seed);
  const rounded = (values: ParameterValues): ParameterValues =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, short(value as number)]));
  return [own, ...drawn.map(rounded)];
}
