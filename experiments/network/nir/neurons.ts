import { UserError } from '../../../core/declare/errors.ts';
import { countElements, readElementValues, requireTensor, requireValidShape } from './operators.ts';
import type { NirFileNode } from './read.ts';
import type { NirTiming } from './timing.ts';

/** Time constant that stands for a potential or current without decay, ms. */
const INFINITE_TAU = 1e300;
/** Time constant that stands for immediate decay, ms; much shorter than a tick of the time grid, 15 ps. */
const ZERO_TAU = 1e-12;

export function readNodeShape(node: NirFileNode, where: string): readonly number[] {
  if (node.type === 'Input' || node.type === 'Output')
    return requireValidShape([...requireTensor(node, 'shape', where).values], where);
  const { shape } = requireTensor(node, node.type === 'Threshold' ? 'threshold' : 'v_threshold', where);
  return shape.length === 0 ? [1] : requireValidShape(shape, where);
}

/**
 * Converts the neurons of a node to parameters of a `lif` population, one value per neuron. Resistance is 1 GΩ, so that
 * 1 pA causes 1 mV. `weightGain` converts NIR weights to mV, or to pA for current synapses; `inputGain` is the change
 * of the steady-state potential per unit of constant input, mV (null for IF neurons, which have no steady state), and
 * `leakPotential` that potential without input. `tauSyn`: synaptic time constants, ms; null for delta synapses. In the
 * NIR equations, a spike is a pulse of area 1; in a network trained with time steps, it is a pulse of one step. In step
 * mode, time constants are changed so that the decay per step equals that of an Euler step: tau' = -step/ln(1 - step/tau).
 */
export function convertNeurons(node: NirFileNode, shape: readonly number[], timing: NirTiming, where: string) {
  const n = countElements(shape);
  const { area, unit } = timing;
  const step = timing.isStepped ? timing.step : null;
  const of = (name: string, otherwise?: number): Float64Array =>
    otherwise !== undefined && node.fields[name] === undefined
      ? new Float64Array(n).fill(otherwise)
      : readElementValues(node, name, n, where);
  const all = (value: number) => new Float64Array(n).fill(value);
  const adaptTau = (taus: Float64Array, name: string): Float64Array =>
    taus.map((tau) => {
      if (!(tau > 0) || (step !== null && !(tau > step)))
        throw new UserError(
          `${where}: ${name} is ${tau}, but must be larger than ${step === null ? '0' : `the time step of ${step}; set import.mode=exact`}.`,
        );
      return (step === null ? tau : -step / Math.log1p(-step / tau)) * unit;
    });
  const delta = { synapse: 'delta', tauSyn: null, leakPotential: all(0) } as const;
  if (node.type === 'Threshold') {
    const parts = { tau: all(ZERO_TAU), threshold: of('threshold'), reset: all(0) };
    return { ...delta, ...parts, weightGain: all(1), inputGain: all(1) };
  }
  const r = of('r');
  const shared = { ...delta, threshold: of('v_threshold'), reset: of('v_reset', 0) };
  const endless = shared.reset.findIndex((reset, j) => reset >= shared.threshold[j]!);
  if (endless >= 0)
    throw new UserError(
      `${where}: v_reset is ${shared.reset[endless]}, but must be below v_threshold (${shared.threshold[endless]}), else a neuron fires without end.`,
    );
  if (node.type === 'IF')
    return { ...shared, tau: all(INFINITE_TAU), weightGain: r.map((x) => x * area), inputGain: null };
  const leakPotential = of('v_leak');
  if (node.type === 'LIF') {
    const tau = of('tau');
    const weightGain = r.map((x, j) => (x * area) / tau[j]!);
    return { ...shared, tau: adaptTau(tau, 'tau'), leakPotential, weightGain, inputGain: r };
  }
  const [tauSyn, wIn] = [of('tau_syn'), of('w_in', 1)];
  return {
    ...shared,
    synapse: 'exponential',
    tau: adaptTau(of('tau_mem'), 'tau_mem'),
    leakPotential,
    tauSyn: adaptTau(tauSyn, 'tau_syn'),
    weightGain: r.map((x, j) => (x * wIn[j]! * area) / tauSyn[j]!),
    inputGain: r.map((x, j) => x * wIn[j]!),
  };
}

export const NIR_NEURON_TYPES: readonly string[] = ['LIF', 'CubaLIF', 'IF', 'Threshold'];
