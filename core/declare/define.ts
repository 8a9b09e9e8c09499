import type * as z from 'zod/mini';
import type {
  Factories,
  ModelContext,
  ModulatorContext,
  NeuronFactory,
  RuleContext,
  ShortTermContext,
  StimulusFactory,
} from '../factories.ts';
import type { Precision } from '../kernels/arena.ts';
import type { Modulator, NeuronModel, PlasticityRule, ShortTerm, StimulusModel } from '../model.ts';
import { prefixErrors, UserError } from './errors.ts';
import { type Mapping, object, type Shape } from './params.ts';
import { show } from './show.ts';
import { validate } from './validate.ts';

/** Kind of a model (neuron, device, rule, …); determines which keys of a network file accept the model. */
export type ModelKind = keyof Factories;

/** Name, description, equation and source of a model, for help texts and the reference tables. */
export interface ModelMetadata {
  /** Name of the model in network files, camel case. */
  readonly name: string;
  readonly help: string;
  readonly equation: string;
  /** Source of the model: paper or DOI. */
  readonly source: string;
}

/** Declaration of a model; the source of validation, help, JSON Schema and the reference tables. */
export interface ModelDeclaration<S extends Mapping, F> extends ModelMetadata {
  readonly kind: ModelKind;
  readonly params: S;
  make(params: z.output<S>): F;
}

/** Model such as `lif`: function from parameters to a factory, which a network uses to create neurons or synapses. */
export interface Model<S extends Mapping, F> {
  (params: z.input<S>): F;
  readonly declaration: ModelDeclaration<S, F>;
}

/** Validated parameters, with defaults filled in. */
export type Params<S extends Shape> = z.output<Mapping<S>>;

export function defineModel<S extends Shape, F>(
  metadata: ModelMetadata & { readonly kind: ModelKind; readonly params: S; make(params: Params<S>): F },
): Model<Mapping<S>, F> {
  const { name } = metadata;
  const params = prefixErrors(name, () => object(metadata.params));
  const declaration = { ...metadata, params };
  return Object.assign((input: z.input<Mapping<S>>) => declaration.make(validate(params, input, name)), {
    declaration,
  });
}

interface Definition<S extends Shape, C, M> extends ModelMetadata {
  readonly params: S;
  /** Checks that parameters of the model do not contradict each other. @throws UserError */
  check?(p: Params<S>): void;
  create(p: Params<S>, context: C): M;
}

type DefinedModel<S extends Shape, F> = Model<Mapping<S>, F>;

function bindParams<S extends Shape, C, M>(definition: Definition<S, C, M>, p: Params<S>) {
  definition.check?.(p);
  return {
    create(context: C): M {
      const made: unknown = definition.create(p, context);
      if (typeof made === 'object' && made !== null) return made as M;
      throw new UserError(`${definition.name}: create returns ${show(made)}, but must return an object.`);
    },
  };
}

/** Defines a neuron model. Potentials and incoming weights are 64-bit numbers unless a parameter `precision` sets 32 bits. */
export const defineNeuron = <S extends Shape, M extends NeuronModel>(
  d: Definition<S, ModelContext, M>,
): DefinedModel<S, NeuronFactory<M>> =>
  defineModel({
    ...d,
    kind: 'neuron',
    make: (p) => ({
      kind: 'neurons',
      precision: (p as { readonly precision?: Precision }).precision ?? 'f64',
      ...bindParams(d, p),
    }),
  });

/** Defines a stimulus model. */
export const defineStimulus = <S extends Shape, M extends StimulusModel>(
  d: Definition<S, ModelContext, M>,
): DefinedModel<S, StimulusFactory<M>> =>
  defineModel({ ...d, kind: 'stimulus', make: (p) => ({ kind: 'stimulus', ...bindParams(d, p) }) });

const createDefine =
  <C, M>(kind: ModelKind) =>
  <S extends Shape>(d: Definition<S, C, M>): DefinedModel<S, { create(context: C): M }> =>
    defineModel({ ...d, kind, make: (p) => bindParams(d, p) });

/** Defines a learning rule, which turns arrivals and postsynaptic spikes into pulses on the devices. */
export const defineRule = createDefine<RuleContext, PlasticityRule>('rule');

/** Defines a model of short-term plasticity of presynaptic terminals. */
export const defineShortTerm = createDefine<ShortTermContext, ShortTerm>('shortTerm');

/** Defines a modulator (third factor), which changes or delays the rule's pulses to the devices, or scales the delivered weights. */
export const defineModulator = createDefine<ModulatorContext, Modulator>('modulator');
