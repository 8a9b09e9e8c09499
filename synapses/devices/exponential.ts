import { fromZero } from '../../core/declare/params.ts';
import { createFamilyStep } from './array/cell.ts';
import { defineDevice } from './defineDevice.ts';

/** Device whose steps shrink exponentially with its state, as measured on many filamentary memristors. */
export const exponential = defineDevice({
  name: 'exponential',
  help: 'steps shrink exponentially towards the bound they move to',
  equation: 'g <- g + alphaUp strength e^(-betaUp g) upwards, g - alphaDown strength e^(-betaDown (1 - g)) downwards',
  source: 'Querlioz et al. 2011, doi:10.1109/IJCNN.2011.6033439',
  params: {
    alphaUp: fromZero(0.01, '1', 'largest upward step, as a share of the range'),
    alphaDown: fromZero(0.005, '1', 'largest downward step, as a share of the range'),
    betaUp: fromZero(3, '1', 'decay constant of upward steps with g; 0: equal steps'),
    betaDown: fromZero(3, '1', 'decay constant of downward steps with 1 - g; 0: equal steps'),
  },
  step: (p) =>
    createFamilyStep({ soft: false, up: { a: p.alphaUp, b: p.betaUp }, down: { a: p.alphaDown, b: p.betaDown } }),
});
