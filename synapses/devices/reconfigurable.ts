import { choice, fraction } from '../../core/declare/params.ts';
import { exp } from '../../core/math.ts';
import { timeConstantParam } from '../decay.ts';
import { createFamilyStep } from './array/cell.ts';
import { defineDevice } from './defineDevice.ts';

export const reconfigurable = defineDevice({
  name: 'reconfigurable',
  help: 'soft-bound device with a volatile and a non-volatile mode',
  equation:
    'g <- g + etaUp strength (1 - g) upwards, g - etaDown |strength| g downwards; volatile: g decays as e^(-t/relaxation) between pulses',
  source: 'Nanoscale Horiz. 2023, 8, 716 (review), references 102 and 132',
  params: {
    mode: choice(['nonVolatile', 'volatile'], {
      default: 'nonVolatile',
      help: 'mode of the device: nonVolatile: it keeps its state; volatile: it relaxes to gMin',
    }),
    relaxation: timeConstantParam(
      100,
      'time constant of relaxation in volatile mode; Infinity: no relaxation (assumed value)',
    ),
    etaUp: fraction(0.05, 'upward step, as a share of 1 - g (assumed value)'),
    etaDown: fraction(0.05, 'downward step, as a share of g (assumed value)'),
  },
  step: (p) => createFamilyStep({ soft: true, up: { a: p.etaUp, b: 0 }, down: { a: p.etaDown, b: 0 } }),
  cell(p) {
    if (p.mode === 'nonVolatile' || p.relaxation === Infinity) return null;
    return () => ({
      state: {},
      pulse: (_k, g, strength) => g + (strength > 0 ? p.etaUp * strength * (1 - g) : p.etaDown * strength * g),
      relaxed: (_k, g, dt) => g * exp(-dt / p.relaxation),
      relaxedState: () => 0,
    });
  },
});
