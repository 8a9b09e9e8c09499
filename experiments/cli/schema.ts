import { object, toJsonSchema } from '../../core/params.ts';
import { networkSchema } from '../network/schema.ts';
import { command } from './command.ts';

export default command({
  positionals: object({}),
  options: object({}),
  examples: ['schema > network.schema.json'],
  handler: () => console.log(JSON.stringify(toJsonSchema(networkSchema), null, 2)),
});
