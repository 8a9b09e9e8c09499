// slow: drives a browser; the other tests of the lab run its worker and page code in `npm test`
import { readings } from './readings.ts';
import { start } from './start.ts';
import { walk } from './walk.ts';

readings('Chromium');
walk('Chromium');
start('Chromium');
