/**
 * Test suite for model requirements, `memspike/contract`: the checks of built-in models, for user-defined models. Each
 * check returns one sentence per error; the list is empty for a correct model. Requirements: the declaration is
 * complete, invalid values are rejected by name, the state is complete, results do not depend on the order of
 * simultaneous events, and weights stay within their bounds. `given`: parameters for the check, needed if a model has
 * required parameters or too little effect by default.
 */

import type { Kind, Model, ModelDeclaration } from '../../core/declare/define.ts';
import type { Mapping } from '../../core/declare/params.ts';
import type { Factories } from '../../core/factories.ts';
import { ideal, softBound } from '../../synapses/devices/index.ts';
import { pairStdp, postTriggered } from '../../synapses/rules/index.ts';
import { checkDeclaration } from './declaration.ts';
import { checkNeuronModel } from './neuron.ts';
import { checkModelRequirements } from './promises.ts';
import { checkEmission, checkRestart } from './stimulus.ts';
import { buildTrialParameters, listVariants, type ModelSubject, type TrialParameters } from './subject.ts';
import { checkBounds, checkDendriticDelay, checkModulation, checkSynapse } from './synapse.ts';

interface Any<K extends Kind> {
  readonly declaration: ModelDeclaration<Mapping, Factories[K]>;
}

const subject = <K extends Kind>(model: unknown) => model as ModelSubject<Factories[K]>;

/** Errors in the declaration of a model or, if there are none, errors found by `more`. */
function checked<K extends Kind>(
  model: unknown,
  kind: K,
  given: TrialParameters,
  more: (model: ModelSubject<Factories[K]>) => readonly string[],
): string[] {
  const found = subject<K>(model);
  if (found?.declaration?.kind !== kind)
    return [`${found?.declaration?.name ?? 'this'} is not a ${kind}; declare it as one.`];
  const faults = checkDeclaration(found, given);
  return faults.length > 0 ? faults : [...new Set(more(found))];
}

export const checkNeuron = <S extends Mapping>(
  model: Model<S, Factories['neuron']>,
  given: TrialParameters = {},
): string[] =>
  checked(model, 'neuron', given, (neuron) => [
    ...listVariants(neuron, given).flatMap(([variant, params]) => {
      const who = `${neuron.declaration.name}${variant}`;
      const current = 'current' in neuron.declaration.params.shape && !('current' in given) ? { current: 400 } : {};
      return [
        ...checkModelRequirements({ neuron: neuron(params) }, who),
        ...checkNeuronModel(neuron({ ...params, ...current }), who),
      ];
    }),
  ]);

export const checkStimulus = <S extends Mapping>(
  model: Model<S, Factories['stimulus']>,
  given: TrialParameters = {},
): string[] =>
  checked(model, 'stimulus', given, (stimulus) => {
    const { name } = stimulus.declaration;
    const plain = stimulus(buildTrialParameters(stimulus, given));
    const faults = checkEmission(plain, name);
    if (faults.length > 0) return faults; // the other checks need spikes in order
    return [
      ...listVariants(stimulus, given).flatMap(([variant, params]) =>
        checkModelRequirements({ stimulus: stimulus(params) }, `${name}${variant}`),
      ),
      ...checkRestart(plain, name),
    ];
  });

/** @param rules learning rules with which the device is checked; default: pairStdp and postTriggered */
export const checkDevice = <S extends Mapping>(
  model: Model<S, Factories['device']>,
  given: TrialParameters = {},
  rules: readonly Any<'rule'>[] = [pairStdp, postTriggered],
): string[] =>
  checked(model, 'device', given, (device) =>
    rules.flatMap((rule) => {
      const synapse = { device, rule: subject<'rule'>(rule), given: { device: given } };
      return [...checkSynapse(synapse), ...checkBounds(synapse)];
    }),
  );

/** @param devices devices with which the rule is checked; default: ideal and softBound */
export const checkRule = <S extends Mapping>(
  model: Model<S, Factories['rule']>,
  given: TrialParameters = {},
  devices: readonly Any<'device'>[] = [ideal, softBound],
): string[] =>
  checked(model, 'rule', given, (rule) => [
    ...devices.flatMap((device) => {
      const synapse = { device: subject<'device'>(device), rule, given: { rule: given } };
      return [...checkSynapse(synapse), ...checkBounds(synapse)];
    }),
    ...checkDendriticDelay(rule, given),
  ]);

export const checkShortTerm = <S extends Mapping>(
  model: Model<S, Factories['shortTerm']>,
  given: TrialParameters = {},
): string[] =>
  checked(model, 'shortTerm', given, (shortTerm) => {
    const { name, params } = shortTerm.declaration;
    const spread = 'deviceToDevice' in params.shape ? [{ deviceToDevice: 0.3, cycleToCycle: 0.5 }] : [];
    return [{}, ...spread].flatMap((more) =>
      checkModelRequirements({ shortTerm: shortTerm({ ...buildTrialParameters(shortTerm, given), ...more }) }, name),
    );
  });

export const checkModulator = <S extends Mapping>(
  model: Model<S, Factories['modulator']>,
  given: TrialParameters = {},
  rules: readonly Any<'rule'>[] = [pairStdp, postTriggered],
): string[] =>
  checked(model, 'modulator', given, (modulator) =>
    rules.flatMap((rule) => checkModulation(modulator, subject<'rule'>(rule), given)),
  );
