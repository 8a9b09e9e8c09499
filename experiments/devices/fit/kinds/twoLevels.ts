import { mean } from 'simple-statistics';
import { UserError } from '../../../../core/declare/errors.ts';
import { type Column, type KindOptions, notNegative, positive, type Row, type Rows } from './columns.ts';
import { readVoltageOf } from './level.ts';

/** Both levels of a device, beside one another: as conductances, resistances or currents. */
export const twoLevelColumns: readonly Column[] = [
  {
    role: 'high',
    pattern: /^(g ?(max|on|lrs|high)|on|lrs|high|g1|conductance (on|lrs|high|max))( conductance)?$/,
    quantity: 'conductance',
    optional: true,
    ...notNegative,
  },
  {
    role: 'low',
    pattern: /^(g ?(min|off|hrs|low)|off|hrs|low|g0|conductance (off|hrs|low|min))( conductance)?$/,
    quantity: 'conductance',
    optional: true,
    ...notNegative,
  },
  {
    role: 'rOn',
    pattern: /^(r ?(on|lrs|low|min)|lrs|on|resistance (on|lrs|low))( resistance)?$/,
    quantity: 'resistance',
    optional: true,
    ...positive,
  },
  {
    role: 'rOff',
    pattern: /^(r ?(off|hrs|high|max)|hrs|off|resistance (off|hrs|high))( resistance)?$/,
    quantity: 'resistance',
    optional: true,
    ...positive,
  },
  {
    role: 'iOn',
    pattern: /^(i ?(on|lrs|high|max)|(on|lrs|high)( state)? current|current (on|lrs|high))$/,
    quantity: 'current',
    optional: true,
    ...notNegative,
  },
  {
    role: 'iOff',
    pattern: /^(i ?(off|hrs|low|min)|(off|hrs|low)( state)? current|current (off|hrs|low))$/,
    quantity: 'current',
    optional: true,
    ...notNegative,
  },
];

/** By level: the columns that may tell it, as a conductance, a resistance or a current. */
const TOLD = [
  ['high', 'rOn', 'iOn'],
  ['low', 'rOff', 'iOff'],
] as const;
const tells = (roles: ReadonlySet<string>, columns: readonly string[]) => columns.find((role) => roles.has(role));

export const hasTwoLevels = (roles: ReadonlySet<string>): boolean =>
  TOLD.every((columns) => tells(roles, columns) !== undefined);

interface TwoLevels {
  readonly high: readonly number[];
  readonly low: readonly number[];
}

/** S, of the rows of one device. */
export function twoLevelsOf(rows: Rows, { readVoltage }: KindOptions): (own: readonly Row[]) => TwoLevels {
  const pairs = TOLD.map((columns) => {
    const [g, r, i] = columns;
    const role = tells(rows.roles, columns);
    if (role === undefined)
      throw new UserError(
        `${rows.name}: no column tells the ${g} conductance; say which does: --columns ${g}=NAME (or ${r}=NAME of a resistance, ${i}=NAME of a current).`,
      );
    const volts = role === i ? readVoltageOf(rows, readVoltage) : undefined;
    return (row: Row) => {
      const value = row.values[role]!;
      return volts ? value / volts(row) : role === r ? 1 / value : value;
    };
  });
  return (own) => {
    const [high, low] = pairs.map((of) => own.map(of)) as [number[], number[]];
    // Without a unit, a "low-resistance state" that lies above the other one is told as a resistance.
    const turned = rows.roles.has('high') && rows.units.high === '' && mean(high) < mean(low);
    const siemens = (list: readonly number[]) => (turned ? list.map((r) => 1 / r) : list);
    return { high: siemens(high), low: siemens(low) };
  };
}
