import { UserError } from '../../../../core/declare/errors.ts';
import { formatCount, show } from '../../../../core/declare/show.ts';
import { didYouMean } from '../../../../core/declare/suggest.ts';
import { sum } from '../lists.ts';
import { CellErrors } from './grid.ts';
import { type ColumnHeader, parseHeader } from './names.ts';
import {
  type DecimalMarkName,
  findUnitExponent,
  getUnitLengthInSeconds,
  isPlausibleValue,
  PLAUSIBLE_VALUES_TEXT,
  parseNumber,
  parseQuantity,
  type Quantity,
} from './numbers.ts';
import {
  checkRowWidths,
  createAmbiguousColumnError,
  findColumnsByName,
  formatCellError,
  getColumnName,
  isMissingValueMark,
  type Table,
  type TableRow,
} from './table.ts';
import { listDeviceNames, type UserPulseSettings } from './trains.ts';

export interface ColumnSpec {
  readonly role: string;
  readonly pattern?: RegExp;
  readonly quantity?: Quantity | undefined;
  /** Power of ten of the unit if neither header nor cell states one. */
  readonly defaultUnitExponent?: number;
  readonly isOptional?: boolean;
  readonly isRepeatable?: boolean;
  /** Allowed values of the cells of a column, in words for error messages; default: a number. */
  readonly allowedValues?: string;
  readonly isAllowed?: (value: number) => boolean;
}

export const ALLOW_POSITIVE = { allowedValues: 'a number larger than 0', isAllowed: (v: number) => v > 0 };
export const ALLOW_NON_NEGATIVE = { allowedValues: 'a number, 0 or larger', isAllowed: (v: number) => v >= 0 };

export type ColumnAssignments = readonly (readonly [role: string, name: string])[];

/** Options of an import: properties of a measurement that its file does not state. */
export interface ImportOptions {
  /** Unit of the readings, if their column has none: `uS`, `nA`. */
  readonly unit?: string | undefined;
  readonly columns?: ColumnAssignments | undefined;
  readonly readVoltage?: number | undefined;
  readonly decimal?: DecimalMarkName | undefined;
  /** Conductances of the normalised weights 0 and 1 (or -1 and 1), S. */
  readonly range?: readonly [number, number] | undefined;
  /** Time between successive rows, s, for files without a time column. */
  readonly timeStep?: number | undefined;
  readonly pulseSettings?: UserPulseSettings | undefined;
}

const isUnitOf = (unit: string, quantity: Quantity | undefined): boolean =>
  unit === '' ||
  quantity === undefined ||
  findUnitExponent(unit, quantity) !== undefined ||
  (quantity === 'time' && getUnitLengthInSeconds(unit) !== undefined);

const matchesHeader = ({ nameWithoutUnit, unit, role }: ColumnHeader, column: ColumnSpec): boolean =>
  column.pattern === undefined
    ? role === column.role
    : column.pattern.test(nameWithoutUnit) && isUnitOf(unit, column.quantity);

/** Finds the columns of each role: those in `assignments` or, for other roles, all columns whose header matches. */
export function findRoleColumns(
  table: Table,
  columns: readonly ColumnSpec[],
  assignments: ColumnAssignments = [],
): Map<string, readonly number[]> {
  const places = new Map<string, readonly number[]>();
  const taken = new Map<number, string>();
  const place = ({ role, isRepeatable }: ColumnSpec, found: readonly number[]) => {
    if (found.length > 1 && !isRepeatable) throw createAmbiguousColumnError(table, found.slice(0, 2), role);
    for (const at of found) taken.set(at, role);
    places.set(role, [...(places.get(role) ?? []), ...found]);
  };
  for (const [role, name] of assignments) {
    const roles = columns.map((column) => column.role);
    const column = columns[roles.indexOf(role)];
    const hint = didYouMean(role, roles, 'roles');
    if (column === undefined) throw new UserError(`${table.name}: --columns has the unknown role ${show(role)}${hint}`);
    const found = findColumnsByName(table, role, name);
    const twice = found.find((at) => taken.has(at));
    if (twice !== undefined)
      throw new UserError(
        `${table.name}: --columns gives the column ${show(getColumnName(table, twice))} two roles, ${taken.get(twice)} and ${role}.`,
      );
    place(column, found);
  }
  for (const column of columns) {
    if (places.has(column.role)) continue;
    const found = table.headers.flatMap((header, at) => (!taken.has(at) && matchesHeader(header, column) ? [at] : []));
    if (found.length > 0) place(column, found);
  }
  return places;
}

/** Role and group of a column in a table with several columns per role; temperature in K. */
type GroupColumn = { readonly role: string; readonly groupLabel: string; readonly temperature?: number };

function findGroupColumn(header: ColumnHeader, columns: readonly ColumnSpec[]): GroupColumn | undefined {
  const hasRole = (role: string) => columns.some((column) => column.role === role);
  const { condition, text, nameWithoutUnit, device, role = 'conductance' } = header;
  if (condition?.role === 'temperature' && hasRole('temperature'))
    return { role: 'conductance', groupLabel: text, temperature: condition.siValue };
  const [, name, number] = /^(.*?)[\s#]*(\d+)$/.exec(nameWithoutUnit) ?? [];
  const numbered = columns.find((column) => matchesHeader({ ...header, nameWithoutUnit: name ?? '' }, column));
  if (numbered !== undefined) return { role: numbered.role, groupLabel: number! };
  const [, channel] = /^([a-d]) ?[vi]$/.exec(nameWithoutUnit) ?? []; // source-measure units: `AV`, `AI`, `BV`, `BI`
  const measured = columns.find((column) => matchesHeader(header, column));
  if (channel !== undefined && measured !== undefined) return { role: measured.role, groupLabel: channel };
  return device !== undefined && hasRole(role) ? { role, groupLabel: device } : undefined;
}

/** Splits a table with several columns per role (`V1,I1,V2,I2`; `time,25C,85C`; `time,D1,D2`) into one per group. */
export function splitColumnGroups(table: Table, columns: readonly ColumnSpec[]): readonly Table[] {
  const all = table.headers.map((header) => findGroupColumn(header, columns));
  const isRepeated = (one: GroupColumn) => all.filter((other) => other?.role === one.role).length > 1;
  const isLevel = ({ groupLabel }: GroupColumn) => /^[01]$/.test(groupLabel); // G0 and G1 are the levels of one device
  const isWhole = all.every((one) => one === undefined || isLevel(one));
  const found = all.map((one, at) => {
    const isDirect = columns.some((column) => matchesHeader(table.headers[at]!, column));
    return one !== undefined && isRepeated(one) && !(isDirect && isWhole) ? one : undefined;
  });
  const groups = [...new Set(found.flatMap((one) => one?.groupLabel ?? []))];
  if (groups.length < 2) return [table];
  const tables = groups.map((group) => {
    const isOwn = (at: number) => found[at]?.groupLabel === group;
    const temperature = found.find((one) => one?.groupLabel === group)!.temperature;
    const headers = table.headers.map((header, at) =>
      isOwn(at) ? { ...header, nameWithoutUnit: found[at]!.role } : found[at] ? parseHeader('') : header,
    );
    const rows = table.rows.filter(({ cells }) => headers.some((_, at) => isOwn(at) && (cells[at] ?? '') !== ''));
    return { ...table, headers, rows, ...(temperature ? { temperature } : { fileStem: group }) };
  });
  const swept = tables.filter(isSwept);
  if (swept.length === 0 || swept.length === tables.length) return tables;
  const held = tables.filter((own) => !swept.includes(own)).map(({ fileStem }) => fileStem);
  const remark = `columns of constant voltage left out (${held.join(', ')})`;
  return swept.map((own) => ({ ...own, remarks: [...own.remarks, remark] }));
}

/** True unless the table has a column of voltages that are all equal: a terminal that is held, not swept. */
function isSwept({ headers, rows }: Table): boolean {
  const at = headers.findIndex(({ nameWithoutUnit }) => nameWithoutUnit === 'voltage');
  return at < 0 || new Set(rows.map(({ cells }) => cells[at])).size > 1;
}

/**
 * Parses a cell into the base unit of its column; NaN and an error for a wrong cell. @param unit power of ten of the
 * unit or, for minutes, hours and days, its length in s
 */
export function readCell(
  table: Table,
  row: TableRow,
  at: number,
  { quantity, allowedValues = 'a number', isAllowed = () => true }: ColumnSpec,
  { exponent = 0, seconds }: { readonly exponent?: number | undefined; readonly seconds?: number | undefined },
  errors: CellErrors,
): number {
  const cell = row.cells[at] ?? '';
  const isPlain = quantity === undefined || seconds !== undefined;
  const number = isPlain
    ? parseNumber(cell, table.numberFormat, exponent)
    : parseQuantity(cell, quantity, table.numberFormat, exponent);
  const value = number * (seconds ?? 1);
  const isWithin = Number.isFinite(value) && isAllowed(value);
  if (isWithin && isPlausibleValue(value)) return value;
  errors.addError(formatCellError(table, row, at, isWithin ? PLAUSIBLE_VALUES_TEXT : allowedValues));
  return Number.NaN;
}

export interface MeasuredRow {
  readonly rowLocation: string;
  readonly device: string;
  /** Numbers by column role. The key `readVoltage` may hold the read voltage from the header, V. */
  readonly roleValues: Readonly<Record<string, number>>;
}

export interface MeasuredRows {
  readonly fileNames: string;
  readonly rows: readonly MeasuredRow[];
  readonly columnRoles: ReadonlySet<string>;
  /** Unit in the header of each role, such as `%` or `ms`; empty if the header has no unit. */
  readonly roleUnits: Readonly<Record<string, string>>;
  readonly importSummary: readonly [string, string];
}

const DEVICE_COLUMN: ColumnSpec = {
  role: 'device',
  pattern: /^(device|dev|cell|sample|junction|chip|die|specimen)\b|^(device|cell|sample)\s*(id|no|nr|#)?$/,
};

export function findMeasurementColumns(
  table: Table,
  columns: readonly ColumnSpec[],
  assignments?: ColumnAssignments,
): Map<string, number> {
  return new Map(
    [...findRoleColumns(table, [...columns, DEVICE_COLUMN], assignments)].map(([role, [at]]) => [role, at!]),
  );
}

function findHeaderReadVoltage(table: Table, columns: readonly ColumnSpec[], places: ReadonlyMap<string, number>) {
  const found = columns.flatMap(({ role, quantity }) =>
    quantity === 'current' && places.has(role) ? [table.headers[places.get(role)!]!.readVoltage] : [],
  );
  if (new Set(found).size > 1)
    throw new UserError(`${table.name}: the headers of the current columns have different read voltages.`);
  return found[0];
}

function checkColumns(
  table: Table,
  columns: readonly ColumnSpec[],
  places: ReadonlyMap<string, number>,
  units: Readonly<Record<string, string>>,
): void {
  const missing = columns.flatMap(({ role, isOptional }) => (isOptional || places.has(role) ? [] : [role]));
  if (missing.length > 0) {
    const names = show(table.headers.map(({ text }) => text).join(','));
    const columnsAre = missing.length === 1 ? `column ${missing[0]} is` : `columns ${missing.join(' and ')} are`;
    throw new UserError(
      `${table.name}: the ${columnsAre} missing from the column names ${names}. Next step: if it has another name, --columns ${missing[0]}=NAME.`,
    );
  }
  const wrong = columns.find(({ role, quantity }) => !isUnitOf(units[role] ?? '', quantity));
  if (wrong === undefined) return;
  const { role, quantity } = wrong;
  throw new UserError(
    `${table.name}: the column ${show(table.headers[places.get(role)!]!.text)} is in ${units[role]}, which is not a unit of ${role} (${quantity}).`,
  );
}

/** Reads the rows of a table. @param earlier units from headers of earlier tables, used if a header has no unit */
function readTable(
  table: Table,
  columns: readonly ColumnSpec[],
  options: ImportOptions,
  defaultDevice: string,
  earlier: Readonly<Record<string, string>>,
) {
  const places = findMeasurementColumns(table, columns, options.columns);
  const units = Object.fromEntries(
    [...places].map(([role, at]) => [role, table.headers[at]!.unit || (earlier[role] ?? '')]),
  );
  if (table.temperature !== undefined) units.temperature = 'K';
  checkColumns(table, columns, places, units);
  const errors = new CellErrors(table.name);
  checkRowWidths(table, errors);
  const readVoltage = findHeaderReadVoltage(table, columns, places) ?? table.readVoltage;
  const used = columns.flatMap((column) => {
    const at = places.get(column.role);
    const unit = units[column.role] ?? '';
    const { quantity, defaultUnitExponent } = column;
    const seconds = quantity === 'time' ? getUnitLengthInSeconds(unit) : undefined;
    const own = unit === '' || quantity === undefined ? undefined : findUnitExponent(unit, quantity);
    const scale = seconds === undefined ? { exponent: own ?? defaultUnitExponent } : { seconds };
    return at === undefined ? [] : [{ column, at, unit: scale }];
  });
  const rows: MeasuredRow[] = [];
  let absent = 0;
  const common = {
    ...(table.temperature !== undefined && { temperature: table.temperature }),
    ...(readVoltage !== undefined && { readVoltage }),
  };
  for (const row of table.rows) {
    const present = used.filter(({ at }) => !isMissingValueMark(row.cells[at] ?? ''));
    const read = present.map(({ column, at, unit }) => [column.role, readCell(table, row, at, column, unit, errors)]);
    const device = row.cells[places.get('device') ?? -1] || defaultDevice;
    if (present.length < used.length) absent++;
    else rows.push({ rowLocation: row.rowLocation, device, roleValues: { ...common, ...Object.fromEntries(read) } });
  }
  errors.throwIfErrors();
  const layout = [...places].map(([role, at]) => `${role} ${show(getColumnName(table, at))}`).join(', ');
  return { rows, absent, units, layout };
}

export function describeNumberFormat({ numberFormat: { decimalMark, isGrouped } }: Table): string {
  const between = decimalMark === ',' ? 'points' : 'commas';
  return `${decimalMark === ',' ? ', decimal commas' : ''}${isGrouped ? `, ${between} between thousands` : ''}`;
}

/** Joins words; if there are more than four: only the first two, the last one and their number. */
export const joinAbbreviated = (words: readonly string[]): string =>
  words.length <= 4 ? words.join(', ') : `${words.slice(0, 2).join(', ')} … ${words.at(-1)} (${words.length})`;

export const describeColumnConditions = (conditions: readonly string[]): string[] =>
  conditions.length > 0 ? [`columns are conditions, not devices: ${joinAbbreviated(conditions)}`] : [];

export const describeMissingReadings = (count: number): string[] =>
  count > 0 ? [`${formatCount(count, 'reading')} marked as absent left out`] : [];

export function readMeasuredRows(
  given: readonly Table[],
  columns: readonly ColumnSpec[],
  options: ImportOptions,
): MeasuredRows {
  const tables = options.columns ? given : given.flatMap((table) => splitColumnGroups(table, columns));
  let units: Readonly<Record<string, string>> = {};
  const read = tables.map((table) => {
    const one = readTable(table, columns, options, tables.length > 1 ? table.fileStem : '1', units);
    units = { ...one.units, ...Object.fromEntries(Object.entries(units).filter(([, unit]) => unit !== '')) };
    return one;
  });
  const rows = read.flatMap((one) => one.rows);
  const temperatures = tables.flatMap((table) => (table.temperature ? [`${table.temperature} K`] : []));
  const absent = sum(read.map((one) => one.absent));
  const fileNames = given.map((table) => table.name).join(', ');
  if (rows.length === 0) throw new UserError(`${fileNames} holds no readings.`);
  return {
    fileNames,
    rows,
    columnRoles: new Set(Object.keys(units)),
    roleUnits: units,
    importSummary: [
      `${fileNames}: ${tables[0]!.fileFormat}${describeNumberFormat(tables[0]!)}; ${read[0]!.layout}`,
      [
        `${formatCount(rows.length, 'reading')} of ${formatCount(listDeviceNames(rows).length, 'device')}`,
        ...describeMissingReadings(absent),
        ...describeColumnConditions(temperatures),
        ...new Set(tables.flatMap((table) => table.remarks)),
      ].join('; '),
    ],
  };
}
