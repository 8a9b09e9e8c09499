import { fraction, integer } from '../../core/declare/params.ts';
import { createRangeError, resolveWritePulse, writePulseParams } from './array/range.ts';
import { defineDevice } from './defineDevice.ts';

export const CONDUCTANCE_QUANTUM = (2 * 1.602176634e-19 ** 2) / 6.62607015e-34;

export const quantised = defineDevice({
  name: 'quantised',
  help: 'conductance in integer multiples of the quantum 2e²/h; a pulse adds or removes quanta',
  equation: 'G = n G0, G0 = 2e²/h; n <- n ± floor(p |strength| + u), p = pUp or pDown, u uniform on (0, 1)',
  source: 'Nanoscale Horiz. 2023, 8, 716 (review), reference 142',
  params: {
    ...writePulseParams,
    quantaMin: integer({ default: 1, min: 0, help: 'smallest number of conductance quanta' }),
    quantaMax: integer({ default: 16, min: 1, help: 'largest number of conductance quanta' }),
    pUp: fraction(1, 'mean number of quanta that an upward pulse of strength 1 adds (assumed value)'),
    pDown: fraction(1, 'mean number of quanta that a downward pulse of strength 1 removes (assumed value)'),
  },
  range(p) {
    if (!(p.quantaMin < p.quantaMax)) throw createRangeError('quantaMin', p.quantaMin, 'quantaMax', p.quantaMax);
    const [gMin, gMax] = [p.quantaMin * CONDUCTANCE_QUANTUM, p.quantaMax * CONDUCTANCE_QUANTUM];
    return { gMin, gMax, pulse: resolveWritePulse(p) };
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
