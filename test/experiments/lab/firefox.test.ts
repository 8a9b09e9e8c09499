import { walk } from './walk.ts';

walk('Firefox');
