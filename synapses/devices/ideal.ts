import { define } from '../../core/declare/define.ts';
import { number, object } from '../../core/declare/params.ts';
import type { DeviceFactory } from '../../core/model.ts';
import { commonParams, devicesOf } from './array/factory.ts';

const LINEAR = { soft: false, up: { a: 1, b: 0 }, down: { a: 1, b: 0 } };

/** A weight that moves by exactly what the rule says: with pair STDP, the textbook rule with hard bounds. */
export const ideal = define({
  name: 'ideal',
  help: 'no device: the weight moves by strength × (wMax - wMin), hard bounds',
  equation: 'w <- w + strength (wMax - wMin), clipped to [wMin, wMax]',
  source: 'Song, Miller & Abbott 2000, doi:10.1038/78829',
  params: object({
    wMin: number({ default: 0, help: "smallest weight, in the target's unit" }),
    wMax: number({ default: 1, help: "largest weight, in the target's unit" }),
    ...commonParams,
  }),
  make: (p): DeviceFactory => devicesOf(LINEAR, { wMin: p.wMin, wMax: p.wMax, electrical: null }, p),
});
