import { fraction, number, positive } from '../../core/declare/params.ts';
import { exp } from '../../core/math.ts';
import { defineDevice } from './defineDevice.ts';

/**
 * Device with short-term (s) and long-term (l) memory. With the defaults, upward pulses every 2 s exceed the
 * threshold at the fourth pulse; pulses every 20 s never do. The long-term part decays by `retention` only and
 * holds the initial weight.
 */
export const stmLtm = defineDevice({
  name: 'stmLtm',
  help: 'device with short-term and long-term memory: changes by frequent pulses become permanent',
  equation:
    'between pulses s decays as e^(-t/tauS); upwards s <- s + etaS strength (1 - s), then, if s > thetaL, l <- l + etaL strength (1 - l)(s - thetaL)/(1 - thetaL); downwards s <- s - etaS |strength| s and, whatever s, l <- l - etaL |strength| l; a share eta |strength| is at most 1; g = l + (1 - l) s',
  source: 'behaviour of Ohno et al., Nat. Mater. 10, 591 (2011); equations assumed',
  params: {
    etaS: fraction(
      0.3,
      'step of the short-term part s, as a fraction of 1 - s upward and of s downward (assumed value)',
    ),
    tauS: positive(1e4, 'ms', 'decay time constant of the short-term part (assumed value)'),
    thetaL: number({
      default: 0.6,
      min: 0,
      max: 1,
      exclusiveMax: true,
      unit: '1',
      help: 'short-term state above which pulses raise the long-term part (assumed value)',
    }),
    etaL: fraction(
      0.3,
      'step of the long-term part l, as a fraction of 1 - l upward (at s = 1), of l downward (assumed value)',
    ),
  },
  cell:
    (p) =>
    ({ arena, count }) => {
      const long = arena.f64(count);
      const share = (eta: number, strength: number) => Math.min(eta * Math.abs(strength), 1);
      return {
        state: { long },
        start(k, g) {
          long[k] = g;
          return g;
        },
        pulse(k, g, strength) {
          let l = Math.min(long[k]!, g); // retention loss belongs to the long-term part
          let s = l < 1 ? (g - l) / (1 - l) : 0;
          const up = share(p.etaS, strength);
          if (strength > 0) {
            s += up * (1 - s);
            if (s > p.thetaL) l += (share(p.etaL, strength) * (1 - l) * (s - p.thetaL)) / (1 - p.thetaL);
          } else {
            s -= up * s;
            l -= share(p.etaL, strength) * l;
          }
          long[k] = l;
          return l + (1 - l) * s;
        },
        relaxed(k, g, dt) {
          const l = long[k]!;
          return l + (g - l) * exp(-dt / p.tauS);
        },
        relaxedState: (k, g) => Math.min(long[k]!, g),
      };
    },
});
