import { readings } from './readings.ts';
import { walk } from './walk.ts';

readings('Chromium');
walk('Chromium');
