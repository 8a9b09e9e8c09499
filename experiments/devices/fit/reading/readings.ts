import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { Faults } from './faults.ts';
import { columnName, type Layout, type Naming, type Series } from './layout.ts';
import { quantityOfRole, type Role, type Way, wayOf } from './names.ts';
import { filled, type Table, type TableRow } from './table.ts';
import { MOST_PULSES } from './train.ts';
import { exponentOf, numberOf, quantityOf } from './units.ts';

/** How a file is to be read, where it does not tell itself. */
export interface ReadingOptions {
  /** Which column is what, by its name or number. */
  readonly columns?: Naming;
  /** Unit of readings without one: `uS`, `nA`. */
  readonly unit?: string;
  /** V at which a current was read. */
  readonly readVoltage?: number;
  /** S: what normalised weights of 0 and 1 (or -1 and 1) stand for. */
  readonly range?: readonly [number, number];
}

export interface Reading {
  readonly where: string;
  readonly device: string;
  readonly cycle?: string;
  readonly way?: Way;
  /** What the counter says; undefined: there is none, NaN: it is left empty here. */
  readonly pulse?: number;
  /** S. */
  readonly conductance: number;
  readonly voltage?: number;
  readonly width?: number;
}

/** What instruments and programs write for a reading that was not taken. */
const ABSENT = /^(nan|n\/?a|#n\/?a|null|none|-{2,}|overflow|9\.9\d*e\+?3[78])$/i;
/** Noise may carry a reading below 0 by this share of the largest one. */
const BELOW_ZERO = 0.05;
const ALLOWED = {
  conductance: 'a number',
  current: 'a number',
  resistance: 'a number larger than 0',
  weight: 'a number',
} as const;

/** Reads the cells of one column of readings in one row; a text says what is wrong. */
class Cells {
  readonly #table: Table;
  readonly #layout: Layout;
  readonly #options: ReadingOptions;

  constructor(table: Table, layout: Layout, options: ReadingOptions) {
    this.#table = table;
    this.#layout = layout;
    this.#options = options;
  }

  #fault(at: number, cell: string, allowed: string): never {
    const comma = this.#table.comma && /\d\.\d/.test(cell) ? ', with a decimal comma as elsewhere in this file' : '';
    throw new CellFault(
      `column ${columnName(this.#table, at)}: ${cell === '' ? 'nothing' : show(cell)} is given, but ${allowed} is needed${comma}`,
    );
  }

  /** A quantity in its base unit. */
  #quantity(
    row: TableRow,
    at: number,
    role: Role,
    exponent: number,
    allowed: string,
    isAllowed: (n: number) => boolean,
  ): number {
    const cell = row.cells[at] ?? '';
    const quantity = quantityOfRole(role);
    const { comma } = this.#table;
    const value =
      quantity === undefined ? numberOf(cell, comma, exponent) : quantityOf(cell, quantity, comma, exponent);
    return Number.isFinite(value) && isAllowed(value) ? value : this.#fault(at, cell, allowed);
  }

  /** S, or the bare number of a weight. */
  value(row: TableRow, s: Series): number {
    const role = s.measure;
    const exponent = s.name.exponent ?? this.#exponent(role) ?? 0;
    const value = this.#quantity(row, s.at, role, exponent, ALLOWED[role], (n) => role !== 'resistance' || n > 0);
    if (role === 'resistance') return 1 / value;
    if (role === 'weight') return s.name.percent ? value / 100 : value;
    return role === 'current' ? value / this.#readVoltage(row, s) : value;
  }

  #exponent(role: Role): number | undefined {
    const quantity = quantityOfRole(role);
    return this.#options.unit === undefined || quantity === undefined
      ? undefined
      : exponentOf(this.#options.unit, quantity);
  }

  #readVoltage(row: TableRow, s: Series): number {
    if (s.readVoltage === undefined) return this.#options.readVoltage!;
    const at = s.readVoltage;
    const { exponent = 0 } = this.#table.names[at]!;
    // Some tables say it once, in the first row.
    const told = (row.cells[at] ?? '') === '' ? this.#table.rows[0]! : row;
    return this.#quantity(told, at, 'readVoltage', exponent, 'a voltage other than 0', (v) => v !== 0);
  }

  pulse(row: TableRow, { pulse: at }: Series): number | undefined {
    if (at === undefined) return undefined;
    if ((row.cells[at] ?? '') === '') return Number.NaN;
    return this.#quantity(
      row,
      at,
      'pulse',
      0,
      `a number from 0 to ${MOST_PULSES}`,
      (n) => n > -0.5 && n <= MOST_PULSES,
    );
  }

  property(row: TableRow, role: 'voltage' | 'width', at: number | undefined): number | undefined {
    if (at === undefined) return undefined;
    const { exponent = 0 } = this.#table.names[at]!;
    return this.#quantity(
      row,
      at,
      role,
      exponent,
      role === 'voltage' ? 'a number of V' : 'a time larger than 0',
      (n) => role === 'voltage' || n > 0,
    );
  }

  way(row: TableRow, s: Series): Way | undefined {
    const at = this.#layout.direction;
    if (at === undefined) return s.way;
    const cell = row.cells[at] ?? '';
    return wayOf(cell) ?? this.#fault(at, cell, 'up or down (or LTP or LTD, set or reset, 1 or -1, …)');
  }

  /** The name of the device or cycle, by its column or by that of the readings. */
  key(row: TableRow, at: number | undefined, own: string | undefined): string | undefined {
    const cell = at === undefined ? '' : (row.cells[at] ?? '');
    return at === undefined ? own : own === undefined ? cell : `${cell} ${own}`;
  }
}

class CellFault extends Error {}

/** What a table tells, row by row, and how many readings it has that are marked as not taken. */
export interface Readings {
  readonly readings: readonly Reading[];
  readonly absent: number;
}

function requireMeans(table: Table, { series }: Layout, options: ReadingOptions): void {
  const { measure, name, readVoltage } = series[0]!;
  const column = `${table.name}: the column ${show(name.text || String(series[0]!.at + 1))}`;
  if (measure === 'current' && readVoltage === undefined && options.readVoltage === undefined)
    throw new UserError(`${column} holds currents; say at which voltage they were read, such as --read-voltage 0.1.`);
  if (measure === 'weight' && options.range === undefined)
    throw new UserError(
      `${column} holds normalised weights; say which conductances 0 and 1 stand for, such as --range 1e-6:1e-4.`,
    );
  if (measure !== 'weight' && options.range !== undefined)
    throw new UserError(`${column} holds no normalised weights but a ${measure}, which --range does not go with.`);
  const quantity = quantityOfRole(measure);
  if (options.unit === undefined) return;
  if (quantity === undefined || exponentOf(options.unit, quantity) === undefined)
    throw new UserError(`${column} holds a ${measure}, so --unit ${options.unit} is no unit of it.`);
  if (name.exponent !== undefined && name.exponent !== exponentOf(options.unit, quantity))
    throw new UserError(`${column} has a unit in its name, other than --unit ${options.unit}.`);
}

/** The readings of a table in S, in the order of its rows, column after column. */
export function readingsOf(table: Table, layout: Layout, options: ReadingOptions): Readings {
  requireMeans(table, layout, options);
  const faults = new Faults(table.name);
  const cells = new Cells(table, layout, options);
  const readings: Reading[] = [];
  let absent = 0;
  const isWide = layout.series.length > 1;
  for (const row of table.rows) {
    if (filled(row.cells) > table.names.length)
      faults.add(`${row.where}: ${filled(row.cells)} cells stand under ${table.names.length} names`);
  }
  faults.throwIfAny();
  for (const s of layout.series) {
    for (const row of table.rows) {
      const cell = row.cells[s.at] ?? '';
      if (ABSENT.test(cell) || (isWide && cell === '')) {
        absent += cell === '' ? 0 : 1;
        continue;
      }
      const wrong: string[] = [];
      const attempt = <T>(read: () => T): T | undefined => {
        try {
          return read();
        } catch (error) {
          if (!(error instanceof CellFault)) throw error;
          wrong.push(error.message);
          return undefined;
        }
      };
      const reading = {
        where: row.where,
        way: attempt(() => cells.way(row, s)),
        pulse: attempt(() => cells.pulse(row, s)),
        conductance: attempt(() => cells.value(row, s))!,
        voltage: attempt(() => cells.property(row, 'voltage', s.voltage)),
        width: attempt(() => cells.property(row, 'width', s.width)),
        device: cells.key(row, layout.device, s.device) ?? '',
        cycle: cells.key(row, layout.cycle, s.cycle),
      };
      for (const fault of wrong) faults.add(`${row.where}, ${fault}`);
      if (wrong.length === 0) readings.push(reading);
    }
  }
  faults.throwIfAny();
  if (readings.length === 0) throw new UserError(`${table.name} holds no readings.`);
  return { readings: inSiemens(table, layout, bySign(readings), options, faults), absent };
}

/** Without directions the signs of the voltage tell them; a reading without a pulse belongs to the train that follows. */
function bySign(readings: readonly Reading[]): readonly Reading[] {
  const volts = readings.map(({ voltage = 0 }) => voltage);
  const isSigned = volts.some((v) => v > 0) && volts.some((v) => v < 0);
  if (!isSigned || readings.some(({ way }) => way !== undefined)) return readings;
  let sign = Math.sign(volts.findLast((v) => v !== 0)!);
  const signs = volts.map(() => 0);
  for (let i = volts.length - 1; i >= 0; i--) signs[i] = sign = Math.sign(volts[i]!) || sign;
  return readings.map((r, i) => ({ ...r, way: signs[i]! > 0 ? '+V' : '-V' }));
}

/** Weights taken to their range, currents of negative read voltage turned round, and what is below 0 by more than noise refused. */
function inSiemens(
  table: Table,
  { series }: Layout,
  readings: readonly Reading[],
  options: ReadingOptions,
  faults: Faults,
): Reading[] {
  const { measure, at } = series[0]!;
  const values = readings.map(({ conductance }) => conductance);
  const turned = measure === 'current' && values.reduce((a, b) => a + b, 0) < 0 ? -1 : 1;
  const most = values.reduce((a, b) => Math.max(a, turned * b), 0);
  const map = measure === 'weight' ? ofWeights(table, values, options.range!) : (value: number) => turned * value;
  const scaled = readings.map((r) => ({ ...r, conductance: map(r.conductance) }));
  scaled.forEach(({ where, conductance }, i) => {
    if (measure === 'weight' || conductance >= -BELOW_ZERO * most) return;
    faults.add(
      `${where}, column ${columnName(table, at)}: ${readings[i]!.conductance} is given, but a number is needed that is 0 or larger, or below it by no more than noise (${BELOW_ZERO * 100} % of the largest)`,
    );
  });
  faults.throwIfAny();
  return scaled;
}

/** How far noise may carry weights beyond their range. */
const BEYOND = 0.5;

/** Weights of 0 to 1, or of -1 to 1 where they are negative by more than noise. */
function ofWeights(
  table: Table,
  values: readonly number[],
  [low, high]: readonly [number, number],
): (w: number) => number {
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const floor = least < -BEYOND ? -1 : 0;
  if (most > 1 + BEYOND || least < floor - BEYOND)
    throw new UserError(
      `${table.name}: weights reach from ${least} to ${most}, but --range takes those from 0 to 1 or from -1 to 1.`,
    );
  return (w) => low + ((high - low) * (w - floor)) / (1 - floor);
}
