import { defineNeuron } from '../core/declare/define.ts';
import { createElementParameter, VALUE_LIST_HELP } from '../core/declare/elementParameter.ts';
import { number, perElement } from '../core/declare/params.ts';
import { createOdePopulation, toleranceParam } from './parts/ode.ts';
import { sizeParam } from './parts/params.ts';

const each = (initial: number, unit: string, help: string) =>
  perElement({ default: initial, unit, help: `${help}; ${VALUE_LIST_HELP}` });

const params = {
  size: sizeParam,
  a: each(0.02, '1/ms', 'rate of the recovery variable'),
  b: each(0.2, '1/ms', 'coupling of the recovery variable to V'),
  c: each(-65, 'mV', 'reset potential after a spike'),
  d: each(8, 'mV/ms', 'increase of the recovery variable at a spike'),
  threshold: number({ default: 30, unit: 'mV', help: 'potential at which a spike is cut off' }),
  drive: each(0, 'mV/ms', 'constant input I of the equation'),
  initial: each(-70, 'mV', 'initial potential; the recovery variable starts at b V'),
  tolerance: toleranceParam,
};

/** Izhikevich neuron. Potentials are absolute, as in the paper; an arrival of weight w makes V jump by w mV. */
export const izhikevich = defineNeuron({
  name: 'izhikevich',
  help: 'Izhikevich neuron, integrated in adaptive steps to a tolerance; potentials as in the paper, not relative to rest',
  equation: 'dV/dt = 0.04 V^2 + 5 V + 140 - u + drive; du/dt = a (b V - u); spike at V >= threshold: V = c, u += d',
  source: 'Izhikevich 2003, doi:10.1109/TNN.2003.820440',
  params,
  create(p, context) {
    const of = (key: 'a' | 'b' | 'c' | 'd' | 'drive' | 'initial') =>
      createElementParameter(p[key], p.size, key, context);
    const [a, b, c, d, drive, initial] = [of('a'), of('b'), of('c'), of('d'), of('drive'), of('initial')];
    return createOdePopulation(
      p.size,
      {
        variables: { potential: 'mV', recovery: 'mV/ms' },
        initial: (j) => [initial.getValue(j), b.getValue(j) * initial.getValue(j)],
        derivative(y, slopes, j) {
          const [v, u] = [y[0]!, y[1]!];
          slopes[0] = (0.04 * v + 5) * v + 140 - u + drive.getValue(j);
          slopes[1] = a.getValue(j) * (b.getValue(j) * v - u);
        },
        threshold: () => p.threshold,
        reset(y, j, hasSpiked) {
          y[0] = c.getValue(j);
          if (hasSpiked) y[1]! += d.getValue(j);
        },
      },
      p.tolerance,
      context,
    );
  },
});
