import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { described, number, withDefault } from '../../core/declare/params.ts';

export const gainParam = (help: string) =>
  described(
    withDefault(
      z.union([
        number({ unit: '1', help }),
        z.array(number({ unit: '1', help: 'increment of the modulation by a spike of one modulating neuron' })),
      ]),
      1,
    ),
    { description: `${help}; one value, or a list with one value per modulating neuron`, unit: '1' },
  );

export function expandGains(given: number | readonly number[], neurons: number, name: string): readonly number[] {
  if (typeof given === 'number') return Array.from({ length: neurons }, () => given);
  if (given.length === neurons) return given;
  throw new UserError(
    `${name}.gain must list one value per modulating neuron, ${neurons} in all (got ${given.length} values).`,
  );
}
