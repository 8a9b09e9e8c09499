import { define } from '../core/define.ts';
import type { NeuronFactory } from '../core/model.ts';
import { LifDelta } from './lif/delta.ts';
import { lifParams } from './lif/params.ts';

/** Leaky integrate-and-fire: tau dV/dt = -V + R I, spike at V >= theta, then V = reset for the refractory time. */
export const lif = define({
  name: 'lif',
  help: 'leaky integrate-and-fire neuron, exact between events',
  equation: 'tau dV/dt = -V + R (I + I_syn); spike when V >= theta; V = reset while refractory; R = tau/capacitance',
  source: 'Lapicque 1907; event-driven form after Morrison et al. 2007, doi:10.1162/neco.2007.19.1.47',
  params: lifParams,
  make: (p): NeuronFactory<LifDelta> => ({
    kind: 'neurons',
    precision: p.precision,
    create: (context) => new LifDelta(p, context),
  }),
});
