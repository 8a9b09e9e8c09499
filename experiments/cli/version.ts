import { object } from '../../core/declare/params.ts';
import { VERSION } from '../version.ts';
import { command } from './command.ts';

export default command({ positionals: object({}), options: object({}), handler: () => console.log(VERSION) });
