import { toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { object } from '../../core/declare/params.ts';
import { addDeviceReferenceSchemas } from '../devices/reference.ts';
import { networkSchema } from '../network/schema.ts';
import { defineCommand } from './command.ts';
import { modelModulesOption } from './options.ts';
import { printJson } from './terminal.ts';

export default defineCommand({
  options: object({ models: modelModulesOption }),
  examples: ['schema > network.schema.json', 'schema --models ours.ts > network.schema.json'],
  handler: () => printJson(addDeviceReferenceSchemas(toJsonSchema(networkSchema))),
});
