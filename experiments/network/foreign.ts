import { FOREIGN_NAME_HINTS } from '../../core/declare/suggest.ts';

const CLOSED = 'a model whose potential is known in closed form between events';

/** Neurons of other simulators that have no closed form: what comes near. */
const NEURONS: Readonly<Record<string, readonly [names: readonly string[], why: string]>> = {
  izhikevich: [
    ['izhikevich'],
    'v² and the recovery variable u act on each other, which only a time step solves; "lif" with `adaptive` thresholds has its regular spiking and adaptation, "quadratic" its v²',
  ],
  adex: [
    ['adex', 'aeif', 'aeif_cond_exp', 'aeif_cond_alpha'],
    'e^V and the adaptation current act on each other, which only a time step solves; "lif" with `adaptive` thresholds adapts alike, "escapeRate" has a soft, exponential threshold',
  ],
  hh: [
    ['hh', 'hodgkinhuxley', 'hodgkin-huxley', 'hodgkin_huxley', 'hh_psc_alpha', 'hh_cond_exp_traub'],
    'its four variables act on each other, which only a time step solves; "lif" with `synapse: conductance` has the synapses of such networks',
  ],
};

/** Makes them known to whoever explains what a value must be. */
export function knowForeign(): void {
  for (const [names, why] of Object.values(NEURONS))
    for (const name of names) FOREIGN_NAME_HINTS.set(name, `${CLOSED}: ${why}.`);
}
