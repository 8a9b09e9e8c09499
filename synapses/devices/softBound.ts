import { share } from '../../core/declare/params.ts';
import { createFamilyStep } from './array/cell.ts';
import { defineDevice } from './defineDevice.ts';

/**
 * Device with soft bounds: steps are proportional to the distance to the bound. n full pulses give g_n = 1 - (1 -
 * g_0)(1 - etaUp)^n.
 */
export const softBound = defineDevice({
  name: 'softBound',
  help: 'steps shrink linearly towards the bound they move to',
  equation: 'g <- g + etaUp strength (1 - g) upwards, g - etaDown strength g downwards; g = (G - gMin)/(gMax - gMin)',
  source: 'Fusi & Abbott 2007, doi:10.1038/nn1859; as device: Rasch et al. 2021, doi:10.1109/AICAS51828.2021.9458494',
  params: {
    etaUp: share(0.05, 'upward step, as a share of 1 - g'),
    etaDown: share(0.05, 'downward step, as a share of g'),
  },
  step: (p) => createFamilyStep({ soft: true, up: { a: p.etaUp, b: 0 }, down: { a: p.etaDown, b: 0 } }),
});
