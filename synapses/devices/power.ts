import { fromZero } from '../../core/declare/params.ts';
import { pow } from '../../core/elementary.ts';
import { defineDevice } from './defineDevice.ts';

const exponent = (way: string) =>
  fromZero(1, '1', `exponent of ${way} steps; 1: as in softBound, 0: equal steps (assumed)`);
const first = (way: string) => fromZero(0.05, '1', `largest ${way} step, as a share of the range (assumed)`);

/** Device whose steps are a power of the distance to the bound: equal steps (0), soft bounds (1) and beyond. */
export const power = defineDevice({
  name: 'power',
  help: 'steps shrink as a power of the distance to the bound they move to',
  equation:
    'g <- g + aUp strength (1 - g)^bUp upwards, g - aDown strength g^bDown downwards; g = (G - gMin)/(gMax - gMin)',
  source: 'Fusi & Abbott 2007, doi:10.1038/nn1859, with an exponent',
  params: { aUp: first('upward'), bUp: exponent('upward'), aDown: first('downward'), bDown: exponent('downward') },
  step: (p) => (g, strength) =>
    strength > 0 ? g + p.aUp * strength * pow(1 - g, p.bUp) : g + p.aDown * strength * pow(g, p.bDown),
});
