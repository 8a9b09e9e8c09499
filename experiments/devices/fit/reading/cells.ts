import { show } from '../../../../core/declare/show.ts';
import { columnName, type Layout, type Series } from './layout.ts';
import type { Decimal } from './marks.ts';
import { quantityOfRole, type Role, type Way, wayOf } from './names.ts';
import type { Naming } from './roles.ts';
import type { Table, TableRow } from './table.ts';
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
  /** What stands before decimals, where the numbers of a file may be read either way. */
  readonly decimal?: Decimal;
  /** S: what normalised weights of 0 and 1 (or -1 and 1) stand for. */
  readonly range?: readonly [number, number];
}

const ALLOWED = {
  conductance: 'a number',
  current: 'a number',
  resistance: 'a number larger than 0',
  weight: 'a number',
} as const;

/** Reads the cells of one column of readings in one row; a text says what is wrong. */
export class Cells {
  readonly #table: Table;
  readonly #layout: Layout;
  readonly #options: ReadingOptions;

  constructor(table: Table, layout: Layout, options: ReadingOptions) {
    this.#table = table;
    this.#layout = layout;
    this.#options = options;
  }

  #fault(at: number, cell: string, allowed: string): never {
    const [mark, other] = this.#table.marks.decimal === ',' ? ['comma', /\d\.\d/] : ['point', /\d,\d/];
    const marks = other.test(cell) ? `, with a decimal ${mark} as elsewhere in this file` : '';
    throw new CellFault(
      `column ${columnName(this.#table, at)}: ${cell === '' ? 'nothing' : show(cell)} is given, but ${allowed} is needed${marks}`,
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
    const { marks } = this.#table;
    const value =
      quantity === undefined ? numberOf(cell, marks, exponent) : quantityOf(cell, quantity, marks, exponent);
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
    const named = s.name.readVoltage;
    if (s.readVoltage === undefined) return named ?? this.#options.readVoltage!;
    const at = s.readVoltage;
    const { exponent = 0 } = this.#table.names[at]!;
    // Some tables say it once, in the first row.
    const told = (row.cells[at] ?? '') === '' ? this.#table.rows[0]! : row;
    const needed = named === undefined ? 'a voltage other than 0' : `${named} V, as ${show(s.name.text)} says,`;
    return this.#quantity(told, at, 'readVoltage', exponent, needed, (v) =>
      named === undefined ? v !== 0 : v === named,
    );
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

/** What is wrong with a cell, for a sentence that says where it is. */
export class CellFault extends Error {}
