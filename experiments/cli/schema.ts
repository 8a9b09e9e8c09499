import { toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { object } from '../../core/declare/params.ts';
import { addReferenceSchemas } from '../devices/reference.ts';
import { networkSchema } from '../network/schema.ts';
import { defineCommand } from './command.ts';
import { models, registerModels } from './options.ts';

export default defineCommand({
  positionals: object({}),
  options: object({ models }),
  examples: ['schema > network.schema.json', 'schema --models ours.ts > network.schema.json'],
  handler: (args) => {
    registerModels(args.models);
    console.log(JSON.stringify(addReferenceSchemas(toJsonSchema(networkSchema)), null, 2));
  },
});
