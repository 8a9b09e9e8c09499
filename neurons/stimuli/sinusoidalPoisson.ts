import { defineStimulus } from '../../core/declare/define.ts';
import { createElementParameter, VALUE_LIST_HELP } from '../../core/declare/elementParameter.ts';
import { nonNegative, perElement } from '../../core/declare/params.ts';
import { hzToPerMs } from '../../core/declare/units.ts';
import { sin } from '../../core/math.ts';
import { sizeParam } from '../parts/params.ts';
import { startParam, stopParam } from './poisson.ts';
import { ThinnedPoisson } from './thinnedPoisson.ts';

const params = {
  size: sizeParam,
  rate: perElement({ default: 0, min: 0, unit: 'Hz', help: `mean rate; ${VALUE_LIST_HELP}` }),
  amplitude: perElement({
    default: 0,
    min: 0,
    unit: 'Hz',
    help: `amplitude of the rate; ${VALUE_LIST_HELP}; above the mean rate, the rate is 0 for a part of the period`,
  }),
  frequency: nonNegative(10, 'Hz', 'frequency of the modulation'),
  phase: perElement({ default: 0, unit: 'rad', help: `phase of the modulation at 0 ms; ${VALUE_LIST_HELP}` }),
  start: startParam,
  stop: stopParam,
};

export const sinusoidalPoisson = defineStimulus({
  name: 'sinusoidalPoisson',
  help: 'independent Poisson spike trains whose rates oscillate',
  equation:
    'P(spike of neuron j in dt) = rate_j(t) dt, rate_j(t) = max(0, rate_j + amplitude_j sin(2 pi frequency t + phase_j))',
  source: 'Lewis & Shedler 1979, doi:10.1002/nav.3800260304 (thinning)',
  params,
  create(p, context) {
    const each = (key: 'rate' | 'amplitude' | 'phase') =>
      createElementParameter(p[key], p.size, key, context, key === 'phase' ? {} : { min: 0 });
    const [rate, amplitude, phase] = [each('rate'), each('amplitude'), each('phase')];
    const cyclesPerMs = hzToPerMs(p.frequency);
    const rateAt = (j: number, t: number) => {
      const cycles = t * cyclesPerMs + phase.getValue(j) / (2 * Math.PI);
      return rate.getValue(j) + amplitude.getValue(j) * sin(2 * Math.PI * (cycles - Math.floor(cycles)));
    };
    const highest = Array.from({ length: p.size }, (_, j) => rate.getValue(j) + amplitude.getValue(j));
    return new ThinnedPoisson({ highest, rateAt }, p, context);
  },
});
