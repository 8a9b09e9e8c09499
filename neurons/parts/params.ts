import { createElementSampler } from '../../core/declare/distribution.ts';
import { type ElementParameterInput, POSITIVE_RANGE, VALUE_LIST_HELP } from '../../core/declare/elementParameter.ts';
import { UserError } from '../../core/declare/errors.ts';
import { choice, distribution, integer, number, perElement, positive } from '../../core/declare/params.ts';
import type { ModelContext } from '../../core/factories.ts';
import { RandomStream } from '../../core/random/random.ts';

export const sizeParam = integer({ min: 1, max: 2 ** 32 - 1, help: 'number of neurons' });

export const precisionParam = choice(['f64'], {
  default: 'f64',
  help: 'precision of potentials and incoming weights',
});

export const constantCurrentParam = number({ default: 0, unit: 'pA', help: 'constant input current' });

export const initialPotentialParam = distribution({ default: 0, unit: 'mV', help: 'initial potential' });

export const initialPotentialListParam = perElement({
  default: 0,
  unit: 'mV',
  help: `initial potential, relative to rest; ${VALUE_LIST_HELP}`,
});
export const createMembraneTauParam = (help: string) =>
  perElement({ default: 10, ...POSITIVE_RANGE, unit: 'ms', help: `membrane time constant${help}; ${VALUE_LIST_HELP}` });
export const createCapacitanceParam = (help: string) =>
  perElement({
    default: 250,
    ...POSITIVE_RANGE,
    unit: 'pF',
    help: `membrane capacitance; the resistance is tau / capacitance${help}; ${VALUE_LIST_HELP}`,
  });
export const resetPotentialParam = perElement({
  default: 0,
  unit: 'mV',
  help: `reset potential after a spike, relative to rest; ${VALUE_LIST_HELP}`,
});
export const refractoryTimeParam = perElement({
  default: 2,
  min: 0,
  unit: 'ms',
  help: `refractory time after a spike; ${VALUE_LIST_HELP}`,
});

export const createInitialPotentialSampler = (
  { initial }: { readonly initial: ElementParameterInput },
  n: number,
  { seed, name }: ModelContext,
): (() => number) => createElementSampler(initial, n, new RandomStream(seed, `${name}/initial`), `${name}.initial`);

export const nodeCapacitanceParam = positive(250, 'pF', 'capacitance of the node');

export const nodeResistanceOffParam = positive(0.04, 'GΩ', 'resistance of the device in the off state');

/**
 * Rejects a threshold at or below rest (0 mV) that the steady potential without input (mV) reaches: the neuron would fire
 * without input. Likely cause: an absolute potential, as used by other simulators.
 */
export function checkThreshold(threshold: number, steadyPotential: number, where: string) {
  if (threshold > 0 || steadyPotential < threshold) return;
  throw new UserError(
    `${where} is ${threshold} mV, but potentials are relative to rest (0 mV), so the neurons would fire without input. Give threshold and reset relative to rest (-50 mV with rest at -65 mV is 15 mV).`,
  );
}

export function checkSteadyPotential(pA: number, steadyPotential: number, where: string) {
  if (Number.isFinite(steadyPotential)) return;
  throw new UserError(
    `${where} is ${pA} pA, but with this tau and capacitance the steady potential is not a finite number of mV. Use a smaller current.`,
  );
}
