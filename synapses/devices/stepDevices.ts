import { fraction, nonNegative, number } from '../../core/declare/params.ts';
import { pow } from '../../core/elementary.ts';
import { createFamilyStep } from './array/cell.ts';
import { defineDevice } from './defineDevice.ts';

export const ideal = defineDevice({
  name: 'ideal',
  help: 'ideal synapse: the weight changes by strength × (wMax - wMin) between hard bounds',
  equation: 'w <- w + strength (wMax - wMin), clipped to [wMin, wMax]',
  source: 'Song et al. 2000, doi:10.1038/78829',
  params: {
    wMin: number({ default: 0, unit: '1', help: 'smallest weight, in the weight unit of the target neurons' }),
    wMax: number({ default: 1, unit: '1', help: 'largest weight, in the weight unit of the target neurons' }),
  },
  weights: (p) => [p.wMin, p.wMax],
  step: () => createFamilyStep({ soft: false, up: { a: 1, b: 0 }, down: { a: 1, b: 0 } }),
});

export const linear = defineDevice({
  name: 'linear',
  help: 'linear device: equal steps between hard bounds',
  equation: 'g <- g + etaUp strength upwards, g - etaDown |strength| downwards, clipped to [0, 1]',
  source: 'ConstantStep of Rasch et al. 2021, doi:10.1109/AICAS51828.2021.9458494',
  params: {
    etaUp: nonNegative(0.01, '1', 'size of an upward step, as a share of the range (assumed value)'),
    etaDown: nonNegative(0.01, '1', 'size of a downward step, as a share of the range (assumed value)'),
  },
  step: (p) => createFamilyStep({ soft: false, up: { a: p.etaUp, b: 0 }, down: { a: p.etaDown, b: 0 } }),
});

export const exponential = defineDevice({
  name: 'exponential',
  help: 'device whose steps shrink exponentially towards the bound in pulse direction',
  equation: 'g <- g + alphaUp strength e^(-betaUp g) upwards, g - alphaDown strength e^(-betaDown (1 - g)) downwards',
  source: 'Querlioz et al. 2011, doi:10.1109/IJCNN.2011.6033439',
  params: {
    alphaUp: nonNegative(0.01, '1', 'largest upward step, as a share of the range'),
    alphaDown: nonNegative(0.005, '1', 'largest downward step, as a share of the range'),
    betaUp: nonNegative(3, '1', 'exponent by which upward steps shrink with the state g; 0: equal steps'),
    betaDown: nonNegative(3, '1', 'exponent by which downward steps shrink with 1 - g (g: state); 0: equal steps'),
  },
  step: (p) =>
    createFamilyStep({ soft: false, up: { a: p.alphaUp, b: p.betaUp }, down: { a: p.alphaDown, b: p.betaDown } }),
});

export const softBound = defineDevice({
  name: 'softBound',
  help: 'soft-bound device: steps shrink linearly towards the bound in pulse direction',
  equation: 'g <- g + etaUp strength (1 - g) upwards, g - etaDown strength g downwards; g = (G - gMin)/(gMax - gMin)',
  source: 'Fusi & Abbott 2007, doi:10.1038/nn1859; as device: Rasch et al. 2021, doi:10.1109/AICAS51828.2021.9458494',
  params: {
    etaUp: fraction(0.05, 'upward step, as a share of 1 - g'),
    etaDown: fraction(0.05, 'downward step, as a share of g'),
  },
  step: (p) => createFamilyStep({ soft: true, up: { a: p.etaUp, b: 0 }, down: { a: p.etaDown, b: 0 } }),
});

const exponent = (way: string) =>
  nonNegative(1, '1', `exponent of ${way} steps; 1: as in softBound, 0: equal steps (assumed value)`);
const maxStep = (way: string) => nonNegative(0.05, '1', `largest ${way} step, as a share of the range (assumed value)`);

export const power = defineDevice({
  name: 'power',
  help: 'device whose steps are a power of the distance to the bound in pulse direction',
  equation:
    'g <- g + aUp strength (1 - g)^bUp upwards, g - aDown strength g^bDown downwards; g = (G - gMin)/(gMax - gMin)',
  source: 'Fusi & Abbott 2007, doi:10.1038/nn1859, with an exponent',
  params: { aUp: maxStep('upward'), bUp: exponent('upward'), aDown: maxStep('downward'), bDown: exponent('downward') },
  step: (p) => (g, strength) =>
    strength > 0 ? g + p.aUp * strength * pow(1 - g, p.bUp) : g + p.aDown * strength * pow(g, p.bDown),
});
