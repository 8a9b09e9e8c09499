import { toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { object } from '../../core/declare/params.ts';
import { withReferences } from '../devices/reference.ts';
import { networkSchema } from '../network/schema.ts';
import { command } from './command.ts';

export default command({
  positionals: object({}),
  options: object({}),
  examples: ['schema > network.schema.json'],
  handler: () => console.log(JSON.stringify(withReferences(toJsonSchema(networkSchema)), null, 2)),
});
