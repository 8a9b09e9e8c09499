import { object } from '../../core/declare/params.ts';
import { VERSION } from '../version.ts';
import { defineCommand } from './command.ts';

export default defineCommand({ positionals: object({}), options: object({}), handler: () => console.log(VERSION) });
