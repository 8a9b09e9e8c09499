import { UserError } from '../../../../core/declare/errors.ts';
import { plural, show } from '../../../../core/declare/show.ts';
import { didYouMean } from '../../../../core/declare/suggest.ts';
import { Faults } from '../reading/faults.ts';
import type { Grid } from '../reading/grid.ts';
import type { Decimal, Marks } from '../reading/marks.ts';
import { readAt } from '../reading/names.ts';
import { filled, type Table, tableOf } from '../reading/table.ts';
import { marksTold } from '../reading/understood.ts';
import { exponentOf, isPercent, numberOf, type Quantity, quantityOf, secondsOf } from '../reading/units.ts';

/** A column that a kind of measurement has: how it is found, and what its cells may be. */
export interface Column {
  readonly role: string;
  /** Of the name without its unit, in lower case. */
  readonly pattern: RegExp;
  /** What is in it, for units; absent: a bare number. */
  readonly quantity?: Quantity;
  /** Unit exponent where neither the name nor the cell tells one. */
  readonly exponent?: number;
  readonly optional?: boolean;
  readonly allowed: string;
  readonly isAllowed: (value: number) => boolean;
}

/** How files are to be read, where they do not tell themselves. */
export interface KindOptions {
  /** Role and name (or number) of a column. */
  readonly columns?: readonly (readonly [string, string])[];
  /** V at which currents were read. */
  readonly readVoltage?: number;
  /** S: what normalised weights of 0 and 1 stand for. */
  readonly range?: readonly [number, number];
  /** What stands before decimals, where the numbers of a file may be read either way. */
  readonly decimal?: Decimal;
  /** s between rows, where no column tells the time. */
  readonly timeStep?: number;
}

/** One row: numbers by role, the voltage at which the name of the column says that currents were read, and the device. */
export interface Row {
  readonly where: string;
  readonly device: string;
  readonly values: Readonly<Record<string, number>>;
}

/** The rows of a measurement, and in two lines what was understood. */
export interface Rows {
  readonly name: string;
  readonly rows: readonly Row[];
  /** Roles that there are columns of. */
  readonly roles: ReadonlySet<string>;
  /** Units in the headers, by role: `%`, `ms`; empty where none is given. */
  readonly units: Readonly<Record<string, string>>;
  readonly understood: readonly [string, string];
}

const DEVICE = /^(device|dev|cell|sample|junction|chip|die|specimen)\b|^(device|cell|sample)\s*(id|no|nr|#)?$/;
const ABSENT = /^(nan|n\/?a|#n\/?a|null|none|-{2,}|)$/i;

interface Header {
  readonly text: string;
  readonly name: string;
  readonly unit: string;
}

/** A name without its unit: `G (uS)`, `I_nA`, `time/ms`. */
export function headerOf(text: string): Header {
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

/** Which columns of a table hold what: the first whose name fits, unless it is told. */
export function placesOf(
  table: Table,
  columns: readonly Column[],
  told: KindOptions['columns'] = [],
): Map<string, number> {
  const headers = table.names.map(({ text }) => headerOf(text));
  const places = new Map<string, number>();
  const known = [...columns.map(({ role }) => role), 'device'];
  for (const [role, name] of told) {
    if (!known.includes(role))
      throw new UserError(`${table.name}: --columns names ${show(role)}${didYouMean(role, known, 'this kind has')}`);
    const at = headers.findIndex(({ text }) => text.toLowerCase() === name.toLowerCase());
    const number = /^\d+$/.test(name) && Number(name) >= 1 && Number(name) <= headers.length ? Number(name) - 1 : -1;
    const found = at >= 0 ? at : number;
    if (found < 0)
      throw new UserError(
        `${table.name}: no column is called ${show(name)}, as is said of ${role}${didYouMean(
          name,
          headers.map(({ text }) => text),
          'its columns',
        )}`,
      );
    const before = [...places].find(([, place]) => place === found)?.[0];
    if (before !== undefined)
      throw new UserError(
        `${table.name}: --columns says of the column ${show(name)} that it is ${before} and ${role}.`,
      );
    places.set(role, found);
  }
  const taken = new Set(places.values());
  const find = (role: string, fits: (h: Header) => boolean) => {
    if (places.has(role)) return;
    const [at, second] = headers.flatMap((h, i) => (!taken.has(i) && fits(h) ? [i] : []));
    if (at === undefined) return;
    if (second !== undefined)
      throw new UserError(
        `${table.name}: the columns ${show(headers[at]!.text)} and ${show(headers[second]!.text)} may both tell the ${role}; say which does: --columns ${role}=NAME.`,
      );
    places.set(role, at);
    taken.add(at);
  };
  for (const { role, pattern, quantity } of columns) {
    find(role, (h) => pattern.test(h.name) && isUnitOf(h.unit, quantity));
  }
  find('device', ({ name }) => DEVICE.test(name));
  return places;
}

function missing(table: Table, columns: readonly Column[], places: ReadonlyMap<string, number>): void {
  const gone = columns.filter(({ role, optional }) => !optional && !places.has(role)).map(({ role }) => role);
  if (gone.length === 0) return;
  const names = table.names.map(({ text }) => text).join(',');
  throw new UserError(
    `${table.name}: ${gone.length === 1 ? 'the column' : 'the columns'} ${gone.join(' and ')} ${gone.length === 1 ? 'is' : 'are'} missing from the names ${show(names)}; say which it is: --columns ${gone[0]}=NAME.`,
  );
}

/** V that the names of columns of currents tell; undefined: none does. */
function readVoltageIn(table: Table, columns: readonly Column[], places: ReadonlyMap<string, number>) {
  const named = columns
    .flatMap(({ role, quantity }) => (quantity === 'current' && places.has(role) ? [places.get(role)!] : []))
    .map((at) => readAt(table.names[at]!.text).readVoltage);
  if (new Set(named).size > 1)
    throw new UserError(`${table.name}: the names of its columns of currents do not tell one voltage of reading.`);
  return named[0];
}

/** Reads the rows of tables, cell by cell. @throws UserError that names file, row, column, value and what is allowed. */
export function rowsOf(grids: readonly Grid[], columns: readonly Column[], options: KindOptions): Rows {
  const rows: Row[] = [];
  const roles = new Set<string>();
  const units: Record<string, string> = {};
  let absent = 0;
  const found: string[] = [];
  const tables = grids.map((grid) => tableOf(grid, options.decimal));
  for (const table of tables) {
    const places = placesOf(table, columns, options.columns);
    missing(table, columns, places);
    const faults = new Faults(table.name);
    for (const role of places.keys()) roles.add(role);
    for (const [role, at] of places) units[role] ||= headerOf(table.names[at]!.text).unit;
    found.push([...places].map(([role, at]) => `${role} ${show(table.names[at]!.text || String(at + 1))}`).join(', '));
    const deviceAt = places.get('device');
    const readVoltage = readVoltageIn(table, columns, places);
    for (const { role, quantity } of columns) {
      if (isUnitOf(units[role] ?? '', quantity)) continue;
      throw new UserError(
        `${table.name}: the column ${show(table.names[places.get(role)!]!.text)} is in ${units[role]}, which is no unit of a ${quantity}, as ${role} is.`,
      );
    }
    for (const row of table.rows) {
      const count = filled(row.cells);
      if (count > table.names.length)
        faults.add(`${row.where}: ${count} cells stand under ${table.names.length} names`);
      const values: Record<string, number> = readVoltage === undefined ? {} : { readVoltage };
      let isAbsent = false;
      for (const c of columns) {
        const at = places.get(c.role);
        if (at === undefined) continue;
        const cell = row.cells[at] ?? '';
        if (ABSENT.test(cell) && cell !== '') {
          isAbsent = true;
          continue;
        }
        const value = numberIn(cell, c, units[c.role]!, table.marks);
        if (Number.isFinite(value) && c.isAllowed(value)) values[c.role] = value;
        else
          faults.add(
            `${row.where}, column ${table.names[at]!.text || at + 1}: ${cell === '' ? 'nothing' : show(cell)} is given, but ${c.allowed} is needed`,
          );
      }
      if (isAbsent) absent++;
      else
        rows.push({
          where: row.where,
          device: (deviceAt === undefined ? undefined : row.cells[deviceAt]) || (grids.length > 1 ? table.stem : '1'),
          values,
        });
    }
    faults.throwIfAny();
  }
  const name = grids.map((grid) => grid.name).join(', ');
  if (rows.length === 0) throw new UserError(`${name} holds no readings.`);
  const devices = new Set(rows.map(({ device }) => device)).size;
  return {
    name,
    rows,
    roles,
    units,
    understood: [
      `${name}: ${tables[0]!.kind}${marksTold(tables[0]!)}; ${found[0]}`,
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

/** Rows that a key tells apart, in the order of the file. */
export function groupsOf(rows: readonly Row[], key: (row: Row) => unknown): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = JSON.stringify(key(row));
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups.values()];
}
