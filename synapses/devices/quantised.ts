import { integer, share } from '../../core/declare/params.ts';
import { notBelow, writeParams, writePulse } from './array/range.ts';
import { defineDevice } from './defineDevice.ts';

/** Conductance quantum 2 e²/h in S (exact by the definition of the SI). */
export const CONDUCTANCE_QUANTUM = (2 * 1.602176634e-19 ** 2) / 6.62607015e-34;

/**
 * A filament of a few atoms: conductance is a whole number of quanta. A pulse adds (takes) pUp (pDown) × |strength| quanta on
 * average: the whole part of that, and one more with the rest as probability.
 */
export const quantised = defineDevice({
  name: 'quantised',
  help: 'conductance in whole quanta 2e²/h, one more or less a pulse',
  equation: 'G = n G0, G0 = 2e²/h; n <- n ± floor(p |strength| + u), p = pUp or pDown, u uniform on (0, 1)',
  source: 'Nanoscale Horiz. 2023, 8, 716 (review), reference 142',
  params: {
    ...writeParams,
    quantaMin: integer({ default: 1, min: 0, help: 'fewest quanta' }),
    quantaMax: integer({ default: 16, min: 1, help: 'most quanta' }),
    pUp: share(1, 'probability that an upward pulse adds a quantum (assumed)'),
    pDown: share(1, 'probability that a downward pulse takes one (assumed)'),
  },
  range(p) {
    if (!(p.quantaMin < p.quantaMax)) throw notBelow('quantaMin', p.quantaMin, 'quantaMax', p.quantaMax);
    const [gMin, gMax] = [p.quantaMin * CONDUCTANCE_QUANTUM, p.quantaMax * CONDUCTANCE_QUANTUM];
    return { gMin, gMax, pulse: writePulse(p) };
  },
  cell: (p) => {
    const quanta = p.quantaMax - p.quantaMin;
    return ({ random }) => {
      const draws = random('switching');
      return {
        state: {},
        start: (_k, g) => Math.round(g * quanta) / quanta,
        pulse(k, g, strength, _t, n) {
          const moved = Math.floor(Math.abs(strength) * (strength > 0 ? p.pUp : p.pDown) + draws.uniform(k, n));
          return (Math.round(g * quanta) + Math.sign(strength) * moved) / quanta;
        },
      };
    };
  },
});
