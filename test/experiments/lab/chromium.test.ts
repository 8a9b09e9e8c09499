import { walk } from './walk.ts';

walk('Chromium');
