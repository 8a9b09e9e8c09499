import type { JsonSchema } from '../../../core/declare/jsonSchema.ts';
import { isMapping } from './override.ts';

export const getSchemaProperties = (schema: JsonSchema) =>
  (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;

/**
 * Lists the alternatives of a JSON Schema, which inherit its unit, description and default. If `value` is a mapping,
 * schemas of other models than that of the mapping are omitted.
 */
export function listSchemaAlternatives(schema: JsonSchema, value?: unknown): JsonSchema[] {
  const { anyOf, oneOf = anyOf, unit, description, default: defaultValue } = schema;
  if (oneOf === undefined) {
    const model = getSchemaProperties(schema).model?.const;
    return isMapping(value) && model !== undefined && model !== value.model ? [] : [schema];
  }
  const inherited = { unit, description, default: defaultValue } as JsonSchema;
  return (oneOf as JsonSchema[]).flatMap((alternative) =>
    listSchemaAlternatives({ ...inherited, ...alternative }, value),
  );
}

/** Lists the schemas of entry `key` of a mapping or list. @param value the mapping itself; other models than its `model` are left out */
export const findEntrySchemas = (schema: JsonSchema, key: string | number, value?: unknown): JsonSchema[] =>
  listSchemaAlternatives(schema, value).flatMap((alternative) => {
    const { type, items, additionalProperties } = alternative;
    const properties = getSchemaProperties(alternative);
    const member = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    const element = Array.isArray(items) ? items[Number(key)] : items;
    const entry = type === 'array' ? element : member;
    return typeof entry === 'object' ? [entry as JsonSchema] : [];
  });
