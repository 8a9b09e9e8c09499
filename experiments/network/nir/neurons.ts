import { UserError } from '../../../core/declare/errors.ts';
import { LEAKLESS_TAU } from '../../../neurons/lif/deltaDynamics.ts';
import { NO_THRESHOLD } from '../../../neurons/lif/params.ts';
import { countElements, readElementValues, requireTensor, requireValidShape } from './operators.ts';
import type { NirFileNode } from './read.ts';
import type { NirTiming } from './timing.ts';

/** Time constant that stands for immediate decay, ms; much shorter than a tick of the time grid, 15 ps. */
const ZERO_TAU = 1e-12;

/** Field of each type of neuron that has its shape. */
const SHAPE_FIELDS: Readonly<Record<string, string>> = {
  LIF: 'v_threshold',
  CubaLIF: 'v_threshold',
  IF: 'v_threshold',
  Threshold: 'threshold',
  LI: 'tau',
  CubaLI: 'tau_mem',
  I: 'r',
};
export const NIR_NEURON_TYPES: readonly string[] = Object.keys(SHAPE_FIELDS);

/** True for integrators without spikes, whose output is their potential. */
export const isValueType = (type: string): boolean => type === 'LI' || type === 'CubaLI' || type === 'I';

export function readNodeShape(node: NirFileNode, where: string): readonly number[] {
  const field = SHAPE_FIELDS[node.type];
  if (field === undefined) return requireValidShape([...requireTensor(node, 'shape', where).values], where);
  const { shape } = requireTensor(node, field, where);
  return shape.length === 0 ? [1] : requireValidShape(shape, where);
}

/**
 * Converts the neurons of a node to parameters of a `lif` population, one value per neuron. Resistance is 1 GΩ, so that
 * 1 pA causes 1 mV (without decay: capacitance 1 pF). `weightGain` converts NIR weights to mV, or to pA for current
 * synapses, `inputGain` constant input to pA; `leakPotential` is the potential without input. `tauSyn`: synaptic time
 * constants, ms; null for delta synapses. A spike is a pulse of area 1 in the NIR equations, of one step in a network
 * trained with time steps.
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
  const readTau = (name: string) =>
    of(name).map((tau) => {
      if (!(tau > 0) || (step !== null && !(tau > step)))
        throw new UserError(
          `${where}: ${name} is ${tau}, but must be larger than ${step === null ? '0' : `the time step of ${step}; set import.mode=exact`}.`,
        );
      return tau * unit;
    });
  const delta = { synapse: 'delta', tauSyn: null, leakPotential: all(0) } as const;
  if (node.type === 'Threshold') {
    const tau = all(step === null ? ZERO_TAU : step * unit);
    const parts = { tau, capacitance: tau, threshold: of('threshold'), reset: all(0) };
    return { ...delta, ...parts, weightGain: all(1), inputGain: all(1) };
  }
  const r = of('r');
  const isSilent = isValueType(node.type);
  const threshold = isSilent ? all(NO_THRESHOLD) : of('v_threshold');
  const shared = { ...delta, threshold, reset: isSilent ? all(0) : of('v_reset', 0) };
  const endless = shared.reset.findIndex((reset, j) => reset >= threshold[j]!);
  if (endless >= 0)
    throw new UserError(
      `${where}: v_reset is ${shared.reset[endless]}, but must be below v_threshold (${threshold[endless]}), else a neuron fires without end.`,
    );
  const early = threshold.findIndex((value) => value <= 0);
  if (early >= 0 && step === null)
    throw new UserError(
      `${where}: v_threshold is ${threshold[early]}, but must be above 0, the potential at the start; import.mode=step allows lower thresholds.`,
    );
  if (timing.subtracts && step === null && !isSilent && node.type !== 'CubaLIF')
    throw new UserError(
      `${where}: import.reset is subtraction, which for ${node.type} needs import.mode=step, because a pulse raises its potential above the threshold.`,
    );
  if (timing.subtracts) shared.reset.fill(0); // the potential of CubaLIF crosses continuously: V - threshold is 0
  const weightGain = r.map((x) => x * area);
  if (node.type === 'IF' || node.type === 'I')
    return {
      ...shared,
      tau: all(LEAKLESS_TAU),
      capacitance: all(1),
      weightGain,
      inputGain: r.map((x) => x / unit),
    };
  const leaky = { ...shared, leakPotential: of('v_leak') };
  if (node.type === 'LIF' || node.type === 'LI') {
    const tau = readTau('tau');
    return {
      ...leaky,
      tau,
      capacitance: tau,
      weightGain: weightGain.map((x, j) => (x * unit) / tau[j]!),
      inputGain: r,
    };
  }
  const [tauSyn, wIn, tau] = [readTau('tau_syn'), of('w_in', 1), readTau('tau_mem')];
  return {
    ...leaky,
    synapse: 'exponential',
    tau,
    capacitance: tau,
    tauSyn,
    weightGain: weightGain.map((x, j) => (x * wIn[j]! * unit) / tauSyn[j]!),
    inputGain: r.map((x, j) => x * wIn[j]!),
  };
}
