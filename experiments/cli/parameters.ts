import * as z from 'zod/mini';
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import type { Mapping } from '../../core/declare/params.ts';

/** The parameters of a schema by name, as JSON Schema: type, range, unit, default and meaning. */
export const parameters = (schema: Mapping): [string, JsonSchema][] =>
  Object.entries(schema.shape).map(([key, s]) => [key, toJsonSchema(s)]);

/** `checkpointEvery` is the flag `checkpoint-every`. */
export const flagOf = (key: string): string => key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

export const isRequired = (schema: Mapping, key: string): boolean =>
  !z.safeParse(schema.shape[key]!, undefined).success;
