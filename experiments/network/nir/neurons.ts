import { UserError } from '../../../core/declare/errors.ts';
import { countElements, readElementValues, requireTensor, requireValidShape, S_TO_MS } from './operators.ts';
import type { NirFileNode } from './read.ts';

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
 * NIR equations, a spike is a pulse of area 1 s; in a network trained with time steps, it is a pulse of one step. With
 * `step` (s), time constants are changed so that the decay per step equals that of an Euler step: tau' = -step / ln(1 -
 * step/tau).
 */
export function convertNeurons(node: NirFileNode, shape: readonly number[], step: number | null, where: string) {
  const n = countElements(shape);
  const area = step ?? 1;
  const of = (name: string, otherwise?: number): Float64Array =>
    otherwise !== undefined && node.fields[name] === undefined
      ? new Float64Array(n).fill(otherwise)
      : readElementValues(node, name, n, where);
  const all = (value: number) => new Float64Array(n).fill(value);
  const adaptTau = (taus: Float64Array, name: string): Float64Array =>
    taus.map((tau) => {
      if (!(tau > 0) || (step !== null && !(tau > step)))
        throw new UserError(
          `${where}: ${name} is ${tau} s, but must be larger than ${step === null ? '0' : `the step of ${step} s`}.`,
        );
      return (step === null ? tau : -step / Math.log1p(-step / tau)) * S_TO_MS;
    });
  const delta = { synapse: 'delta', tauSyn: null, leakPotential: all(0) } as const;
  if (node.type === 'Threshold') {
    const parts = { tau: all(ZERO_TAU), threshold: of('threshold'), reset: all(0) };
    return { ...delta, ...parts, weightGain: all(1), inputGain: all(1) };
  }
  const r = of('r');
  const shared = { ...delta, threshold: of('v_threshold'), reset: of('v_reset', 0) };
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

/** Pairs of parameters whose ratio is the time step of the training, s, by node type. */
const STEP_RATIOS: Readonly<Record<string, readonly (readonly [over: string, under: string])[]>> = {
  LIF: [['tau', 'r']],
  CubaLIF: [
    ['tau_mem', 'r'],
    ['tau_syn', 'w_in'],
  ],
};

/** Maximum relative difference between two detected time steps that are treated as equal. */
const TOLERANCE = 1e-4;
/** Upper limit of a detected time step, s. For NIR files without time steps, detection yields 1 s. */
const MAX_STEP_SECONDS = 0.1;

/**
 * Detects the time step, s, of a network that was trained with time steps. In files of snnTorch, for instance, tau / r
 * and tau_syn / w_in equal the time step. Returns null if the time steps of nodes differ.
 */
export function detectTimeStep(nodes: Iterable<NirFileNode>): number | null {
  let step: number | null = null;
  for (const { type, fields } of nodes) {
    for (const [over, under] of STEP_RATIOS[type] ?? []) {
      const [a, b] = [fields[over], fields[under]];
      if (a === undefined || b === undefined || typeof a === 'string' || typeof b === 'string') return null;
      for (let k = 0; k < Math.max(a.values.length, b.values.length); k++) {
        const ratio = a.values[k % a.values.length]! / b.values[k % b.values.length]!;
        step ??= ratio;
        if (!(Math.abs(ratio / step - 1) < TOLERANCE)) return null;
      }
    }
  }
  // The time step is rounded, because a step of 1e-4 s in single precision reads as 0.000099999997.
  return step !== null && step > 0 && step < MAX_STEP_SECONDS ? Number(step.toPrecision(5)) : null;
}
