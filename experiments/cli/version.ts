import { VERSION } from '../version.ts';
import { defineCommand } from './command.ts';

export default defineCommand({ handler: () => console.log(VERSION) });
