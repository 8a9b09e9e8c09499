import { command } from './command.ts';
import { object } from '../../core/params.ts';
export default command({ positionals: object({}), options: object({}), handler: () => {} });
