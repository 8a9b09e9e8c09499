import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { formatSignificantDigits } from '../../../look/digits.ts';
import { findExtent, sum } from '../lists.ts';
import { type ImportOptions, readCell } from './columns.ts';
import { CellErrors } from './grid.ts';
import { type ColumnLayout, PULSE_COLUMN_SPECS, type ReadingColumn } from './layout.ts';
import {
  type ColumnCondition,
  type ColumnRole,
  findRoleQuantity,
  parseDirection,
  type QuantityRole,
  type StatedDirection,
} from './names.ts';
import { findUnitExponent } from './numbers.ts';
import {
  checkRowWidths,
  formatCellError,
  formatColumnName,
  getColumnName,
  isMissingValueMark,
  type Table,
  type TableRow,
} from './table.ts';

/** Reading of one device, in SI units. */
export interface Reading {
  readonly rowLocation: string;
  readonly device: string;
  readonly cycle?: string;
  readonly direction?: StatedDirection;
  /** Pulse number; undefined: the file has no counter, NaN: the cell is empty. */
  readonly pulse?: number;
  readonly conductance: number;
  readonly pulseVoltage?: number;
  readonly pulseWidth?: number;
}

const COLUMN_OF = new Map(PULSE_COLUMN_SPECS.map((column) => [column.role, column]));

const optionExponent = (measure: QuantityRole, { unit }: ImportOptions): number | undefined => {
  const quantity = findRoleQuantity(measure);
  return unit === undefined || quantity === undefined ? undefined : findUnitExponent(unit, quantity);
};

const cellOf = ({ cells }: TableRow, at: number | undefined): string => (at === undefined ? '' : (cells[at] ?? ''));

function createCellReaders(
  table: Table,
  { sharedColumns: { direction } }: ColumnLayout,
  options: ImportOptions,
  errors: CellErrors,
) {
  const exponentOf = (at: number) => table.headers[at]!.unitExponent;
  const numberAt = (row: TableRow, at: number, role: ColumnRole, exponent = exponentOf(at), limits = {}) =>
    readCell(table, row, at, { ...COLUMN_OF.get(role)!, ...limits }, { exponent }, errors);
  const readVoltage = (row: TableRow, { columns: { readVoltage: at }, header }: ReadingColumn): number | undefined => {
    const named = header.readVoltage;
    if (at === undefined) return named ?? options.readVoltage ?? table.readVoltage;
    // Some tables give the read voltage only in the first row.
    const from = cellOf(row, at) === '' ? table.rows[0]! : row;
    const allowedValues = `${named} V, as ${show(header.text)} says,`;
    const limits = named === undefined ? {} : { allowedValues, isAllowed: (v: number) => v === named };
    return numberAt(from, at, 'readVoltage', exponentOf(at), limits);
  };
  return {
    readVoltage,
    readLevel(row: TableRow, s: ReadingColumn): number {
      const { quantityRole, header, columnIndex } = s;
      const exponent = header.unitExponent ?? optionExponent(quantityRole, options);
      const value = numberAt(row, columnIndex, quantityRole, exponent);
      if (quantityRole === 'resistance') return 1 / value;
      if (quantityRole === 'weight') return header.isPercent ? value / 100 : value;
      return quantityRole === 'current' ? value / readVoltage(row, s)! : value;
    },
    readPulseProperty: (row: TableRow, role: 'voltage' | 'width', at: number | undefined) =>
      at === undefined ? undefined : numberAt(row, at, role),
    readCounter(row: TableRow, at: number | undefined): number | undefined {
      if (at === undefined) return undefined;
      return cellOf(row, at) === '' ? Number.NaN : numberAt(row, at, 'pulse', 0);
    },
    readDirection(row: TableRow, s: ReadingColumn): StatedDirection | undefined {
      if (direction === undefined) return s.direction;
      const way = parseDirection(cellOf(row, direction));
      if (way === undefined)
        errors.addError(formatCellError(table, row, direction, 'up or down (or LTP or LTD, set or reset, 1 or -1, …)'));
      return way;
    },
  };
}

const keyOf = (row: TableRow, at: number | undefined, own: string | undefined): string | undefined =>
  at === undefined ? own : [cellOf(row, at), own].filter((name) => name !== undefined).join(' ');

function checkImportOptions(table: Table, { readingColumns }: ColumnLayout, options: ImportOptions): void {
  const { quantityRole, header } = readingColumns[0]!;
  const describeColumn = (s: ReadingColumn) => `${table.name}: the column ${show(getColumnName(table, s.columnIndex))}`;
  const column = describeColumn(readingColumns[0]!);
  if (quantityRole === 'current')
    for (const s of readingColumns) checkReadVoltage(describeColumn(s), s, options, table.readVoltage);
  if (quantityRole === 'weight' && options.range === undefined)
    throw new UserError(
      `${column} holds normalised weights. Next step: give the conductances of 0 and 1, such as --range 1e-6:1e-4.`,
    );
  if (quantityRole !== 'weight' && options.range !== undefined)
    throw new UserError(`${column} holds a ${quantityRole}; --range is for normalised weights only.`);
  if (options.unit === undefined) return;
  const exponent = optionExponent(quantityRole, options);
  if (exponent === undefined)
    throw new UserError(`${column} holds a ${quantityRole}; --unit ${options.unit} is not a unit of it.`);
  if (header.unitExponent !== undefined && header.unitExponent !== exponent)
    throw new UserError(`${column} has a unit in its header that differs from --unit ${options.unit}.`);
}

function checkReadVoltage(
  column: string,
  { header, columns: { readVoltage } }: ReadingColumn,
  options: ImportOptions,
  above: number | undefined,
): void {
  const [named, given] = [header.readVoltage, options.readVoltage];
  const isOther = (volts: number | undefined) => volts !== undefined && given !== undefined && volts !== given;
  const [stated, source] = isOther(above) ? [above, 'the rows above it'] : [named, 'its name'];
  if (isOther(stated))
    throw new UserError(`${column} was read at ${stated} V according to ${source}, but --read-voltage is ${given} V.`);
  if (readVoltage !== undefined && given !== undefined)
    throw new UserError(`${column} has its read voltages in another column; leave out --read-voltage.`);
  if ((readVoltage ?? named ?? given ?? above) === undefined)
    throw new UserError(`${column} holds currents. Next step: give their read voltage, such as --read-voltage 0.1.`);
}

const conditionOf = ({ header: { condition } }: ReadingColumn, role: ColumnCondition['role']): number | undefined =>
  condition?.role === role ? condition.siValue : undefined;

/** Reads the readings of a table. Result `readVoltages`: distinct magnitudes, V. */
export function readReadings(table: Table, layout: ColumnLayout, options: ImportOptions) {
  checkImportOptions(table, layout, options);
  const errors = new CellErrors(table.name);
  checkRowWidths(table, errors);
  errors.throwIfErrors();
  const cells = createCellReaders(table, layout, options, errors);
  const readings: Reading[] = [];
  const readVoltages = new Set<number>();
  let missingCount = 0;
  for (const s of layout.readingColumns) {
    const texts = table.rows.map((row) => cellOf(row, s.columnIndex));
    const missing = texts.map((cell) => cell === '' || isMissingValueMark(cell));
    const hasHole = missing.slice(0, missing.lastIndexOf(false) + 1).includes(true);
    // Without a pulse-counter column, row numbers are pulse numbers, and rows with a missing reading count too.
    const countsRows = hasHole && s.columns.pulse === undefined && layout.sharedColumns.device === undefined;
    for (const [at, row] of table.rows.entries()) {
      const cell = texts[at]!;
      if (isMissingValueMark(cell)) missingCount++;
      if (isMissingValueMark(cell) || (layout.readingColumns.length > 1 && cell === '')) continue;
      const before = errors.errorCount;
      const reading: Reading = {
        rowLocation: row.rowLocation,
        direction: cells.readDirection(row, s),
        pulse: countsRows ? at : cells.readCounter(row, s.columns.pulse),
        conductance: cells.readLevel(row, s),
        pulseVoltage: cells.readPulseProperty(row, 'voltage', s.columns.voltage) ?? conditionOf(s, 'voltage'),
        pulseWidth: cells.readPulseProperty(row, 'width', s.columns.width) ?? conditionOf(s, 'width'),
        device: keyOf(row, layout.sharedColumns.device, s.device) ?? '',
        cycle: keyOf(row, layout.sharedColumns.cycle, s.cycle),
      };
      const volts = cells.readVoltage(row, s);
      if (volts !== undefined) readVoltages.add(Math.abs(volts));
      if (errors.errorCount === before) readings.push(reading);
    }
  }
  errors.throwIfErrors();
  if (readings.length === 0) throw new UserError(`${table.name} holds no readings.`);
  return { readings: toSiemens(table, layout, addDirections(readings), options, errors), missingCount, readVoltages };
}

/** Sets missing directions to the sign of the pulse voltage. Readings at 0 V take the sign of the next voltage. */
function addDirections(readings: readonly Reading[]): readonly Reading[] {
  const volts = readings.map(({ pulseVoltage = 0 }) => pulseVoltage);
  const isSigned = volts.some((v) => v > 0) && volts.some((v) => v < 0);
  if (!isSigned || readings.some(({ direction }) => direction !== undefined)) return readings;
  let sign = Math.sign(volts.findLast((v) => v !== 0)!);
  const signs = volts.map(() => 0);
  for (let i = volts.length - 1; i >= 0; i--) signs[i] = sign = Math.sign(volts[i]!) || sign;
  return readings.map((r, i) => ({ ...r, direction: signs[i]! > 0 ? '+V' : '-V' }));
}

/** Largest negative reading that is attributed to noise, fraction of the largest reading. */
const MAX_BELOW_ZERO = 0.05;
/** Largest maximum of a `%` column, after division by 100, at which its values are probably fractions of 1. */
const MAX_SHARE_IN_PERCENT = 0.015;
/** Largest distance of a weight from its nominal range, 0 to 1 or -1 to 1, that is attributed to noise. */
const MAX_RANGE_EXCESS = 0.5;

/** Largest conductance without unit, S; larger readings are probably in µS or nS. */
const MAX_UNITLESS_CONDUCTANCE = 1;

/** Maps weights to conductances, S; inverts negative currents; rejects values further below 0 than noise explains. */
function toSiemens(
  table: Table,
  { readingColumns }: ColumnLayout,
  readings: readonly Reading[],
  options: ImportOptions,
  errors: CellErrors,
): Reading[] {
  const { quantityRole, columnIndex, header } = readingColumns[0]!;
  const name = formatColumnName(table, columnIndex);
  const values = readings.map(({ conductance }) => conductance);
  const sign = quantityRole === 'current' && sum(values) < 0 ? -1 : 1;
  const largest = findExtent([0, ...values.map((v) => sign * v)])[1];
  if (header.isPercent && largest > 0 && largest <= MAX_SHARE_IN_PERCENT)
    throw new UserError(
      `${table.name}: the largest value of the column ${name} is ${100 * largest} %. If values are fractions of 1 (as Excel stores percentages), remove the % from its name.`,
    );
  if (quantityRole === 'weight') {
    const map = mapWeights(table, values, options.range!);
    return readings.map((r) => ({ ...r, conductance: map(r.conductance) }));
  }
  if (largest > MAX_UNITLESS_CONDUCTANCE && header.unitExponent === undefined && options.unit === undefined) {
    const unit = { conductance: 'S', current: 'A', resistance: 'Ohm' }[quantityRole];
    throw new UserError(
      `${table.name}: the column ${name} has no unit, and in ${unit} its readings would be conductances up to ${formatSignificantDigits(largest)} S. Next step: state the unit, such as --unit ${quantityRole === 'resistance' ? 'kOhm' : `u${unit}`} (or --unit ${unit}).`,
    );
  }
  const scaled = readings.map((r) => ({ ...r, conductance: sign * r.conductance }));
  scaled.forEach(({ rowLocation, conductance }, i) => {
    if (conductance >= -MAX_BELOW_ZERO * largest) return;
    errors.addError(
      `${rowLocation}, column ${name}: ${readings[i]!.conductance} is given, but must be >= 0 (with noise: >= -${MAX_BELOW_ZERO * 100} % of the largest value)`,
    );
  });
  errors.throwIfErrors();
  return scaled;
}

/** Linear map from weights to conductances, S. Weights span [0, 1], or [-1, 1] if some are clearly negative. */
function mapWeights(
  table: Table,
  values: readonly number[],
  [low, high]: readonly [number, number],
): (w: number) => number {
  const [least, most] = findExtent(values);
  const floor = least < -MAX_RANGE_EXCESS ? -1 : 0;
  if (most > 1 + MAX_RANGE_EXCESS || least < floor - MAX_RANGE_EXCESS)
    throw new UserError(
      `${table.name}: weights range from ${least} to ${most}, but --range needs weights from 0 to 1 or from -1 to 1.`,
    );
  return (w) => low + ((high - low) * (w - floor)) / (1 - floor);
}
