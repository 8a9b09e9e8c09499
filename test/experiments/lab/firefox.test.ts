import { readings } from './readings.ts';
import { walk } from './walk.ts';

readings('Firefox');
walk('Firefox');
