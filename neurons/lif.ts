import { UserError } from '../core/declare/errors.ts';
import { defineNeuron } from '../core/declare/models.ts';
import type { ModelContext } from '../core/factories.ts';
import type { Shows } from '../core/hooks.ts';
import type { NeuronModel } from '../core/model.ts';
import { LifConductance } from './lif/conductance.ts';
import { ConductanceMembrane } from './lif/conductanceMembrane.ts';
import { LifDelta } from './lif/delta.ts';
import { LifExponential } from './lif/exponential.ts';
import { LazyLif } from './lif/lazy.ts';
import { MultiExponentialMembrane } from './lif/multiExponential.ts';
import { type LifParams, leakOf, lifParams } from './lif/params.ts';
import { TwoConductancesMembrane } from './lif/twoConductances.ts';
import type { AdaptiveThreshold } from './parts/adaptiveThreshold.ts';
import { checkRest } from './parts/rest.ts';
import type { ThresholdNoise } from './parts/thresholdNoise.ts';

/** A population of leaky integrate-and-fire neurons, whatever its synapses. */
export interface Lif extends NeuronModel {
  readonly thresholds: AdaptiveThreshold;
  /** Null or missing where thresholds do not scatter. */
  readonly thresholdNoise?: ThresholdNoise | null;
  /** Sets a threshold, as for an imported network. */
  setThreshold(neuron: number, t: number, mV: number): void;
}

/** Refuses what another kind of synapse would silently ignore. */
function checkLeak({ leakConductance, synapse }: LifParams, name: string): void {
  if (leakConductance === undefined || synapse === 'conductance') return;
  throw new UserError(
    `${name}.leakConductance is ${leakConductance}, but it is for synapse "conductance"; set capacitance instead.`,
  );
}

/** Noise of thresholds that another kind of synapse would ignore, or that would have to decay with its threshold. */
function checkNoise({ thresholdNoise, synapse, adaptive }: LifParams, name: string): void {
  if (thresholdNoise === undefined) return;
  if (synapse !== 'delta')
    throw new UserError(`${name}.thresholdNoise is for synapse "delta", but synapse is "${synapse}".`);
  if (adaptive && adaptive.tau < Number.POSITIVE_INFINITY)
    throw new UserError(
      `${name}.thresholdNoise needs thresholds that do not decay, but adaptive.tau is ${adaptive.tau} ms.`,
    );
}

/** A neuron that rests or is reset at or above its threshold would fire for ever. */
function checkThresholds(p: LifParams, name: string): void {
  const { reset, threshold, homeostasis } = p;
  checkRest(threshold, p.current / leakOf(p), name);
  if (!(reset < threshold)) {
    throw new UserError(`${name}.reset is ${reset}, but must lie below the threshold of ${threshold} mV.`);
  }
  if (homeostasis && !(reset < homeostasis.minimum)) {
    throw new UserError(
      `${name}.homeostasis.minimum is ${homeostasis.minimum}, but must lie above the reset of ${reset} mV.`,
    );
  }
}

const thresholdsDecay = ({ adaptive }: LifParams): boolean =>
  adaptive !== undefined && adaptive.tau < Number.POSITIVE_INFINITY;

const SYNAPSES: Readonly<Record<LifParams['synapse'], (p: LifParams, context: ModelContext) => Lif>> = {
  delta: (p, context) => new LifDelta(p, context),
  exponential: (p, context) => new LifExponential(p, context),
  multiExponential: (p, context) => new LazyLif(p.size, new MultiExponentialMembrane(p, context), context),
  conductance: (p, context) => {
    const { tauSyn } = p;
    if (typeof tauSyn !== 'number' && tauSyn.excitatory !== tauSyn.inhibitory)
      return thresholdsDecay(p) || context.groups !== undefined
        ? new LazyLif(p.size, new TwoConductancesMembrane(p, tauSyn, context), context)
        : new LifConductance(p, tauSyn, context);
    const one = typeof tauSyn === 'number' ? tauSyn : tauSyn.excitatory;
    return thresholdsDecay(p)
      ? new LazyLif(p.size, new ConductanceMembrane(p, one, context), context)
      : new LifConductance(p, one, context);
  },
};

/** Leaky integrate-and-fire: tau dV/dt = -V + R I, spike at V >= theta, then V = reset for the refractory time. */
export const lif = defineNeuron({
  name: 'lif',
  help: 'leaky integrate-and-fire neuron, exact between events',
  equation:
    'tau dV/dt = -V + R (I + I_syn), or + R I + g_exc (E_exc - V) + g_inh (E_inh - V) with g in leak conductances; spike when V >= theta; V = reset while refractory; R = tau/capacitance',
  source:
    'Lapicque 1907; event-driven form after Morrison et al. 2007, doi:10.1162/neco.2007.19.1.47; conductances: Brette 2006, doi:10.1162/neco.2006.18.8.2004',
  params: lifParams,
  create: (p, context): Lif => {
    checkThresholds(p, context.name);
    checkLeak(p, context.name);
    checkNoise(p, context.name);
    const model: Lif & Partial<Shows> = SYNAPSES[p.synapse](p, context);
    const read = (j: number, t: number) => model.thresholds.at(j, t);
    return Object.assign(model, { quantities: { ...model.quantities, threshold: { unit: 'mV', of: 'neuron', read } } });
  },
});
