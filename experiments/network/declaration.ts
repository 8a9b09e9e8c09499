import type { Kind, ModelDeclaration } from '../../core/declare/define.ts';
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import type { Mapping } from '../../core/declare/params.ts';

/** Keys that network files use beside model parameters, so that parameters must not have these names. */
const RESERVED_KEYS: Readonly<Record<Kind, readonly string[]>> = {
  neuron: ['model', 'winnerTakeAll', 'positions', 'record'],
  stimulus: ['model', 'positions'],
  device: ['model', 'preset', 'file'],
  rule: ['model', 'preset', 'file'],
  shortTerm: ['model', 'preset', 'file'],
  modulator: ['model', 'from', 'delay'],
};

export interface Parameter {
  /** Path of the parameter: keys joined by dots. */
  readonly path: string;
  readonly schema: JsonSchema;
}

/** Lists all parameters of a schema, including nested ones. */
export function listParameters(schema: JsonSchema, path = ''): Parameter[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const inner = value as JsonSchema;
    const here = path === '' ? key : `${path}.${key}`;
    return [{ path: here, schema: inner }, ...listParameters(inner, here)];
  });
}

export const isNumberSchema = (s: JsonSchema): boolean =>
  s.type === 'number' || s.type === 'integer' || (s.anyOf ?? []).some((a) => isNumberSchema(a as JsonSchema));

const isIntegerSchema = (s: JsonSchema): boolean =>
  s.type === 'integer' || ((s.anyOf ?? []) as JsonSchema[]).some((a) => a.type === 'integer');

/** Sentence on the first error in a model declaration; undefined if the declaration is complete. */
export function findDeclarationFault(d: ModelDeclaration<Mapping, unknown>): string | undefined {
  const { name, kind } = d;
  if (!/^[a-z][A-Za-z0-9]*$/.test(name))
    return `a ${kind} has the name "${name}", but must be a lower-case letter followed by letters and digits.`;
  for (const key of ['help', 'equation', 'source'] as const) {
    const text = d[key] || undefined;
    if (text === undefined) return `${name} has no ${key}; add one line.`;
    if (text.length <= 5) return `${name} has the ${key} "${text}", which is too short; write one line.`;
  }
  for (const { path, schema } of listParameters(toJsonSchema(d.params))) {
    if (RESERVED_KEYS[kind].includes(path))
      return `${name} has a parameter ${path}, which is a key of network files beside a ${kind}; choose another name.`;
    if ((schema.description ?? '').length <= 3) return `${name}.${path} has no help; add one line.`;
    if (isNumberSchema(schema) && !isIntegerSchema(schema) && schema.unit === undefined)
      return `${name}.${path} has no unit; the unit of a dimensionless number is '1'.`;
  }
  return undefined;
}
