import { choice, number, share } from '../../core/declare/params.ts';
import { exp } from '../../core/math.ts';
import { stepOf } from './array/cell.ts';
import { defineDevice } from './defineDevice.ts';

/**
 * One device in two roles: non-volatile it keeps what pulses wrote, as a synapse; volatile it falls back to gMin with
 * `relaxation` after each pulse, as the short-term element of a synapse or the integrating element of a neuron.
 */
export const reconfigurable = defineDevice({
  name: 'reconfigurable',
  help: 'soft-bound device that is volatile or not, by mode',
  equation:
    'g <- g + etaUp strength (1 - g) upwards, g - etaDown |strength| g downwards; volatile: g decays as e^(-t/relaxation) between pulses',
  source: 'Nanoscale Horiz. 2023, 8, 716 (review), references 102 and 132',
  params: {
    mode: choice(['nonVolatile', 'volatile'], { default: 'nonVolatile', help: 'whether it keeps its state' }),
    relaxation: number({
      default: 100,
      min: 0,
      exclusiveMin: true,
      infinity: true,
      unit: 'ms',
      help: 'time constant of the volatile mode; Infinity: as the non-volatile one (assumed)',
    }),
    etaUp: share(0.05, 'share of the way up that one pulse goes (assumed)'),
    etaDown: share(0.05, 'share of the way down that one pulse goes (assumed)'),
  },
  step: (p) => stepOf({ soft: true, up: { a: p.etaUp, b: 0 }, down: { a: p.etaDown, b: 0 } }),
  cell(p) {
    if (p.mode === 'nonVolatile' || p.relaxation === Infinity) return null;
    return () => ({
      state: {},
      pulse: (_k, g, strength) => g + (strength > 0 ? p.etaUp * strength * (1 - g) : p.etaDown * strength * g),
      relaxed: (_k, g, dt) => g * exp(-dt / p.relaxation),
      rest: () => 0,
    });
  },
});
