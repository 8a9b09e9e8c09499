/**
 * `memspike/contract`: checks of models, built-in or your own. Each check returns one sentence per error: incomplete
 * declaration or state, accepted invalid values, results that depend on the order of simultaneous events, weights out of
 * bounds. `given`: parameters for the check, needed if a model has required parameters or too little effect by default.
 */

import type { Model, ModelKind } from '../../core/declare/define.ts';
import type { Mapping } from '../../core/declare/params.ts';
import type { Factories } from '../../core/factories.ts';
import { ideal, softBound } from '../../synapses/devices/index.ts';
import { pairStdp, postTriggered } from '../../synapses/rules/index.ts';
import { checkModelDeclaration } from './declaration.ts';
import { checkNeuronModel } from './neuron.ts';
import { checkModelRequirements } from './requirements.ts';
import { checkParameterChange, checkSpikeEmission } from './stimulus.ts';
import { checkDendriticDelay, checkModulation, checkSynapse, checkWeightBounds } from './synapse.ts';
import { buildTrialParameters, type CheckedModel, listParameterSets, type TrialParameters } from './trialParameters.ts';

type DeclaredModels<K extends ModelKind> = readonly Pick<Model<Mapping, Factories[K]>, 'declaration'>[];

const toCheckedModel = <K extends ModelKind>(model: unknown) => model as CheckedModel<Factories[K]>;

/**
 * Defines the check of one kind of model. The check returns errors of the declaration or, if there are none, of the model.
 * @param findErrors function that tests a model with the given rules or devices (`partners`) and returns the errors
 */
const defineCheck =
  <K extends ModelKind, P extends ModelKind = never>(
    kind: K,
    findErrors: (
      model: CheckedModel<Factories[K]>,
      given: TrialParameters,
      partners?: DeclaredModels<P>,
    ) => readonly string[],
  ) =>
  <S extends Mapping>(
    model: Model<S, Factories[K]>,
    given: TrialParameters = {},
    partners?: DeclaredModels<P>,
  ): string[] => {
    const found = toCheckedModel<K>(model);
    if (found?.declaration?.kind !== kind)
      return [`${found?.declaration?.name ?? 'this'} is not a ${kind}; declare it as one.`];
    const faults = checkModelDeclaration(found, given);
    return faults.length > 0 ? faults : [...new Set(findErrors(found, given, partners))];
  };

/** Number of neurons that the checks connect. */
const MIN_SIZE = 4;

/** Checks a neuron model, also with winner-take-all inhibition and recorded arrivals. Returns a sentence per error. */
export const checkNeuron = defineCheck('neuron', (neuron, given) => {
  if (Number(given.size) < MIN_SIZE)
    return [`${neuron.declaration.name}: size is ${given.size}, but the checks need at least ${MIN_SIZE} neurons.`];
  return listParameterSets(neuron, given).flatMap(([variant, params]) => {
    const label = `${neuron.declaration.name}${variant}`;
    const current = 'current' in neuron.declaration.params.shape && !('current' in given) ? { current: 400 } : {};
    return [
      ...checkModelRequirements({ neuron: neuron(params) }, label),
      ...checkNeuronModel(neuron({ ...params, ...current }), label),
    ];
  });
});

/** Checks a stimulus: spike order, announced next spike, changes of parameters. Returns a sentence per error. */
export const checkStimulus = defineCheck('stimulus', (stimulus, given) => {
  const { name } = stimulus.declaration;
  const plain = stimulus(buildTrialParameters(stimulus, given));
  const faults = checkSpikeEmission(plain, name);
  if (faults.length > 0) return faults; // the checks below need spikes in order
  return [
    ...listParameterSets(stimulus, given).flatMap(([variant, params]) =>
      checkModelRequirements({ stimulus: stimulus(params) }, `${name}${variant}`),
    ),
    ...checkParameterChange(plain, name),
  ];
});

/** Checks a device with learning rules (default: pairStdp, postTriggered), also its weight bounds. Returns a sentence per error. */
export const checkDevice = defineCheck<'device', 'rule'>('device', (device, given, rules = [pairStdp, postTriggered]) =>
  rules.flatMap((rule) => {
    const synapse = { device, rule: toCheckedModel<'rule'>(rule), parameters: { device: given } };
    return [...checkSynapse(synapse), ...checkWeightBounds(synapse)];
  }),
);

/** Checks a learning rule with devices (default: ideal, softBound) and dendritic delays. Returns a sentence per error. */
export const checkRule = defineCheck<'rule', 'device'>('rule', (rule, given, devices = [ideal, softBound]) => [
  ...devices.flatMap((device) => {
    const synapse = { device: toCheckedModel<'device'>(device), rule, parameters: { rule: given } };
    return [...checkSynapse(synapse), ...checkWeightBounds(synapse)];
  }),
  ...checkDendriticDelay(rule, given),
]);

/** Checks short-term dynamics, without and with variability if there are parameters for it. Returns a sentence per error. */
export const checkShortTerm = defineCheck('shortTerm', (shortTerm, given) => {
  const { name, params } = shortTerm.declaration;
  const spread = 'deviceToDevice' in params.shape ? [{ deviceToDevice: 0.3, cycleToCycle: 0.5 }] : [];
  return [{}, ...spread].flatMap((more) =>
    checkModelRequirements({ shortTerm: shortTerm({ ...buildTrialParameters(shortTerm, given), ...more }) }, name),
  );
});

/** Checks a modulator with learning rules (default: pairStdp, postTriggered). Returns a sentence per error. */
export const checkModulator = defineCheck<'modulator', 'rule'>(
  'modulator',
  (modulator, given, rules = [pairStdp, postTriggered]) =>
    rules.flatMap((rule) => checkModulation(modulator, toCheckedModel<'rule'>(rule), given)),
);
