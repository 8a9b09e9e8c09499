import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { extentOf, sum } from '../lists.ts';
import { type Column, type ImportOptions, readCell } from './columns.ts';
import { CellErrors } from './grid.ts';
import { type Layout, PULSE_COLUMNS, type Series } from './layout.ts';
import { type ColumnRole, type Measure, parseDirection, quantityOfRole, type StatedDirection } from './names.ts';
import { findExponent } from './numbers.ts';
import {
  checkRowWidths,
  displayName,
  formatCellError,
  getColumnName,
  isMissingMark,
  type Table,
  type TableRow,
} from './table.ts';

/** Import options of a pulse measurement: properties that the files do not state. */
export interface ReadingOptions extends ImportOptions {
  /** Unit of the readings, if their column has none: `uS`, `nA`. */
  readonly unit?: string | undefined;
}

/** Reading as written in a file. */
export interface Reading {
  /** Row and line of the reading, for error messages. */
  readonly where: string;
  readonly device: string;
  readonly cycle?: string;
  readonly way?: StatedDirection;
  /** Pulse number; undefined: the file has no counter, NaN: the cell is empty. */
  readonly pulse?: number;
  /** Conductance, S. */
  readonly conductance: number;
  /** V. */
  readonly voltage?: number;
  /** s. */
  readonly width?: number;
}

/** Readings of a table, and the number of readings marked as missing. */
interface Readings {
  readonly readings: readonly Reading[];
  readonly absent: number;
}

const COLUMN_OF = new Map(PULSE_COLUMNS.map((column) => [column.role, column]));

/** Power of ten of `--unit`, if it is a unit of the measured quantity; undefined without the option. */
const optionExponent = (measure: Measure, { unit }: ReadingOptions): number | undefined => {
  const quantity = quantityOfRole(measure);
  return unit === undefined || quantity === undefined ? undefined : findExponent(unit, quantity);
};

/** Reader of the cells of one table. A wrong cell adds an error and is read as NaN or undefined. */
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

  #number(row: TableRow, at: number, role: ColumnRole, exponent: number | undefined, limits?: Partial<Column>): number {
    const column = { ...COLUMN_OF.get(role)!, ...limits };
    return readCell(this.#table, row, at, column, { exponent }, this.#errors);
  }

  /** Reads the conductance, S, or the normalised weight. */
  value(row: TableRow, s: Series): number {
    const { measure, header } = s;
    const value = this.#number(row, s.at, measure, header.exponent ?? optionExponent(measure, this.#options));
    if (measure === 'resistance') return 1 / value;
    if (measure === 'weight') return header.percent ? value / 100 : value;
    return measure === 'current' ? value / this.#readVoltage(row, s) : value;
  }

  #readVoltage(row: TableRow, { readVoltage: at, header }: Series): number {
    const named = header.readVoltage;
    if (at === undefined) return named ?? this.#options.readVoltage!;
    // Some tables give the voltage only in the first row.
    const from = (row.cells[at] ?? '') === '' ? this.#table.rows[0]! : row;
    const limits =
      named === undefined
        ? {}
        : { allowed: `${named} V, as ${show(header.text)} says,`, isAllowed: (v: number) => v === named };
    return this.#number(from, at, 'readVoltage', this.#table.headers[at]!.exponent, limits);
  }

  /** Reads the pulse number, voltage (V) or width (s); undefined if there is no such column. */
  property(row: TableRow, role: 'pulse' | 'voltage' | 'width', at: number | undefined): number | undefined {
    if (at === undefined) return undefined;
    if (role !== 'pulse') return this.#number(row, at, role, this.#table.headers[at]!.exponent);
    return (row.cells[at] ?? '') === '' ? Number.NaN : this.#number(row, at, role, 0);
  }

  way(row: TableRow, s: Series): StatedDirection | undefined {
    const at = this.#layout.direction;
    if (at === undefined) return s.way;
    const way = parseDirection(row.cells[at] ?? '');
    if (way === undefined)
      this.#errors.add(formatCellError(this.#table, row, at, 'up or down (or LTP or LTD, set or reset, 1 or -1, …)'));
    return way;
  }

  /** Reads the name of the device or cycle, combined from its column and from the header of the readings. */
  key(row: TableRow, at: number | undefined, own: string | undefined): string | undefined {
    const cell = at === undefined ? '' : (row.cells[at] ?? '');
    return at === undefined ? own : own === undefined ? cell : `${cell} ${own}`;
  }
}

/** Checks that unit, read voltage and range are given where needed and fit the columns. @throws UserError */
function checkOptions(table: Table, { series }: Layout, options: ReadingOptions): void {
  const { measure, header } = series[0]!;
  const describeColumn = (s: Series) => `${table.name}: the column ${show(getColumnName(table, s.at))}`;
  const column = describeColumn(series[0]!);
  for (const s of measure === 'current' ? series : []) checkReadVoltage(describeColumn(s), s, options);
  if (measure === 'weight' && options.range === undefined)
    throw new UserError(
      `${column} holds normalised weights. Next step: give the conductances of 0 and 1, such as --range 1e-6:1e-4.`,
    );
  if (measure !== 'weight' && options.range !== undefined)
    throw new UserError(`${column} holds a ${measure}; --range is for normalised weights only.`);
  if (options.unit === undefined) return;
  const exponent = optionExponent(measure, options);
  if (exponent === undefined)
    throw new UserError(`${column} holds a ${measure}; --unit ${options.unit} is not a unit of it.`);
  if (header.exponent !== undefined && header.exponent !== exponent)
    throw new UserError(`${column} has another unit in its name than --unit ${options.unit}.`);
}

/** Checks that exactly one of header, column and option gives the read voltage. @throws UserError */
function checkReadVoltage(column: string, { header, readVoltage }: Series, options: ReadingOptions): void {
  const [named, given] = [header.readVoltage, options.readVoltage];
  if (named !== undefined && given !== undefined && named !== given)
    throw new UserError(`${column} was read at ${named} V according to its name, but --read-voltage is ${given} V.`);
  if (readVoltage !== undefined && given !== undefined)
    throw new UserError(`${column} has its read voltages in another column; leave out --read-voltage.`);
  if (readVoltage === undefined && named === undefined && given === undefined)
    throw new UserError(`${column} holds currents. Next step: give their read voltage, such as --read-voltage 0.1.`);
}

/** Reads a table of readings after pulses: conductances in S, column by column. */
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
    const isMissing = (row: TableRow) => cellAt(row) === '' || isMissingMark(cellAt(row));
    const last = table.rows.findLastIndex((row) => !isMissing(row));
    const hasHole = table.rows.slice(0, last + 1).some(isMissing);
    // Without a pulse-counter column, row numbers are pulse numbers, and rows with a missing reading count too.
    const countsRows = hasHole && s.pulse === undefined && layout.device === undefined;
    for (const [at, row] of table.rows.entries()) {
      const cell = cellAt(row);
      if (isMissingMark(cell) || (isWide && cell === '')) {
        absent += cell === '' ? 0 : 1;
        continue;
      }
      const before = errors.count;
      const reading = {
        where: row.where,
        way: cells.way(row, s),
        pulse: countsRows ? at : cells.property(row, 'pulse', s.pulse),
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

/** Sets unknown directions by the sign of the pulse voltage; readings without a voltage take the next sign. */
function addDirections(readings: readonly Reading[]): readonly Reading[] {
  const volts = readings.map(({ voltage = 0 }) => voltage);
  const isSigned = volts.some((v) => v > 0) && volts.some((v) => v < 0);
  if (!isSigned || readings.some(({ way }) => way !== undefined)) return readings;
  let sign = Math.sign(volts.findLast((v) => v !== 0)!);
  const signs = volts.map(() => 0);
  for (let i = volts.length - 1; i >= 0; i--) signs[i] = sign = Math.sign(volts[i]!) || sign;
  return readings.map((r, i) => ({ ...r, way: signs[i]! > 0 ? '+V' : '-V' }));
}

/** Largest magnitude of a negative reading that is attributed to noise, as a fraction of the largest reading. */
const MAX_BELOW_ZERO = 0.05;
/** Largest weight at which a column in % is rejected: its values are probably fractions of 1, not in %. */
const MAX_SHARE_IN_PERCENT = 0.015;
/** Largest distance of a normalised weight from its nominal range that is attributed to noise. */
const MAX_RANGE_EXCESS = 0.5;

/** Converts weights to S, reverses currents at negative read voltage, rejects negative values too large for noise. */
function toSiemens(
  table: Table,
  { series }: Layout,
  readings: readonly Reading[],
  options: ReadingOptions,
  errors: CellErrors,
): Reading[] {
  const { measure, at, header } = series[0]!;
  const values = readings.map(({ conductance }) => conductance);
  const sign = measure === 'current' && sum(values) < 0 ? -1 : 1;
  const largest = values.reduce((a, b) => Math.max(a, sign * b), 0);
  if (header.percent && largest > 0 && largest <= MAX_SHARE_IN_PERCENT)
    throw new UserError(
      `${table.name}: the column ${displayName(table, at)} reaches only ${100 * largest} %. If it holds shares of 1, as Excel stores what it shows in %, remove the % from its name.`,
    );
  const map = measure === 'weight' ? mapWeights(table, values, options.range!) : (value: number) => sign * value;
  const scaled = readings.map((r) => ({ ...r, conductance: map(r.conductance) }));
  scaled.forEach(({ where, conductance }, i) => {
    if (measure === 'weight' || conductance >= -MAX_BELOW_ZERO * largest) return;
    errors.add(
      `${where}, column ${displayName(table, at)}: ${readings[i]!.conductance} is given, but a number is needed that is 0 or larger, or below it by no more than noise (${MAX_BELOW_ZERO * 100} % of the largest)`,
    );
  });
  errors.throwIfAny();
  return scaled;
}

/** Function that maps weights from 0 to 1 to the range in S; from -1 to 1 if some weights are clearly negative. */
function mapWeights(
  table: Table,
  values: readonly number[],
  [low, high]: readonly [number, number],
): (w: number) => number {
  const [least, most] = extentOf(values);
  const floor = least < -MAX_RANGE_EXCESS ? -1 : 0;
  if (most > 1 + MAX_RANGE_EXCESS || least < floor - MAX_RANGE_EXCESS)
    throw new UserError(
      `${table.name}: weights range from ${least} to ${most}, but --range needs weights from 0 to 1 or from -1 to 1.`,
    );
  return (w) => low + ((high - low) * (w - floor)) / (1 - floor);
}
