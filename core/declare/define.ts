import type { z } from 'zod';
import { within } from './errors.ts';
import { object } from './params.ts';
import { validate } from './validate.ts';

/** What a model is a model of: where a network may name it. */
export type Kind = 'neuron' | 'stimulus' | 'device' | 'rule' | 'shortTerm' | 'modulator';

/** What every model says of itself. */
export interface Said {
  /** Its name in network files, camel case. */
  readonly name: string;
  /** One line: what it is. */
  readonly help: string;
  readonly equation: string;
  /** Paper or DOI. */
  readonly source: string;
}

/** What a model says of itself; validation, help, JSON Schema and the reference tables come from it. */
export interface ModelDeclaration<S extends z.ZodObject, F> extends Said {
  readonly kind: Kind;
  readonly params: S;
  make(params: z.output<S>): F;
}

/** A declared model: call it with its parameters to get what a network takes. */
export interface Model<S extends z.ZodObject, F> {
  (params: z.input<S>): F;
  readonly declaration: ModelDeclaration<S, F>;
}

type Mapping<S extends z.ZodRawShape> = z.ZodObject<S, z.core.$strict>;

/** Parameters, checked and filled in, of a record of them. */
export type Params<S extends z.ZodRawShape> = z.output<Mapping<S>>;

/** Declares a model of a kind; see `defineNeuron`, `defineRule` and so on, which call this. */
export function define<S extends z.ZodRawShape, F>(
  declared: Said & { readonly kind: Kind; readonly params: S; make(params: Params<S>): F },
): Model<Mapping<S>, F> {
  const { name } = declared;
  const params = within(name, () => object(declared.params));
  const declaration = { ...declared, params };
  return Object.assign((given: z.input<Mapping<S>>) => declaration.make(validate(params, given, name)), {
    declaration,
  });
}
