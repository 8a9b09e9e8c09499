import * as z from 'zod/mini';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * JSON Schema (draft 7, which editors support) of a value that a user writes, with defaults, ranges, units and descriptions.
 * JSON has no Infinity, so the schema has the string "Infinity" in its place.
 */
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
