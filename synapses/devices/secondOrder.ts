import { flag, nonNegative, positive } from '../../core/declare/params.ts';
import { exp } from '../../core/math.ts';
import { defineDevice } from './defineDevice.ts';

/** Upper bound of the exponent of a step. A step with this exponent already spans the whole range of any device. */
const MAX_EXPONENT = 100;

/**
 * Second-order device. With the rule `eachSpike`, a pair of pulses that do not overlap changes the weight by sign(Δt)
 * alpha (e^(kappa heat e^(-|Δt|/tauHeat)) - 1): STDP from the dynamics of the device. If kappa is 0 (first order),
 * steps do not depend on timing.
 */
export const secondOrder = defineDevice({
  name: 'secondOrder',
  help: 'second-order device: steps grow with an internal variable T (heat, mobility) that pulses raise and that decays; STDP without overlapping pulses',
  equation:
    'g <- g + alpha strength e^(kappa T) (soft: × (1 - g) upwards, × g downwards); then T <- T + heat |strength|; T decays with tauHeat',
  source: 'Kim et al. 2015, doi:10.1021/acs.nanolett.5b00697',
  params: {
    alpha: nonNegative(
      0.01,
      '1',
      'step size at T = 0 (T: internal variable), as a fraction of the range (assumed value)',
    ),
    kappa: nonNegative(
      1,
      '1',
      'exponent of the step per unit of internal variable T; 0: first-order device (assumed value)',
    ),
    heat: nonNegative(1, '1', 'increase of the internal variable T by a pulse of strength ±1 (assumed value)'),
    tauHeat: positive(10, 'ms', 'decay time constant of the internal variable T (assumed value)'),
    soft: flag({ help: 'true for soft bounds: steps shrink towards the bounds; default false' }),
  },
  cell:
    (p) =>
    ({ arena, count }) => {
      const heat = arena.f64(count);
      const last = arena.f64(count);
      return {
        state: { heat, last },
        pulse(k, g, strength, t) {
          const T = heat[k]! * exp(-(t - last[k]!) / p.tauHeat);
          heat[k] = T + p.heat * Math.abs(strength);
          last[k] = t;
          const room = p.soft ? (strength > 0 ? 1 - g : g) : 1;
          return g + p.alpha * strength * exp(Math.min(p.kappa * T, MAX_EXPONENT)) * room;
        },
        relaxedState(k, g) {
          heat[k] = 0;
          return g;
        },
      };
    },
});
