import { defineStimulus } from '../../core/declare/define.ts';
import { createElementParameter, VALUE_LIST_HELP } from '../../core/declare/elementParameter.ts';
import { described, optional, perElement } from '../../core/declare/params.ts';
import { sizeParam } from '../parts/params.ts';
import { periodSchema, StepSchedule, stepsSchema } from '../parts/stepSchedule.ts';
import { startParam, stopParam } from './poisson.ts';
import { ThinnedPoisson } from './thinnedPoisson.ts';

const params = {
  size: sizeParam,
  rate: perElement({ default: 0, min: 0, unit: 'Hz', help: `rate at factor 1; ${VALUE_LIST_HELP}` }),
  steps: described(stepsSchema('factor', { min: 0 }), {
    description: 'common factor of the rates as steps [[time in ms, factor], ...]; 0 before the first step',
    unit: '1',
  }),
  period: optional(periodSchema),
  start: startParam,
  stop: stopParam,
};

export const steppedPoisson = defineStimulus({
  name: 'steppedPoisson',
  help: 'independent Poisson spike trains whose rates change in steps',
  equation: 'P(spike of neuron j in dt) = rate_j factor(t) dt',
  source: 'Lewis & Shedler 1979, doi:10.1002/nav.3800260304 (thinning)',
  params,
  create(p, context) {
    const rate = createElementParameter(p.rate, p.size, 'rate', context, { min: 0 });
    const schedule = new StepSchedule(p, `${context.name}.steps`);
    const highest = Array.from({ length: p.size }, (_, j) => rate.getValue(j) * schedule.range[1]);
    const rateAt = (j: number, t: number) => rate.getValue(j) * schedule.valueAt(t);
    return new ThinnedPoisson({ highest, rateAt }, p, context);
  },
});
