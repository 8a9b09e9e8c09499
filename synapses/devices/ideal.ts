import { number } from '../../core/declare/params.ts';
import { stepOf } from './array/cell.ts';
import { defineDevice } from './defineDevice.ts';

/** A weight that moves by exactly what the rule says: with pair STDP, the textbook rule with hard bounds. */
export const ideal = defineDevice({
  name: 'ideal',
  help: 'no device: the weight moves by strength × (wMax - wMin), hard bounds',
  equation: 'w <- w + strength (wMax - wMin), clipped to [wMin, wMax]',
  source: 'Song et al. 2000, doi:10.1038/78829',
  params: {
    wMin: number({ default: 0, unit: '1', help: "smallest weight, in the target's unit" }),
    wMax: number({ default: 1, unit: '1', help: "largest weight, in the target's unit" }),
  },
  weights: (p) => [p.wMin, p.wMax],
  step: () => stepOf({ soft: false, up: { a: 1, b: 0 }, down: { a: 1, b: 0 } }),
});
