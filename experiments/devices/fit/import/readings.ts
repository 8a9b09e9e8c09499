import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { CellErrors } from './grid.ts';
import type { Layout, Naming, Series } from './layout.ts';
import { quantityOfRole, type Role, type Way, wayOf } from './names.ts';
import { type Decimal, exponentOf, isPlausible, numberOf, PLAUSIBLE, quantityOf } from './numbers.ts';
import { cellError, checkRowWidths, columnName, isAbsent, shownName, type Table, type TableRow } from './table.ts';
import { MAX_PULSES } from './trains.ts';

/** Properties of a file of pulses that the file itself does not state. */
export interface ReadingOptions {
  /** Roles of columns, by name or number. */
  readonly columns?: Naming;
  /** Unit of readings whose column has none: `uS`, `nA`. */
  readonly unit?: string;
  /** Read voltage of currents, V. */
  readonly readVoltage?: number;
  /** Decimal mark, for files whose numbers do not show it. */
  readonly decimal?: Decimal;
  /** Conductances of the normalised weights 0 and 1 (or -1 and 1), S. */
  readonly range?: readonly [number, number];
}

/** One reading, as it stands in a file. */
export interface Reading {
  /** Row and line, for messages. */
  readonly where: string;
  readonly device: string;
  readonly cycle?: string;
  readonly way?: Way;
  /** Pulse number; undefined: the file has no counter, NaN: the cell is empty. */
  readonly pulse?: number;
  /** Conductance, S. */
  readonly conductance: number;
  /** V. */
  readonly voltage?: number;
  /** s. */
  readonly width?: number;
}

/** Readings of a table, and the number of readings marked as absent. */
interface Readings {
  readonly readings: readonly Reading[];
  readonly absent: number;
}

const ALLOWED = {
  conductance: 'a number',
  current: 'a number',
  resistance: 'a number larger than 0',
  weight: 'a number',
} as const;

/** Reader of the cells of one table; a wrong cell is added to the errors and reads as NaN or undefined. */
class CellReader {
  readonly #table: Table;
  readonly #layout: Layout;
  readonly #options: ReadingOptions;
  readonly #errors: CellErrors;

  constructor(table: Table, layout: Layout, options: ReadingOptions, errors: CellErrors) {
    this.#table = table;
    this.#layout = layout;
    this.#options = options;
    this.#errors = errors;
  }

  #fail(row: TableRow, at: number, allowed: string): void {
    this.#errors.add(cellError(this.#table, row, at, allowed));
  }

  /** Quantity in its base unit. */
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
    const isWithin = Number.isFinite(value) && isAllowed(value);
    if (isWithin && isPlausible(value)) return value;
    this.#fail(row, at, isWithin ? PLAUSIBLE : allowed);
    return Number.NaN;
  }

  /** Conductance, S, or a normalised weight. */
  value(row: TableRow, s: Series): number {
    const role = s.measure;
    const exponent = s.name.exponent ?? this.#givenExponent(role) ?? 0;
    const value = this.#quantity(row, s.at, role, exponent, ALLOWED[role], (n) => role !== 'resistance' || n > 0);
    if (role === 'resistance') return 1 / value;
    if (role === 'weight') return s.name.percent ? value / 100 : value;
    return role === 'current' ? value / this.#readVoltage(row, s) : value;
  }

  #givenExponent(role: Role): number | undefined {
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
    // Some tables give the voltage only once, in the first row.
    const from = (row.cells[at] ?? '') === '' ? this.#table.rows[0]! : row;
    const needed = named === undefined ? 'a voltage other than 0' : `${named} V, as ${show(s.name.text)} says,`;
    return this.#quantity(from, at, 'readVoltage', exponent, needed, (v) =>
      named === undefined ? v !== 0 : v === named,
    );
  }

  pulse(row: TableRow, { pulse: at }: Series): number | undefined {
    if (at === undefined) return undefined;
    if ((row.cells[at] ?? '') === '') return Number.NaN;
    const allowed = `a number from 0 to ${MAX_PULSES}`;
    return this.#quantity(row, at, 'pulse', 0, allowed, (n) => n > -0.5 && n <= MAX_PULSES);
  }

  property(row: TableRow, role: 'voltage' | 'width', at: number | undefined): number | undefined {
    if (at === undefined) return undefined;
    const { exponent = 0 } = this.#table.names[at]!;
    const allowed = role === 'voltage' ? 'a number of V' : 'a time larger than 0';
    return this.#quantity(row, at, role, exponent, allowed, (n) => role === 'voltage' || n > 0);
  }

  way(row: TableRow, s: Series): Way | undefined {
    const at = this.#layout.direction;
    if (at === undefined) return s.way;
    const way = wayOf(row.cells[at] ?? '');
    if (way === undefined) this.#fail(row, at, 'up or down (or LTP or LTD, set or reset, 1 or -1, …)');
    return way;
  }

  /** Name of the device or cycle, from its column and from the header of the reading. */
  key(row: TableRow, at: number | undefined, own: string | undefined): string | undefined {
    const cell = at === undefined ? '' : (row.cells[at] ?? '');
    return at === undefined ? own : own === undefined ? cell : `${cell} ${own}`;
  }
}

/** @throws UserError if unit, read voltage or range are missing, or contradict the columns */
function checkOptions(table: Table, { series }: Layout, options: ReadingOptions): void {
  const { measure, name } = series[0]!;
  const called = (s: Series) => `${table.name}: the column ${show(columnName(table, s.at))}`;
  const column = called(series[0]!);
  for (const s of measure === 'current' ? series : []) checkReadVoltage(called(s), s, options);
  if (measure === 'weight' && options.range === undefined)
    throw new UserError(
      `${column} holds normalised weights. Next step: give the conductances of 0 and 1, such as --range 1e-6:1e-4.`,
    );
  if (measure !== 'weight' && options.range !== undefined)
    throw new UserError(`${column} holds a ${measure}; --range is for normalised weights only.`);
  const quantity = quantityOfRole(measure);
  if (options.unit === undefined) return;
  if (quantity === undefined || exponentOf(options.unit, quantity) === undefined)
    throw new UserError(`${column} holds a ${measure}; --unit ${options.unit} is not a unit of it.`);
  if (name.exponent !== undefined && name.exponent !== exponentOf(options.unit, quantity))
    throw new UserError(`${column} has another unit in its name than --unit ${options.unit}.`);
}

/** @throws UserError unless exactly one of header, column and option gives the read voltage */
function checkReadVoltage(column: string, { name, readVoltage }: Series, options: ReadingOptions): void {
  const [named, given] = [name.readVoltage, options.readVoltage];
  if (named !== undefined && given !== undefined && named !== given)
    throw new UserError(`${column} was read at ${named} V according to its name, but --read-voltage is ${given} V.`);
  if (readVoltage !== undefined && given !== undefined)
    throw new UserError(`${column} has its read voltages in another column; leave out --read-voltage.`);
  if (readVoltage === undefined && named === undefined && given === undefined)
    throw new UserError(`${column} holds currents. Next step: give their read voltage, such as --read-voltage 0.1.`);
}

/** Reads a table of pulses: conductances in S, in the order of rows, column by column. */
export function readReadings(table: Table, layout: Layout, options: ReadingOptions): Readings {
  checkOptions(table, layout, options);
  const errors = new CellErrors(table.name);
  const cells = new CellReader(table, layout, options, errors);
  const readings: Reading[] = [];
  let absent = 0;
  const isWide = layout.series.length > 1;
  checkRowWidths(table, errors);
  errors.throwIfAny();
  for (const s of layout.series) {
    const cellAt = (row: TableRow) => row.cells[s.at] ?? '';
    const isMissing = (row: TableRow) => cellAt(row) === '' || isAbsent(cellAt(row));
    const last = table.rows.findLastIndex((row) => !isMissing(row));
    const hasHole = table.rows.slice(0, last + 1).some(isMissing);
    // Without a counter, a missing reading still had its pulse, so rows are counted.
    const countsRows = hasHole && s.pulse === undefined && layout.device === undefined;
    for (const [at, row] of table.rows.entries()) {
      const cell = cellAt(row);
      if (isAbsent(cell) || (isWide && cell === '')) {
        absent += cell === '' ? 0 : 1;
        continue;
      }
      const before = errors.count;
      const reading = {
        where: row.where,
        way: cells.way(row, s),
        pulse: countsRows ? at : cells.pulse(row, s),
        conductance: cells.value(row, s),
        voltage: cells.property(row, 'voltage', s.voltage),
        width: cells.property(row, 'width', s.width),
        device: cells.key(row, layout.device, s.device) ?? '',
        cycle: cells.key(row, layout.cycle, s.cycle),
      };
      if (errors.count === before) readings.push(reading);
    }
  }
  errors.throwIfAny();
  if (readings.length === 0) throw new UserError(`${table.name} holds no readings.`);
  return { readings: toSiemens(table, layout, addDirections(readings), options, errors), absent };
}

/** Directions from the sign of the voltage, if the file has no others; a reading without a pulse belongs to the next train. */
function addDirections(readings: readonly Reading[]): readonly Reading[] {
  const volts = readings.map(({ voltage = 0 }) => voltage);
  const isSigned = volts.some((v) => v > 0) && volts.some((v) => v < 0);
  if (!isSigned || readings.some(({ way }) => way !== undefined)) return readings;
  let sign = Math.sign(volts.findLast((v) => v !== 0)!);
  const signs = volts.map(() => 0);
  for (let i = volts.length - 1; i >= 0; i--) signs[i] = sign = Math.sign(volts[i]!) || sign;
  return readings.map((r, i) => ({ ...r, way: signs[i]! > 0 ? '+V' : '-V' }));
}

/** Maximum depth of a reading below 0 that counts as noise, as a share of the largest reading. */
const MAX_BELOW_ZERO = 0.05;

/** Maximum of weights in % that are rather shares of 1. */
const MAX_SHARE_IN_PERCENT = 0.015;

/** Maps weights to their range, changes the sign of currents at negative read voltage, and refuses negative conductances beyond noise. */
function toSiemens(
  table: Table,
  { series }: Layout,
  readings: readonly Reading[],
  options: ReadingOptions,
  errors: CellErrors,
): Reading[] {
  const { measure, at, name } = series[0]!;
  const values = readings.map(({ conductance }) => conductance);
  const sign = measure === 'current' && values.reduce((a, b) => a + b, 0) < 0 ? -1 : 1;
  const largest = values.reduce((a, b) => Math.max(a, sign * b), 0);
  if (name.percent && largest > 0 && largest <= MAX_SHARE_IN_PERCENT)
    throw new UserError(
      `${table.name}: the column ${shownName(table, at)} reaches only ${100 * largest} %. If it holds shares of 1, as Excel stores what it shows in %, remove the % from its name.`,
    );
  const map = measure === 'weight' ? mapWeights(table, values, options.range!) : (value: number) => sign * value;
  const scaled = readings.map((r) => ({ ...r, conductance: map(r.conductance) }));
  scaled.forEach(({ where, conductance }, i) => {
    if (measure === 'weight' || conductance >= -MAX_BELOW_ZERO * largest) return;
    errors.add(
      `${where}, column ${shownName(table, at)}: ${readings[i]!.conductance} is given, but a number is needed that is 0 or larger, or below it by no more than noise (${MAX_BELOW_ZERO * 100} % of the largest)`,
    );
  });
  errors.throwIfAny();
  return scaled;
}

/** Maximum distance of weights from their range that counts as noise. */
const MAX_OUTSIDE = 0.5;

/** Map from weights of 0 to 1 to the range in S; from -1 to 1 if some are negative beyond noise. */
function mapWeights(
  table: Table,
  values: readonly number[],
  [low, high]: readonly [number, number],
): (w: number) => number {
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const floor = least < -MAX_OUTSIDE ? -1 : 0;
  if (most > 1 + MAX_OUTSIDE || least < floor - MAX_OUTSIDE)
    throw new UserError(
      `${table.name}: weights range from ${least} to ${most}, but --range needs weights from 0 to 1 or from -1 to 1.`,
    );
  return (w) => low + ((high - low) * (w - floor)) / (1 - floor);
}
