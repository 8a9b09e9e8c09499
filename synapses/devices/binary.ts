import { fromZero, positive, share } from '../../core/declare/params.ts';
import { defineDevice } from './defineDevice.ts';

/**
 * A device with two states that a pulse switches at random. A device whose pulses come upwards with probability q settles
 * at P(on) = q pSet / (q pSet + (1 - q) pReset). An initial weight within the range is on with that share as probability.
 */
export const binary = defineDevice({
  name: 'binary',
  help: 'two states, switched at random: a graded weight is a probability',
  equation:
    'g <- 1 with probability min(1, pSet strength) upwards; g <- 0 with probability min(1, pReset |strength|) downwards',
  source: 'N2D2, https://github.com/CEA-LIST/N2D2',
  params: {
    gMin: fromZero(1.19e-5, 'S', 'conductance when off'),
    gMax: positive(3.04e-4, 'S', 'conductance when on'),
    pSet: share(0.002, 'probability that an upward pulse switches it on'),
    pReset: share(0.0007, 'probability that a downward pulse switches it off'),
  },
  cell:
    (p) =>
    ({ random }) => {
      const initial = random('initial');
      const switching = random('switching');
      return {
        state: {},
        start: (k, g) => (initial.uniform(k, 0) < g ? 1 : 0),
        pulse(k, g, strength, _t, n) {
          const u = switching.uniform(k, n);
          if (strength > 0) return u < p.pSet * strength ? 1 : g;
          return u < -p.pReset * strength ? 0 : g;
        },
      };
    },
});
