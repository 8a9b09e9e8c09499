import { UserError } from '../../../../core/declare/errors.ts';
import { anyNumber, type Column, type KindOptions, positive, type Row, type Rows } from './columns.ts';

/** The conductance of a device, in any of the ways in which it is read. */
export const levelColumns: readonly Column[] = [
  {
    role: 'conductance',
    pattern: /^(mean |read )?(g|conductance|cond|leitwert)( read| mean)?( s)?$/,
    quantity: 'conductance',
    optional: true,
    ...anyNumber,
  },
  {
    role: 'current',
    pattern: /^(read )?(i|current|strom|epsc|psc)( read)?$/,
    quantity: 'current',
    optional: true,
    ...anyNumber,
  },
  {
    role: 'resistance',
    pattern: /^(read )?(r|resistance|widerstand)$/,
    quantity: 'resistance',
    optional: true,
    ...positive,
  },
  {
    role: 'weight',
    pattern: /^(w|weight|normalised|normalized|norm|relative)( conductance| g| current)?$/,
    optional: true,
    ...anyNumber,
  },
];

const isLevel = (role: string) => levelColumns.some((c) => c.role === role);
export const hasLevel = (roles: ReadonlySet<string>): boolean => [...roles].some(isLevel);

/** S, from a conductance, a resistance, a current at `--read-voltage`, or a weight within `--range`. */
export function levelsOf({ name, roles }: Rows, { readVoltage, range }: KindOptions): (row: Row) => number {
  if (roles.has('conductance')) return ({ values }) => values.conductance!;
  if (roles.has('resistance')) return ({ values }) => 1 / values.resistance!;
  if (roles.has('current')) {
    if (readVoltage === undefined)
      throw new UserError(
        `${name}: its readings are currents; say at which voltage they were read, such as --read-voltage 0.1.`,
      );
    return ({ values }) => values.current! / readVoltage;
  }
  if (roles.has('weight')) {
    if (range === undefined)
      throw new UserError(
        `${name}: its readings are normalised; say which conductances 0 and 1 stand for, such as --range 1e-6:1e-4.`,
      );
    return ({ values }) => range[0] + (range[1] - range[0]) * values.weight!;
  }
  throw new UserError(
    `${name}: no column tells the conductance; needed is one of conductance, current or resistance, or --columns conductance=NAME.`,
  );
}
