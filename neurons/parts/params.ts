import { createElementSampler } from '../../core/declare/distribution.ts';
import type { ElementValues } from '../../core/declare/elementParameter.ts';
import { choice, distribution, integer, number, positive } from '../../core/declare/params.ts';
import type { ModelContext } from '../../core/factories.ts';
import { Stream } from '../../core/random/random.ts';

/** Parameter `size` of all models. */
export const SIZE = integer({ min: 1, max: 2 ** 32 - 1, help: 'number of neurons' });

/** Parameter `precision` of models that support double precision only. */
export const F64 = choice(['f64'], { default: 'f64', help: 'precision of potentials and incoming weights' });

/** Parameter `current` of models with one constant current. */
export const CURRENT = number({ default: 0, unit: 'pA', help: 'constant input current' });

/** Parameter `initial` of models with a random initial potential. */
export const INITIAL = distribution({ default: 0, unit: 'mV', help: 'initial potential' });

/** Creates a sampler that returns the initial potentials (mV) of n neurons one after the other. */
export const createInitialSampler = (
  { initial }: { readonly initial: ElementValues },
  n: number,
  { seed, name }: ModelContext,
): (() => number) => createElementSampler(initial, n, new Stream(seed, `${name}/initial`), `${name}.initial`);

/** Parameters of models with a capacitive node and a device. */
export const NODE_CAPACITANCE = positive(250, 'pF', 'capacitance of the node');

export const NODE_RESISTANCE_OFF = positive(0.04, 'GΩ', 'resistance of the device in the off state');
