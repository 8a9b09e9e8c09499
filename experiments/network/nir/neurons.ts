import { UserError } from '../../../core/declare/errors.ts';
import { readPerElement, requireShape, requireTensor, sizeOf } from './operators.ts';
import type { NirFileNode } from './read.ts';

/** Parameters of a `lif` population, one a neuron. Its resistance is 1 GΩ (capacitance = tau), so that currents in pA are mV. */
export interface CellParameters {
  readonly synapse: 'delta' | 'exponential';
  readonly tau: Float64Array;
  readonly threshold: Float64Array;
  readonly reset: Float64Array;
  /** Where the potential tends to without input. */
  readonly leak: Float64Array;
  /** ms; null with delta synapses. */
  readonly tauSyn: Float64Array | null;
  /** mV (pA with currents) for each unit of weight that a spike brings. */
  readonly gain: Float64Array;
  /** mV for each unit of a constant input; null where a constant input has no limit. */
  readonly constant: Float64Array | null;
}

const S_TO_MS = 1000;
/** So long that no potential decays, and still far from what a float can hold. */
const INFINITE_TAU = 1e300;
/** So short that nothing is left at the next point of the time grid (15 ps). */
const ZERO_TAU = 1e-12;

/** Elements of what a node with neurons or an input holds. */
export function readShape(node: NirFileNode, where: string): readonly number[] {
  if (node.type === 'Input' || node.type === 'Output')
    return requireShape([...requireTensor(node, 'shape', where).values], where);
  const { shape } = requireTensor(node, node.type === 'Threshold' ? 'threshold' : 'v_threshold', where);
  return shape.length === 0 ? [1] : requireShape(shape, where);
}

/**
 * The neurons of a node. A spike is a pulse of area `area` (s): 1 in the equations of NIR, one step where the network was trained in
 * steps. With `step` (s) time constants are those that fade in a step as much as the Euler step of such a network: tau' = -step /
 * ln(1 - step/tau).
 */
export function convertCells(
  node: NirFileNode,
  shape: readonly number[],
  step: number | null,
  where: string,
): CellParameters {
  const n = sizeOf(shape);
  const area = step ?? 1;
  const of = (name: string, otherwise?: number): Float64Array =>
    otherwise !== undefined && node.fields[name] === undefined
      ? new Float64Array(n).fill(otherwise)
      : readPerElement(node, name, n, where);
  const all = (value: number) => new Float64Array(n).fill(value);
  const fading = (taus: Float64Array, name: string): Float64Array =>
    taus.map((tau) => {
      if (!(tau > 0) || (step !== null && !(tau > step)))
        throw new UserError(
          `${where}: ${name} is ${tau} s, but must be larger than ${step === null ? '0' : `the step of ${step} s`}.`,
        );
      return (step === null ? tau : -step / Math.log1p(-step / tau)) * S_TO_MS;
    });
  if (node.type === 'Threshold') {
    const threshold = of('threshold');
    const parts = { tau: all(ZERO_TAU), threshold, reset: all(0), leak: all(0), tauSyn: null };
    return { synapse: 'delta', ...parts, gain: all(1), constant: all(1) };
  }
  const r = of('r');
  const shared = { threshold: of('v_threshold'), reset: of('v_reset', 0) };
  if (node.type === 'IF')
    return {
      synapse: 'delta',
      ...shared,
      tau: all(INFINITE_TAU),
      leak: all(0),
      tauSyn: null,
      gain: r.map((x) => x * area),
      constant: null,
    };
  const leak = of('v_leak');
  if (node.type === 'LIF') {
    const tau = of('tau');
    const gain = r.map((x, j) => (x * area) / tau[j]!);
    return { synapse: 'delta', ...shared, tau: fading(tau, 'tau'), leak, tauSyn: null, gain, constant: r };
  }
  const [tauSyn, wIn] = [of('tau_syn'), of('w_in', 1)];
  return {
    synapse: 'exponential',
    ...shared,
    tau: fading(of('tau_mem'), 'tau_mem'),
    leak,
    tauSyn: fading(tauSyn, 'tau_syn'),
    gain: r.map((x, j) => (x * wIn[j]! * area) / tauSyn[j]!),
    constant: r.map((x, j) => x * wIn[j]!),
  };
}

export const NEURON_TYPES: readonly string[] = ['LIF', 'CubaLIF', 'IF', 'Threshold'];

const TOLERANCE = 1e-4;
/** A step of longer than that is none: it is the unit of the equations. */
const MAX_STEP_SECONDS = 0.1;

/**
 * The step, in s, of a network that was trained in steps and written so that a spike of weight w moves the potential (or current) by w: tau / r
 * = tau_syn / w_in = step in every node, as snnTorch writes it (1e-4). null where no such step is common to all.
 */
export function detectStep(nodes: Iterable<NirFileNode>): number | null {
  let step: number | null = null;
  for (const { type, fields } of nodes) {
    const ratios =
      type === 'LIF'
        ? [['tau', 'r']]
        : type === 'CubaLIF'
          ? [
              ['tau_mem', 'r'],
              ['tau_syn', 'w_in'],
            ]
          : [];
    for (const [over, under] of ratios as [string, string][]) {
      const [a, b] = [fields[over], fields[under]];
      if (a === undefined || b === undefined || typeof a === 'string' || typeof b === 'string') return null;
      for (let k = 0; k < Math.max(a.values.length, b.values.length); k++) {
        const ratio = a.values[k % a.values.length]! / b.values[k % b.values.length]!;
        step ??= ratio;
        if (!(Math.abs(ratio / step - 1) < TOLERANCE)) return null;
      }
    }
  }
  // Written in 32 bits, 1e-4 is 0.000099999997.
  return step !== null && step > 0 && step < MAX_STEP_SECONDS ? Number(step.toPrecision(5)) : null;
}
