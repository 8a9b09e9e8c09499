import { fromZero } from '../../core/declare/params.ts';
import { createFamilyStep } from './array/cell.ts';
import { defineDevice } from './defineDevice.ts';

/** Device with equal steps between hard bounds. */
export const linear = defineDevice({
  name: 'linear',
  help: 'equal steps between hard bounds',
  equation: 'g <- g + etaUp strength upwards, g - etaDown |strength| downwards, clipped to [0, 1]',
  source: 'ConstantStep of Rasch et al. 2021, doi:10.1109/AICAS51828.2021.9458494',
  params: {
    etaUp: fromZero(0.01, '1', 'size of an upward step, as a share of the range (assumed)'),
    etaDown: fromZero(0.01, '1', 'size of a downward step, as a share of the range (assumed)'),
  },
  step: (p) => createFamilyStep({ soft: false, up: { a: p.etaUp, b: 0 }, down: { a: p.etaDown, b: 0 } }),
});
