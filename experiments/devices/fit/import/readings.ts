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

export interface ReadingOptions extends ImportOptions {
  /** Unit of the readings, if their column has none: `uS`, `nA`. */
  readonly unit?: string | undefined;
}

export interface Reading {
  readonly location: string;
  readonly device: string;
  readonly cycle?: string;
  readonly way?: StatedDirection;
  /** Pulse number; undefined: the file has no counter, NaN: the cell is empty. */
  readonly pulse?: number;
  /** Conductance, S. */
  readonly conductance: number;
  /** Voltage of the pulse, V. */
  readonly voltage?: number;
  /** Width of the pulse, s. */
  readonly width?: number;
}

interface Readings {
  readonly readings: readonly Reading[];
  readonly absent: number;
}

const COLUMN_OF = new Map(PULSE_COLUMNS.map((column) => [column.role, column]));

const optionExponent = (measure: Measure, { unit }: ReadingOptions): number | undefined => {
  const quantity = quantityOfRole(measure);
  return unit === undefined || quantity === undefined ? undefined : findExponent(unit, quantity);
};

const cellOf = ({ cells }: TableRow, at: number | undefined): string => (at === undefined ? '' : (cells[at] ?? ''));

function createCellReaders(table: Table, { direction }: Layout, options: ReadingOptions, errors: CellErrors) {
  const exponentOf = (at: number) => table.headers[at]!.exponent;
  const numberAt = (row: TableRow, at: number, role: ColumnRole, exponent = exponentOf(at), limits?: Partial<Column>) =>
    readCell(table, row, at, { ...COLUMN_OF.get(role)!, ...limits }, { exponent }, errors);
  const readVoltage = (row: TableRow, { readVoltage: at, header }: Series): number => {
    const named = header.readVoltage;
    if (at === undefined) return named ?? options.readVoltage!;
    // Some tables give the voltage only in the first row.
    const from = cellOf(row, at) === '' ? table.rows[0]! : row;
    if (named === undefined) return numberAt(from, at, 'readVoltage');
    const limits = { allowed: `${named} V, as ${show(header.text)} says,`, isAllowed: (v: number) => v === named };
    return numberAt(from, at, 'readVoltage', exponentOf(at), limits);
  };
  return {
    /** Conductance, S, or normalised weight. */
    value(row: TableRow, s: Series): number {
      const { measure, header } = s;
      const value = numberAt(row, s.at, measure, header.exponent ?? optionExponent(measure, options));
      if (measure === 'resistance') return 1 / value;
      if (measure === 'weight') return header.isPercent ? value / 100 : value;
      return measure === 'current' ? value / readVoltage(row, s) : value;
    },
    property: (row: TableRow, role: 'voltage' | 'width', at: number | undefined) =>
      at === undefined ? undefined : numberAt(row, at, role),
    pulse(row: TableRow, at: number | undefined): number | undefined {
      if (at === undefined) return undefined;
      return cellOf(row, at) === '' ? Number.NaN : numberAt(row, at, 'pulse', 0);
    },
    way(row: TableRow, s: Series): StatedDirection | undefined {
      if (direction === undefined) return s.way;
      const way = parseDirection(cellOf(row, direction));
      if (way === undefined)
        errors.add(formatCellError(table, row, direction, 'up or down (or LTP or LTD, set or reset, 1 or -1, …)'));
      return way;
    },
  };
}

const keyOf = (row: TableRow, at: number | undefined, own: string | undefined): string | undefined =>
  at === undefined ? own : [cellOf(row, at), own].filter((name) => name !== undefined).join(' ');

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

function checkReadVoltage(column: string, { header, readVoltage }: Series, options: ReadingOptions): void {
  const [named, given] = [header.readVoltage, options.readVoltage];
  if (named !== undefined && given !== undefined && named !== given)
    throw new UserError(`${column} was read at ${named} V according to its name, but --read-voltage is ${given} V.`);
  if (readVoltage !== undefined && given !== undefined)
    throw new UserError(`${column} has its read voltages in another column; leave out --read-voltage.`);
  if (readVoltage === undefined && named === undefined && given === undefined)
    throw new UserError(`${column} holds currents. Next step: give their read voltage, such as --read-voltage 0.1.`);
}

export function readReadings(table: Table, layout: Layout, options: ReadingOptions): Readings {
  checkOptions(table, layout, options);
  const errors = new CellErrors(table.name);
  checkRowWidths(table, errors);
  errors.throwIfAny();
  const read = createCellReaders(table, layout, options, errors);
  const readings: Reading[] = [];
  let absent = 0;
  for (const s of layout.series) {
    const isMissing = (row: TableRow) => cellOf(row, s.at) === '' || isMissingMark(cellOf(row, s.at));
    const last = table.rows.findLastIndex((row) => !isMissing(row));
    const hasHole = table.rows.slice(0, last + 1).some(isMissing);
    // Without a pulse-counter column, row numbers are pulse numbers, and rows with a missing reading count too.
    const countsRows = hasHole && s.pulse === undefined && layout.device === undefined;
    for (const [at, row] of table.rows.entries()) {
      const cell = cellOf(row, s.at);
      if (isMissingMark(cell) || (layout.series.length > 1 && cell === '')) {
        absent += cell === '' ? 0 : 1;
        continue;
      }
      const before = errors.count;
      const reading = {
        location: row.location,
        way: read.way(row, s),
        pulse: countsRows ? at : read.pulse(row, s.pulse),
        conductance: read.value(row, s),
        voltage: read.property(row, 'voltage', s.voltage),
        width: read.property(row, 'width', s.width),
        device: keyOf(row, layout.device, s.device) ?? '',
        cycle: keyOf(row, layout.cycle, s.cycle),
      };
      if (errors.count === before) readings.push(reading);
    }
  }
  errors.throwIfAny();
  if (readings.length === 0) throw new UserError(`${table.name} holds no readings.`);
  return { readings: toSiemens(table, layout, addDirections(readings), options, errors), absent };
}

/** Takes unknown directions from the sign of the pulse voltage; readings without voltage take the next sign. */
function addDirections(readings: readonly Reading[]): readonly Reading[] {
  const volts = readings.map(({ voltage = 0 }) => voltage);
  const isSigned = volts.some((v) => v > 0) && volts.some((v) => v < 0);
  if (!isSigned || readings.some(({ way }) => way !== undefined)) return readings;
  let sign = Math.sign(volts.findLast((v) => v !== 0)!);
  const signs = volts.map(() => 0);
  for (let i = volts.length - 1; i >= 0; i--) signs[i] = sign = Math.sign(volts[i]!) || sign;
  return readings.map((r, i) => ({ ...r, way: signs[i]! > 0 ? '+V' : '-V' }));
}

/** Largest negative reading that is attributed to noise, as a fraction of the largest reading. */
const MAX_BELOW_ZERO = 0.05;
/** Largest weight at which a column in % is rejected: its values are probably fractions of 1. */
const MAX_SHARE_IN_PERCENT = 0.015;
/** Largest distance of a weight from its nominal range that is attributed to noise. */
const MAX_RANGE_EXCESS = 0.5;

/** Maps weights to S, or makes currents of negative sum positive; rejects values below 0 by more than noise. */
function toSiemens(
  table: Table,
  { series }: Layout,
  readings: readonly Reading[],
  options: ReadingOptions,
  errors: CellErrors,
): Reading[] {
  const { measure, at, header } = series[0]!;
  const name = displayName(table, at);
  const values = readings.map(({ conductance }) => conductance);
  const sign = measure === 'current' && sum(values) < 0 ? -1 : 1;
  const largest = extentOf([0, ...values.map((v) => sign * v)])[1];
  if (header.isPercent && largest > 0 && largest <= MAX_SHARE_IN_PERCENT)
    throw new UserError(
      `${table.name}: the largest value of the column ${name} is ${100 * largest} %. If values are fractions of 1 (Excel stores percentages so), remove the % from its name.`,
    );
  if (measure === 'weight') {
    const map = mapWeights(table, values, options.range!);
    return readings.map((r) => ({ ...r, conductance: map(r.conductance) }));
  }
  const scaled = readings.map((r) => ({ ...r, conductance: sign * r.conductance }));
  scaled.forEach(({ location, conductance }, i) => {
    if (conductance >= -MAX_BELOW_ZERO * largest) return;
    errors.add(
      `${location}, column ${name}: ${readings[i]!.conductance} is given, but must be >= 0 (with noise: >= -${MAX_BELOW_ZERO * 100} % of the largest value)`,
    );
  });
  errors.throwIfAny();
  return scaled;
}

/** Returns the linear map from weights to conductances in S. Weights span [0, 1], or [-1, 1] if some are clearly negative. */
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
