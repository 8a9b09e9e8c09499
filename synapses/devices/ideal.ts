import { number } from '../../core/declare/params.ts';
import { createFamilyStep } from './array/cell.ts';
import { defineDevice } from './defineDevice.ts';

/** Ideal weight: pulses change it by exactly the strength; with pair STDP, the textbook rule with hard bounds. */
export const ideal = defineDevice({
  name: 'ideal',
  help: 'ideal synapse: the weight changes by strength × (wMax - wMin) between hard bounds',
  equation: 'w <- w + strength (wMax - wMin), clipped to [wMin, wMax]',
  source: 'Song et al. 2000, doi:10.1038/78829',
  params: {
    wMin: number({ default: 0, unit: '1', help: "smallest weight, in the target's unit" }),
    wMax: number({ default: 1, unit: '1', help: "largest weight, in the target's unit" }),
  },
  weights: (p) => [p.wMin, p.wMax],
  step: () => createFamilyStep({ soft: false, up: { a: 1, b: 0 }, down: { a: 1, b: 0 } }),
});
