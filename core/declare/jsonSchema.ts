import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON Schema of what a user may write: defaults, ranges, units and meanings included. Draft 7, which editors know. */
export function toJsonSchema(schema: z.core.$ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-07',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const def = zodSchema._zod.def;
      // zod drops the default of whatever holds a transform, and here only Infinity does.
      if (def.type === 'default')
        jsonSchema.default = def.defaultValue === Number.POSITIVE_INFINITY ? 'Infinity' : def.defaultValue;
      if (jsonSchema.enum?.includes(Number.POSITIVE_INFINITY)) {
        delete jsonSchema.enum;
        jsonSchema.const = 'Infinity';
      }
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
}
