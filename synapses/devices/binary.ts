import { fraction, nonNegative, positive } from '../../core/declare/params.ts';
import { defineDevice } from './defineDevice.ts';

/**
 * Binary device. If a fraction q of the pulses is upward, it is on with probability q pSet/(q pSet + (1 - q) pReset).
 * The normalised initial weight is the probability that it starts on.
 */
export const binary = defineDevice({
  name: 'binary',
  help: 'binary device: pulses switch it at random, so that a graded weight is stored as a probability',
  equation:
    'g <- 1 with probability min(1, pSet strength) upwards; g <- 0 with probability min(1, pReset |strength|) downwards',
  source: 'N2D2, https://github.com/CEA-LIST/N2D2',
  params: {
    gMin: nonNegative(1.19e-5, 'S', 'conductance when off'),
    gMax: positive(3.04e-4, 'S', 'conductance when on'),
    pSet: fraction(0.002, 'probability that an upward pulse of strength 1 switches the device on'),
    pReset: fraction(0.0007, 'probability that a downward pulse of strength 1 switches the device off'),
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
