import { flag, fromZero, positive } from '../../core/declare/params.ts';
import { exp } from '../../core/math.ts';
import { defineDevice } from './defineDevice.ts';

/** An exponent beyond which any step crosses the whole range. */
const FURTHEST = 100;

/**
 * A device with an internal variable T (heat, mobility) that each pulse raises, whichever its direction, and that decays:
 * a pulse soon after another one writes more. Pulsed downwards by each arrival and upwards by each postsynaptic spike, two
 * pulses that do not overlap change the weight by sign(Δt) alpha (e^(kappa heat e^(-|Δt|/tauHeat)) - 1): STDP from the
 * device's own clock. With kappa 0 (first order) nothing depends on timing.
 */
export const secondOrder = defineDevice({
  name: 'secondOrder',
  help: 'steps grow with an internal variable that pulses raise and that decays (heat, mobility): timing without overlap',
  equation:
    'g <- g + alpha strength e^(kappa T) (soft: × (1 - g) upwards, × g downwards); then T <- T + heat |strength|; T decays with tauHeat',
  source: 'Kim et al. 2015, doi:10.1021/acs.nanolett.5b00697',
  params: {
    alpha: fromZero(0.01, '1', 'step of a cold device, as a share of the range (assumed)'),
    kappa: fromZero(1, '1', 'how strongly T acts on the step; 0: a first-order device (assumed)'),
    heat: fromZero(1, '1', 'what a pulse of strength ±1 adds to T (assumed)'),
    tauHeat: positive(10, 'ms', 'decay of T (assumed)'),
    soft: flag({ help: 'whether steps shrink towards the bounds' }),
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
          return g + p.alpha * strength * exp(Math.min(p.kappa * T, FURTHEST)) * room;
        },
        rest(k, g) {
          heat[k] = 0;
          return g;
        },
      };
    },
});
