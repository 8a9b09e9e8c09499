import type { Kind, ModelDeclaration } from '../../core/declare/define.ts';
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import type { Mapping } from '../../core/declare/params.ts';

/** Keys that a network file has beside the parameters of a model. */
const RESERVED_KEYS: Readonly<Record<Kind, readonly string[]>> = {
  neuron: ['model', 'winnerTakeAll', 'positions', 'record'],
  stimulus: ['model', 'positions'],
  device: ['model', 'preset', 'file'],
  rule: ['model', 'preset', 'file'],
  shortTerm: ['model', 'preset', 'file'],
  modulator: ['model', 'from', 'delay'],
};

/** A parameter by its path; those inside mappings have several steps. */
export interface Parameter {
  readonly path: string;
  readonly schema: JsonSchema;
}

/** Every parameter, those inside mappings too. */
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

/** What a declaration lacks, in one sentence; undefined if it is whole. */
export function findDeclarationFault(d: ModelDeclaration<Mapping, unknown>): string | undefined {
  const { name, kind } = d;
  if (!/^[a-z][A-Za-z0-9]*$/.test(name))
    return `a ${kind} has the name "${name}", but it must be a letter, small, then letters and digits.`;
  for (const key of ['help', 'equation', 'source'] as const) {
    const said = d[key] || undefined;
    if (said === undefined) return `${name} has no ${key}; say it in a line.`;
    if (said.length <= 5) return `${name} has the ${key} "${said}", which is too short; say it in a line.`;
  }
  for (const { path, schema } of listParameters(toJsonSchema(d.params))) {
    if (RESERVED_KEYS[kind].includes(path))
      return `${name} has a parameter ${path}, which means something else beside a ${kind}; call it something else.`;
    if ((schema.description ?? '').length <= 3) return `${name}.${path} has no help; say in a line what it is.`;
    if (isNumberSchema(schema) && !isIntegerSchema(schema) && schema.unit === undefined)
      return `${name}.${path} has no unit; a pure number has the unit '1'.`;
  }
  return undefined;
}
