import type { JsonSchema } from './jsonSchema.ts';
import { show, showKey } from './show.ts';

const schemas = (list: unknown): JsonSchema[] => list as JsonSchema[];

// JSON has no Infinity: in a file it is the word, and so it is shown.
const literal = (value: unknown): string => (value === 'Infinity' ? value : show(value));

function bounds(s: JsonSchema): string {
  const limits = [
    s.exclusiveMinimum !== undefined ? `> ${s.exclusiveMinimum}` : s.minimum !== undefined ? `>= ${s.minimum}` : '',
    s.exclusiveMaximum !== undefined ? `< ${s.exclusiveMaximum}` : s.maximum !== undefined ? `<= ${s.maximum}` : '',
  ].filter((limit) => limit !== '');
  return limits.length > 0 ? ` ${limits.join(' and ')}` : '';
}

function ofType(s: JsonSchema, type: unknown, unit: string): string {
  switch (type) {
    case 'number':
      return `a number${bounds(s)}${unit}`;
    case 'integer':
      return `an integer${bounds(s)}${unit}`;
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
      return `a list${s.minItems ? ` of at least ${s.minItems}` : ''}${typeof s.items === 'object' ? ` (each ${describeAllowed(s.items, unit)})` : ''}`;
    case 'object':
      return s.maxProperties === 1 && s.properties
        ? `a mapping with one of the keys ${Object.keys(s.properties).map(showKey).join(', ')}`
        : 'a mapping';
    default:
      return type === undefined ? (s.description ?? 'a value') : String(type);
  }
}

/** The unit of a parameter as it is shown: nothing for a pure number, which is declared with the unit '1'. */
export const displayUnit = ({ unit }: JsonSchema | { readonly unit?: string }): string =>
  typeof unit === 'string' && unit !== '1' ? unit : '';

function kinds(s: JsonSchema, outer: string): string[] {
  const unit = s.unit === undefined ? outer : displayUnit(s) === '' ? '' : ` (${displayUnit(s)})`;
  if (s.const !== undefined) return [literal(s.const)];
  if (s.enum) return [s.enum.length > 1 ? `one of ${s.enum.map(literal).join(', ')}` : s.enum.map(literal).join()];
  const alternatives = s.anyOf ?? s.oneOf;
  if (alternatives) return schemas(alternatives).flatMap((alternative) => kinds(alternative, unit));
  return [s.type].flat().map((type) => ofType(s, type, unit));
}

/**
 * What a parameter may be, in words and with its unit: `a number > 0 (ms)`.
 * @param unit that of what the parameter is a part of, where it has none of its own.
 */
export function describeAllowed(schema: JsonSchema, unit = ''): string {
  return [...new Set(kinds(schema, unit))].join(' or ');
}
