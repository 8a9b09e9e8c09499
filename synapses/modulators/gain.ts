import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { described, number, withDefault } from '../../core/declare/params.ts';

/** Parameter: what one spike of the modulating population adds, the same for all its neurons or one value each. */
export const gain = (help: string) =>
  described(
    withDefault(
      z.union([number({ unit: '1', help }), z.array(number({ unit: '1', help: 'of one modulating neuron' }))]),
      1,
    ),
    { description: `${help}; or a list with one value a modulating neuron`, unit: '1' },
  );

/** The gain of each modulating neuron. */
export function gains(given: number | readonly number[], neurons: number, name: string): readonly number[] {
  if (typeof given === 'number') return Array.from({ length: neurons }, () => given);
  if (given.length === neurons) return given;
  throw new UserError(
    `${name}.gain lists ${given.length} values, but the modulating population has ${neurons} neurons.`,
  );
}
