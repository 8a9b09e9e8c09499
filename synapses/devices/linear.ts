import { define } from '../../core/declare/define.ts';
import { number, object } from '../../core/declare/params.ts';
import type { DeviceFactory } from '../../core/model.ts';
import { conductanceParams, rangeOf } from './array/cell.ts';
import { commonParams, devicesOf } from './array/factory.ts';

/** A device whose pulses all move it by the same amount, between hard bounds. */
export const linear = define({
  name: 'linear',
  help: 'equal steps between hard bounds',
  equation: 'g <- g + etaUp strength upwards, g - etaDown |strength| downwards, clipped to [0, 1]',
  source: 'ConstantStep of Rasch et al. 2021, doi:10.1109/AICAS51828.2021.9458494',
  params: object({
    ...conductanceParams,
    etaUp: number({ default: 0.01, min: 0, help: 'step of an upward pulse, as a share of the range (assumed)' }),
    etaDown: number({ default: 0.01, min: 0, help: 'step of a downward pulse, as a share of the range (assumed)' }),
    ...commonParams,
  }),
  make: (p): DeviceFactory =>
    devicesOf({ soft: false, up: { a: p.etaUp, b: 0 }, down: { a: p.etaDown, b: 0 } }, rangeOf(p), p),
});
