import * as z from 'zod/mini';
import { UserError } from './errors.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;
type Types = z.core.$ZodTypes;

/** Limits of what has a length. Those of a number are with what is said of it; see `ranged`. */
function limits(schema: z.core.$ZodType, of: 'Length' | 'Items'): JsonSchema {
  const found: Record<string, unknown> = {};
  for (const { _zod } of schema._zod.def.checks ?? []) {
    const def = _zod.def as z.core.$ZodChecks['_zod']['def'];
    if (def.check === 'min_length') found[`min${of}`] = def.minimum;
    else if (def.check === 'max_length') found[`max${of}`] = def.maximum;
    else if (def.check === 'string_format') found.pattern = def.pattern?.source;
  }
  return found;
}

/** Infinity is a word in JSON, which has no such number. */
function values(list: readonly unknown[]): JsonSchema {
  if (list.includes('Infinity')) return { const: 'Infinity' };
  const type = typeof list[0] as 'string' | 'number';
  return list.length === 1 ? { type, const: list[0] as string | number } : { type, enum: list as string[] };
}

function objectOf({ shape, catchall }: z.core.$ZodObjectDef): JsonSchema {
  const others = catchall?._zod.def.type === 'never' ? false : catchall && convert(catchall);
  const required = Object.keys(shape).filter((key) => shape[key]!._zod.optin === undefined);
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, convert(schema)])),
    ...(required.length > 0 ? { required } : {}),
    ...(others === undefined ? {} : { additionalProperties: others }),
  };
}

function bare(schema: Types): JsonSchema {
  const { def } = schema._zod;
  switch (def.type) {
    case 'number':
      return { type: 'check' in def ? 'integer' : 'number' };
    case 'string':
      return { type: 'string', ...limits(schema, 'Length') };
    case 'boolean':
      return { type: 'boolean' };
    case 'enum':
      return { type: 'string', enum: Object.values(def.entries) };
    case 'literal':
      return values(def.values);
    case 'array':
      return { type: 'array', items: convert(def.element), ...limits(schema, 'Items') };
    case 'tuple': {
      const { length } = def.items;
      return {
        type: 'array',
        items: def.items.map(convert),
        additionalItems: false,
        minItems: length,
        maxItems: length,
      };
    }
    case 'object':
      return objectOf(def);
    case 'union':
      return { [def.inclusive === false ? 'oneOf' : 'anyOf']: def.options.map(convert) };
    case 'nullable':
      return { anyOf: [convert(def.innerType), { type: 'null' }] };
    case 'optional':
      return convert(def.innerType);
    case 'lazy':
      return convert((schema as z.core.$ZodLazy)._zod.innerType);
    case 'default':
      return {
        ...convert(def.innerType),
        default: def.defaultValue === Infinity ? 'Infinity' : def.defaultValue,
      };
    case 'pipe':
      return convert(def.in);
    case 'custom':
    case 'unknown':
      return {};
    default:
      throw new UserError(`zod's kind ${def.type} has no JSON Schema here; take another one.`);
  }
}

/** Without the draft that it is of. */
export const convert = (schema: z.core.$ZodType): JsonSchema => ({
  ...bare(schema as Types),
  ...z.globalRegistry.get(schema),
});

/**
 * The JSON Schema of what a user may write: defaults, ranges, units and meanings included. Draft 7, which editors know. Of the
 * kinds that memspike declares; zod's own converter, which gives the same (tested), knows all and is a twentieth of the engine.
 */
export function toJsonSchema(schema: z.core.$ZodType): JsonSchema {
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...convert(schema) };
}
