import { UserError } from '../../../../core/declare/errors.ts';
import { plural, show } from '../../../../core/declare/show.ts';
import { didYouMean } from '../../../../core/declare/suggest.ts';
import { CellErrors } from './grid.ts';
import { describeMarks } from './importSummary.ts';
import { readAt } from './names.ts';
import {
  exponentOf,
  isPercent,
  isPlausible,
  type Marks,
  numberOf,
  PLAUSIBLE,
  type Quantity,
  quantityOf,
  secondsOf,
} from './numbers.ts';
import type { ReadingOptions } from './readings.ts';
import {
  ambiguousError,
  cellError,
  checkRowWidths,
  columnName,
  columnsCalled,
  isAbsent,
  type Table,
  twoRolesError,
} from './table.ts';

/** Column of a kind of measurement: its names and allowed values. */
export interface Column {
  readonly role: string;
  /** Pattern of the header without its unit, in lower case. */
  readonly pattern: RegExp;
  /** Quantity of its unit; absent: a number without a unit. */
  readonly quantity?: Quantity;
  /** Power of ten of the unit, if neither header nor cell has a unit. */
  readonly exponent?: number;
  readonly optional?: boolean;
  readonly allowed: string;
  readonly isAllowed: (value: number) => boolean;
}

/** Properties of a file that the file itself does not state. */
export interface KindOptions extends Omit<ReadingOptions, 'columns' | 'unit'> {
  /** Role and name (or number) of a column. */
  readonly columns?: readonly (readonly [string, string])[];
  /** Time between rows without a time column, s. */
  readonly timeStep?: number;
}

/** One row: its numbers by role, with the read voltage from the header of the currents as `readVoltage`. */
export interface Row {
  readonly where: string;
  readonly device: string;
  readonly values: Readonly<Record<string, number>>;
}

/** Rows of a measurement, and two lines about the files they were read from. */
export interface Rows {
  readonly name: string;
  readonly rows: readonly Row[];
  /** Roles that have a column. */
  readonly roles: ReadonlySet<string>;
  /** Unit in the header by role: `%`, `ms`; empty if it has none. */
  readonly units: Readonly<Record<string, string>>;
  readonly understood: readonly [string, string];
}

const DEVICE = /^(device|dev|cell|sample|junction|chip|die|specimen)\b|^(device|cell|sample)\s*(id|no|nr|#)?$/;

interface Header {
  readonly text: string;
  readonly name: string;
  readonly unit: string;
}

/** Splits a header into name and unit: `G (uS)`, `I_nA`, `time/ms`. */
function headerOf(text: string): Header {
  const own = readAt(text).name;
  const [, name, unit] =
    /^(.*?)\s*[([]\s*([^()[\]]*)\s*[)\]]\s*$/.exec(own) ?? /^(.+?)[_/,\s]+([a-zA-Zµμ%°Ω]{1,6}|1\/s)$/.exec(own) ?? [];
  const isUnit =
    unit !== undefined &&
    (isPercent(unit) ||
      /^(k|°?c|hz|khz|kelvin|celsius)$/i.test(unit) ||
      secondsOf(unit) !== undefined ||
      QUANTITIES.some((q) => exponentOf(unit, q) !== undefined));
  const bare = (isUnit ? name! : own)
    .toLowerCase()
    .replace(/[_\s.]+/g, ' ')
    .trim();
  return { text, name: bare, unit: isUnit ? unit! : '' };
}
const QUANTITIES: readonly Quantity[] = ['conductance', 'current', 'resistance', 'voltage', 'time'];

const isUnitOf = (unit: string, quantity: Quantity | undefined): boolean =>
  unit === '' ||
  quantity === undefined ||
  exponentOf(unit, quantity) !== undefined ||
  (quantity === 'time' && secondsOf(unit) !== undefined);

/** Index of each role's column: from `--columns`, else the only column whose header matches. */
export function findColumns(
  table: Table,
  columns: readonly Column[],
  given: KindOptions['columns'] = [],
): Map<string, number> {
  const headers = table.names.map(({ text }) => headerOf(text));
  const places = new Map<string, number>();
  const known = [...columns.map(({ role }) => role), 'device'];
  for (const [role, name] of given) {
    if (!known.includes(role))
      throw new UserError(`${table.name}: --columns names ${show(role)}${didYouMean(role, known, 'this kind has')}`);
    const [found, second] = columnsCalled(table, role, name) as [number, number?];
    if (second !== undefined) throw ambiguousError(table, [columnName(table, found), columnName(table, second)], role);
    const before = [...places].find(([, place]) => place === found)?.[0];
    if (before !== undefined) throw twoRolesError(table, found, [before, role]);
    places.set(role, found);
  }
  const taken = new Set(places.values());
  const find = (role: string, fits: (h: Header) => boolean) => {
    if (places.has(role)) return;
    const [at, second] = headers.flatMap((h, i) => (!taken.has(i) && fits(h) ? [i] : []));
    if (at === undefined) return;
    if (second !== undefined) throw ambiguousError(table, [headers[at]!.text, headers[second]!.text], role);
    places.set(role, at);
    taken.add(at);
  };
  for (const { role, pattern, quantity } of columns) {
    find(role, (h) => pattern.test(h.name) && isUnitOf(h.unit, quantity));
  }
  find('device', ({ name }) => DEVICE.test(name));
  return places;
}

function checkRequired(table: Table, columns: readonly Column[], places: ReadonlyMap<string, number>): void {
  const missing = columns.filter(({ role, optional }) => !optional && !places.has(role)).map(({ role }) => role);
  if (missing.length === 0) return;
  const names = show(table.names.map(({ text }) => text).join(','));
  const are = missing.length === 1 ? `column ${missing[0]} is` : `columns ${missing.join(' and ')} are`;
  throw new UserError(
    `${table.name}: the ${are} missing from the names ${names}. Next step: if it has another name, --columns ${missing[0]}=NAME.`,
  );
}

/** Read voltage in the headers of the currents, V; undefined if they have none. */
function readVoltageIn(table: Table, columns: readonly Column[], places: ReadonlyMap<string, number>) {
  const named = columns
    .flatMap(({ role, quantity }) => (quantity === 'current' && places.has(role) ? [places.get(role)!] : []))
    .map((at) => readAt(table.names[at]!.text).readVoltage);
  if (new Set(named).size > 1)
    throw new UserError(`${table.name}: its columns of currents have different read voltages in their names.`);
  return named[0];
}

/**
 * Reads the rows of one table; rows with a cell marked as absent are counted in `absent`.
 * @param earlier units in the headers of earlier tables, which hold for headers without a unit.
 */
function readTable(
  table: Table,
  columns: readonly Column[],
  options: KindOptions,
  defaultDevice: string,
  earlier: Readonly<Record<string, string>>,
) {
  const places = findColumns(table, columns, options.columns);
  checkRequired(table, columns, places);
  const errors = new CellErrors(table.name);
  const units = Object.fromEntries(
    [...places].map(([role, at]) => [role, headerOf(table.names[at]!.text).unit || (earlier[role] ?? '')]),
  );
  const readVoltage = readVoltageIn(table, columns, places);
  for (const { role, quantity } of columns) {
    if (isUnitOf(units[role] ?? '', quantity)) continue;
    throw new UserError(
      `${table.name}: the column ${show(table.names[places.get(role)!]!.text)} is in ${units[role]}, which is not a unit of ${role} (${quantity}).`,
    );
  }
  checkRowWidths(table, errors);
  const rows: Row[] = [];
  let absent = 0;
  for (const row of table.rows) {
    const values: Record<string, number> = readVoltage === undefined ? {} : { readVoltage };
    const used = columns.filter(({ role }) => places.has(role));
    const cellOf = ({ role }: Column) => row.cells[places.get(role)!] ?? '';
    for (const c of used.filter((one) => !isAbsent(cellOf(one)))) {
      const value = numberIn(cellOf(c), c, units[c.role]!, table.marks);
      const isWithin = Number.isFinite(value) && c.isAllowed(value);
      if (isWithin && isPlausible(value)) values[c.role] = value;
      else errors.add(cellError(table, row, places.get(c.role)!, isWithin ? PLAUSIBLE : c.allowed));
    }
    if (used.some((c) => isAbsent(cellOf(c)))) absent++;
    else rows.push({ where: row.where, device: row.cells[places.get('device') ?? -1] || defaultDevice, values });
  }
  errors.throwIfAny();
  const layout = [...places].map(([role, at]) => `${role} ${show(columnName(table, at))}`).join(', ');
  return { rows, absent, units, layout };
}

/** Reads the rows of tables. @throws UserError that names file, row, column, value and what is allowed. */
export function rowsOf(tables: readonly Table[], columns: readonly Column[], options: KindOptions): Rows {
  let units: Readonly<Record<string, string>> = {};
  const read = tables.map((table) => {
    const one = readTable(table, columns, options, tables.length > 1 ? table.stem : '1', units);
    units = { ...one.units, ...Object.fromEntries(Object.entries(units).filter(([, unit]) => unit !== '')) };
    return one;
  });
  const rows = read.flatMap((one) => one.rows);
  const absent = read.reduce((sum, one) => sum + one.absent, 0);
  const name = tables.map((table) => table.name).join(', ');
  if (rows.length === 0) throw new UserError(`${name} holds no readings.`);
  const devices = new Set(rows.map(({ device }) => device)).size;
  return {
    name,
    rows,
    roles: new Set(Object.keys(units)),
    units,
    understood: [
      `${name}: ${tables[0]!.kind}${describeMarks(tables[0]!)}; ${read[0]!.layout}`,
      `${plural(rows.length, 'reading')} of ${plural(devices, 'device')}${absent > 0 ? `; ${plural(absent, 'reading')} marked as absent left out` : ''}`,
    ],
  };
}

function numberIn(cell: string, { quantity, exponent = 0 }: Column, unit: string, marks: Marks): number {
  if (quantity === undefined) return numberOf(cell, marks);
  const long = quantity === 'time' ? secondsOf(unit) : undefined;
  if (long !== undefined) return numberOf(cell, marks) * long;
  return quantityOf(cell, quantity, marks, (unit === '' ? undefined : exponentOf(unit, quantity)) ?? exponent);
}

export const anyNumber = { allowed: 'a number', isAllowed: () => true };
export const positive = { allowed: 'a number larger than 0', isAllowed: (v: number) => v > 0 };
export const notNegative = { allowed: 'a number, 0 or larger', isAllowed: (v: number) => v >= 0 };

/** Rows grouped by a key, in the order of the file. */
export function groupsOf(rows: readonly Row[], key: (row: Row) => unknown): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = JSON.stringify(key(row));
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups.values()];
}
