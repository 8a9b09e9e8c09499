/**
 * Declares models: what they say of themselves, their parameters as a plain record, and `create`, which makes one for a network
 * from the checked parameters. Devices have `defineDevice`.
 */

import type {
  ModelContext,
  ModulatorContext,
  ModulatorFactory,
  NeuronFactory,
  RuleContext,
  RuleFactory,
  ShortTermContext,
  ShortTermFactory,
  StimulusFactory,
} from '../factories.ts';
import type { Precision } from '../kernels/arena.ts';
import type { Modulator, NeuronModel, PlasticityRule, ShortTerm, StimulusModel } from '../model.ts';
import { define, type Model, type ModelMetadata, type Params } from './define.ts';
import type { Mapping, Shape } from './params.ts';

interface Declared<S extends Shape, C, M> extends ModelMetadata {
  readonly params: S;
  /** Refuses parameters that do not go together, before there is a network. */
  check?(p: Params<S>): void;
  create(p: Params<S>, context: C): M;
}

type Declares<S extends Shape, F> = Model<Mapping<S>, F>;

/** `create` with the parameters bound, after `check`. */
function bound<S extends Shape, C, M>(declared: Declared<S, C, M>, p: Params<S>) {
  declared.check?.(p);
  return { create: (context: C): M => declared.create(p, context) };
}

/** A neuron model; potentials and incoming weights are 64-bit numbers unless a parameter `precision` says otherwise. */
export const defineNeuron = <S extends Shape, M extends NeuronModel>(
  d: Declared<S, ModelContext, M>,
): Declares<S, NeuronFactory<M>> =>
  define({
    ...d,
    kind: 'neuron',
    make: (p) => ({
      kind: 'neurons',
      precision: (p as { readonly precision?: Precision }).precision ?? 'f64',
      ...bound(d, p),
    }),
  });

/** Spikes that come from outside. */
export const defineStimulus = <S extends Shape, M extends StimulusModel>(
  d: Declared<S, ModelContext, M>,
): Declares<S, StimulusFactory<M>> =>
  define({ ...d, kind: 'stimulus', make: (p) => ({ kind: 'stimulus', ...bound(d, p) }) });

/** A plasticity rule: when, which way and how strongly arrivals and postsynaptic spikes pulse the devices. */
export const defineRule = <S extends Shape>(d: Declared<S, RuleContext, PlasticityRule>): Declares<S, RuleFactory> =>
  define({ ...d, kind: 'rule', make: (p) => bound(d, p) });

/** Short-term dynamics of presynaptic terminals. */
export const defineShortTerm = <S extends Shape>(
  d: Declared<S, ShortTermContext, ShortTerm>,
): Declares<S, ShortTermFactory> => define({ ...d, kind: 'shortTerm', make: (p) => bound(d, p) });

/** A third factor, which stands between a rule and the devices. */
export const defineModulator = <S extends Shape>(
  d: Declared<S, ModulatorContext, Modulator>,
): Declares<S, ModulatorFactory> => define({ ...d, kind: 'modulator', make: (p) => bound(d, p) });
