import type * as z from 'zod/mini';
import type { Mapping } from './params.ts';
import { validate } from './validate.ts';

/** What a model says of itself; validation, help, JSON Schema and the reference tables come from it. */
export interface ModelDeclaration<S extends Mapping, F> {
  /** Its name in network files, camel case. */
  readonly name: string;
  /** One line: what it is. */
  readonly help: string;
  readonly equation: string;
  /** Paper or DOI. */
  readonly source: string;
  readonly params: S;
  make(params: z.output<S>): F;
}

/** A declared model: call it with its parameters to get what a network takes. */
export interface Model<S extends Mapping, F> {
  (params: z.input<S>): F;
  readonly declaration: ModelDeclaration<S, F>;
}

export function define<S extends Mapping, F>(declaration: ModelDeclaration<S, F>): Model<S, F> {
  const { name, params } = declaration;
  return Object.assign((given: z.input<S>) => declaration.make(validate(params, given, name)), { declaration });
}
