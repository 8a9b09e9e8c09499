import * as z from 'zod/mini';
import { formatKey, show } from './show.ts';

/** JSON Schema (draft 7) as an object. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** JSON Schema (draft 7, for editors) of a value that a user writes: defaults, ranges, units and descriptions. */
export function toJsonSchema(schema: z.core.$ZodType): JsonSchema {
  const { '~standard': _, ...converted } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-07',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      if (def.type === 'default') jsonSchema.default = def.defaultValue === Infinity ? 'Infinity' : def.defaultValue;
      if (jsonSchema.enum?.includes(Infinity)) {
        delete jsonSchema.enum;
        jsonSchema.const = 'Infinity';
      }
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  }) as JsonSchema & { '~standard'?: unknown };
  return converted;
}

// JSON has no infinite numbers, so the string "Infinity" represents one. Error messages show it without quotes.
const formatLiteral = (value: unknown) => (value === 'Infinity' ? value : show(value));

function formatBounds(s: JsonSchema) {
  const limits = [
    s.exclusiveMinimum !== undefined ? `> ${s.exclusiveMinimum}` : s.minimum !== undefined ? `>= ${s.minimum}` : '',
    s.exclusiveMaximum !== undefined ? `< ${s.exclusiveMaximum}` : s.maximum !== undefined ? `<= ${s.maximum}` : '',
  ].filter((limit) => limit !== '');
  return limits.length > 0 ? ` ${limits.join(' and ')}` : '';
}

function describeType(s: JsonSchema, type: unknown, unit: string) {
  switch (type) {
    case 'number':
      return `a number${formatBounds(s)}${unit}`;
    case 'integer':
      return `an integer${formatBounds(s)}${unit}`;
    case 'boolean':
      return 'true or false';
    case 'string':
      return s.description
        ? `a text (${s.description})`
        : (s.minLength ?? 0) > 0
          ? 'a text that is not empty'
          : 'a text';
    case 'array':
      if (Array.isArray(s.items)) return `a list of ${s.items.length} values${unit}`;
      return `a list${s.minItems ? ` of at least ${s.minItems}` : ''}${typeof s.items === 'object' ? ` (each ${describeAllowedValues(s.items, unit)})` : ''}`;
    case 'object':
      return s.maxProperties === 1 && s.properties
        ? `a mapping with one of the keys ${Object.keys(s.properties).map(formatKey).join(', ')}`
        : 'a mapping';
    default:
      return type === undefined ? (s.description ?? 'a value') : String(type);
  }
}

/** Displayed unit of a parameter; empty for a dimensionless number, which has the unit '1'. */
export const formatUnit = ({ unit }: JsonSchema | { readonly unit?: string }): string =>
  typeof unit === 'string' && unit !== '1' ? unit : '';

function describeAlternatives(s: JsonSchema, outerUnit: string): string[] {
  const unit = s.unit === undefined ? outerUnit : formatUnit(s) === '' ? '' : ` (${formatUnit(s)})`;
  if (s.const !== undefined) return [formatLiteral(s.const)];
  if (s.enum)
    return [s.enum.length > 1 ? `one of ${s.enum.map(formatLiteral).join(', ')}` : s.enum.map(formatLiteral).join()];
  const alternatives = s.anyOf ?? s.oneOf;
  if (alternatives)
    return (alternatives as JsonSchema[]).flatMap((alternative) => describeAlternatives(alternative, unit));
  return [s.type].flat().map((type) => describeType(s, type, unit));
}

/**
 * Describes the allowed values of a parameter in words, with the unit: `a number > 0 (ms)`.
 * @param unit unit of the enclosing parameter, used if the parameter has none
 */
export function describeAllowedValues(schema: JsonSchema, unit = ''): string {
  return [...new Set(describeAlternatives(schema, unit))].join(' or ');
}
