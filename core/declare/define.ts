import type * as z from 'zod/mini';
import type { Factories } from '../factories.ts';
import { prefixErrors } from './errors.ts';
import { type Mapping, object, type Shape } from './params.ts';
import { validate } from './validate.ts';

/** What a model is a model of: where a network may name it. */
export type Kind = keyof Factories;

/** What every model says of itself. */
export interface ModelMetadata {
  /** Its name in network files, camel case. */
  readonly name: string;
  /** One line: what it is. */
  readonly help: string;
  readonly equation: string;
  /** Paper or DOI. */
  readonly source: string;
}

/** What a model says of itself; validation, help, JSON Schema and the reference tables come from it. */
export interface ModelDeclaration<S extends Mapping, F> extends ModelMetadata {
  readonly kind: Kind;
  readonly params: S;
  make(params: z.output<S>): F;
}

/** A declared model: call it with its parameters to get what a network takes. */
export interface Model<S extends Mapping, F> {
  (params: z.input<S>): F;
  readonly declaration: ModelDeclaration<S, F>;
}

/** Parameters, checked and filled in, of a record of them. */
export type Params<S extends Shape> = z.output<Mapping<S>>;

/** Declares a model of a kind; see `defineNeuron`, `defineRule` and so on, which call this. */
export function define<S extends Shape, F>(
  declared: ModelMetadata & { readonly kind: Kind; readonly params: S; make(params: Params<S>): F },
): Model<Mapping<S>, F> {
  const { name } = declared;
  const params = prefixErrors(name, () => object(declared.params));
  const declaration = { ...declared, params };
  return Object.assign((given: z.input<Mapping<S>>) => declaration.make(validate(params, given, name)), {
    declaration,
  });
}
