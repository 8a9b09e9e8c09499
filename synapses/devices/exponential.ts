import { number } from '../../core/declare/params.ts';
import { stepOf } from './array/cell.ts';
import { defineDevice } from './defineDevice.ts';

/** A device whose steps shrink exponentially with its state, as measured on many filamentary memristors. */
export const exponential = defineDevice({
  name: 'exponential',
  help: 'steps shrink exponentially towards the bound they move to',
  equation: 'g <- g + alphaUp strength e^(-betaUp g) upwards, g - alphaDown strength e^(-betaDown (1 - g)) downwards',
  source: 'Querlioz et al. 2011, doi:10.1109/IJCNN.2011.6033439',
  params: {
    alphaUp: number({ default: 0.01, min: 0, unit: '1', help: 'largest upward step, as a share of the range' }),
    alphaDown: number({ default: 0.005, min: 0, unit: '1', help: 'largest downward step, as a share of the range' }),
    betaUp: number({ default: 3, min: 0, unit: '1', help: 'how fast upward steps shrink' }),
    betaDown: number({ default: 3, min: 0, unit: '1', help: 'how fast downward steps shrink; 0: not at all' }),
  },
  step: (p) => stepOf({ soft: false, up: { a: p.alphaUp, b: p.betaUp }, down: { a: p.alphaDown, b: p.betaDown } }),
});
