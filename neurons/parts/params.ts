import { createElementSampler } from '../../core/declare/distribution.ts';
import type { ElementValues } from '../../core/declare/elementParameter.ts';
import { choice, distribution, integer, number, positive } from '../../core/declare/params.ts';
import type { ModelContext } from '../../core/factories.ts';
import { Stream } from '../../core/random/random.ts';

/** Parameters that several models have. */

export const SIZE = integer({ min: 1, max: 2 ** 32 - 1, help: 'number of neurons' });

/** Of models that know no single precision. */
export const F64 = choice(['f64'], { default: 'f64', help: 'of potentials and incoming weights' });

export const CURRENT = number({ default: 0, unit: 'pA', help: 'constant input current' });

export const INITIAL = distribution({ default: 0, unit: 'mV', help: 'potential at the start' });

/** Draws the potentials at the start of n neurons one by one. */
export const createInitialSampler = (
  { initial }: { readonly initial: ElementValues },
  n: number,
  { seed, name }: ModelContext,
): (() => number) => createElementSampler(initial, n, new Stream(seed, `${name}/initial`), `${name}.initial`);

export const NODE_CAPACITANCE = positive(250, 'pF', 'capacitance of the node');

export const NODE_RESISTANCE_OFF = positive(0.04, 'GΩ', 'resistance of the device while off');
