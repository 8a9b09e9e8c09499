import { object } from '../../core/params.ts';
import { VERSION } from '../version.ts';
import { command } from './command.ts';

export default command({ positionals: object({}), options: object({}), handler: () => console.log(VERSION) });
