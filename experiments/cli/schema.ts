import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { object } from '../../core/declare/params.ts';
import { addDeviceReferenceSchemas } from '../devices/reference.ts';
import { networkSchema } from '../network/schema.ts';
import { defineCommand } from './command.ts';
import { modelModulesOption } from './options.ts';
import { printJson } from './terminal.ts';

export default defineCommand({
  options: object({ models: modelModulesOption }),
  handler: () => printJson(acceptExpressions(addDeviceReferenceSchemas(toJsonSchema(networkSchema)))),
});

/** Extends a JSON Schema: numbers may also be expressions of `parameters`, texts that begin with `=`. */
function acceptExpressions(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(acceptExpressions);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, acceptExpressions(value)]));
  const { type } = schema as JsonSchema;
  return type === 'number' || type === 'integer' ? { ...copy, type: [type, 'string'], pattern: '^=' } : copy;
}
