import { toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { object } from '../../core/declare/params.ts';
import { addReferenceSchemas } from '../devices/reference.ts';
import { networkSchema } from '../network/schema.ts';
import { defineCommand } from './command.ts';
import { modelsOption } from './options.ts';
import { printJson } from './terminal.ts';

export default defineCommand({
  options: object({ models: modelsOption }),
  examples: ['schema > network.schema.json', 'schema --models ours.ts > network.schema.json'],
  handler: () => printJson(addReferenceSchemas(toJsonSchema(networkSchema))),
});
