import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { didYouMean } from '../../../../core/declare/suggest.ts';
import { findExtent, maxMagnitude, sum } from '../lists.ts';
import {
  ALLOW_POSITIVE,
  type ColumnAssignments,
  type ColumnSpec,
  findRoleColumns,
  type ImportOptions,
} from './columns.ts';
import {
  type ColumnHeader,
  type ColumnRole,
  DESCRIPTIVE_ROLES,
  findRoleQuantity,
  type HeaderLabels,
  isUnlabelled,
  parseDirection,
  QUANTITY_ROLES,
  type QuantityRole,
} from './names.ts';
import { isNumeric, parseNumber } from './numbers.ts';
import { createAmbiguousColumnError, type Table } from './table.ts';
import { DIRECTIONS, type Direction, MAX_TRAIN_PULSES } from './trains.ts';

/** Column roles in `--columns`; `up`, `down`: conductances after pulses up or down. */
export const PULSE_COLUMN_ROLES = [...QUANTITY_ROLES, ...DESCRIPTIVE_ROLES, ...DIRECTIONS] as const;

const NEVER = /(?!)/;
const PULSE_LIMITS: Readonly<Partial<Record<string, Partial<ColumnSpec>>>> = {
  resistance: ALLOW_POSITIVE,
  pulse: {
    allowedValues: `a number from 0 to ${MAX_TRAIN_PULSES}`,
    isAllowed: (n) => n > -0.5 && n <= MAX_TRAIN_PULSES,
  },
  voltage: { allowedValues: 'a number of V' },
  width: { allowedValues: 'a time larger than 0', isAllowed: ALLOW_POSITIVE.isAllowed },
  readVoltage: { allowedValues: 'a voltage other than 0', isAllowed: (v) => v !== 0 },
  up: { pattern: NEVER },
  down: { pattern: NEVER },
};

export const PULSE_COLUMN_SPECS: readonly ColumnSpec[] = [...PULSE_COLUMN_ROLES, 'time' as const].map((role) => ({
  role,
  quantity: findRoleQuantity(role as ColumnRole),
  isRepeatable: true,
  ...PULSE_LIMITS[role],
}));

type ColumnIndices<Role extends ColumnRole> = Readonly<Partial<Record<Role, number>>>;

export interface ReadingColumn extends HeaderLabels {
  readonly columnIndex: number;
  readonly quantityRole: QuantityRole;
  readonly header: ColumnHeader;
  readonly columns: ColumnIndices<'pulse' | 'voltage' | 'width' | 'readVoltage'>;
}

export interface ColumnLayout {
  readonly readingColumns: readonly ReadingColumn[];
  readonly sharedColumns: ColumnIndices<'device' | 'cycle' | 'direction'>;
}

const cellsOf = ({ rows }: Table, at: number): string[] => rows.map(({ cells }) => cells[at] ?? '').filter(Boolean);

const numbersOf = (table: Table, at: number): number[] =>
  cellsOf(table, at)
    .map((cell) => parseNumber(cell, table.numberFormat))
    .filter((value) => !Number.isNaN(value));

/** Mean of the last third of the values minus mean of the first third. */
export function computeNetChange(values: readonly number[]): number {
  const third = Math.max(1, Math.floor(values.length / 3));
  return sum(values.slice(-third)) / third - sum(values.slice(0, third)) / third;
}

function hasDirections(table: Table, at: number): boolean {
  const cells = cellsOf(table, at);
  const isSigned = cells.some((cell) => isNumeric(cell) && parseNumber(cell, table.numberFormat) < 0);
  return (
    cells.length > 0 && cells.every((cell) => parseDirection(cell) !== undefined && (isSigned || !isNumeric(cell)))
  );
}

interface PulseColumns {
  /** Column indices of a role, ascending. */
  readonly listColumnIndices: (role: ColumnRole | Direction) => readonly number[];
  readonly unknownColumns: readonly number[];
  readonly assignedConductanceColumns: readonly number[];
}

function findPulseColumns(table: Table, naming: ColumnAssignments): PulseColumns {
  const places = findRoleColumns(table, PULSE_COLUMN_SPECS, naming);
  const given = new Set(naming.map(([role]) => role));
  const assignedConductanceColumns = given.has('conductance') ? places.get('conductance')! : [];
  const named = new Set(naming.flatMap(([role]) => places.get(role)!));
  const directions = table.headers.flatMap(({ role }, at) =>
    role === undefined && !named.has(at) && hasDirections(table, at) ? [at] : [],
  );
  // A quantity given by `--columns` replaces all quantities recognised from headers.
  const measures = [...QUANTITY_ROLES, ...DIRECTIONS];
  if (measures.some((role) => given.has(role))) for (const role of measures) if (!given.has(role)) places.delete(role);
  const known = new Set([...directions, ...[...places.values()].flat()]);
  return {
    listColumnIndices: (role) => {
      const roles = role === 'conductance' ? [role, ...DIRECTIONS] : [role];
      const found = roles.flatMap((one) => places.get(one) ?? []);
      return [...found, ...(role === 'direction' ? directions : [])].sort((a, b) => a - b);
    },
    unknownColumns: [...table.headers.keys()].filter((at) => !known.has(at) && table.headers[at]!.role !== 'scatter'),
    assignedConductanceColumns,
  };
}

/** Finds the columns of readings by their headers, or else columns of numbers with unknown headers. */
function findReadings(table: Table, columns: PulseColumns, hasReadVoltage: boolean) {
  const isNamed = columns.listColumnIndices('current').some((at) => table.headers[at]!.readVoltage !== undefined);
  const hasVoltage = hasReadVoltage || isNamed || columns.listColumnIndices('readVoltage').length > 0;
  // If a table has several quantities, the fit uses the first one in this list. Currents without a read voltage come last,
  // because they give no conductance.
  const early: readonly QuantityRole[] = hasVoltage ? ['conductance', 'current'] : ['conductance'];
  const order = [...early, 'resistance', 'weight', 'current'] as const;
  const measure = order.find((one) => columns.listColumnIndices(one).length > 0);
  if (measure !== undefined) return { found: columns.listColumnIndices(measure), measure, isGuessed: false };
  const unknown = columns.unknownColumns.filter((at) => {
    const cells = cellsOf(table, at);
    return cells.length > 0 && cells.filter(isNumeric).length > cells.length / 2;
  });
  const labelled = unknown.filter((at) => !isUnlabelled(table.headers[at]!));
  if (2 * labelled.length > unknown.length)
    return { found: labelled, measure: 'conductance' as const, isGuessed: false };
  const isWide =
    table.headers.length > 1 &&
    columns.listColumnIndices('device').length === 0 &&
    columns.listColumnIndices('pulse').length > 0;
  const mayGuess = !table.hasHeader || (isWide && unknown.length > 1);
  return { found: mayGuess ? unknown : [], measure: 'conductance' as const, isGuessed: true };
}

/** Finds the column of a role for a column of readings: the nearest on the left, otherwise the first. */
function findNearestColumn(table: Table, columns: readonly number[], at: number): number | undefined {
  const own = columns.filter((c) => table.headers[c]!.role === undefined || /pulse/i.test(table.headers[c]!.text));
  const choice = own.length > 0 ? own : columns;
  return choice.findLast((c) => c < at) ?? choice[0];
}

/** Checks that no role has several columns, except pulse, voltage, width and read voltage. */
function checkRepeated(table: Table, columns: PulseColumns, seriesCount: number): void {
  for (const role of DESCRIPTIVE_ROLES) {
    const found = columns.listColumnIndices(role);
    const names = found.map((at) => table.headers[at]!.text);
    const isShared = role === 'device' || role === 'cycle' || role === 'direction';
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined && names.length > (isShared ? 1 : seriesCount))
      throw new UserError(`${table.name}: the column ${show(twice)} occurs twice.`);
    if (isShared && names.length > 1) throw createAmbiguousColumnError(table, found, role);
  }
}

function checkMisspelt(table: Table, columns: PulseColumns): void {
  const roles: readonly ColumnRole[] = ['device', 'cycle', 'direction', 'pulse', 'conductance'];
  const absent = roles.filter((role) => columns.listColumnIndices(role).length === 0);
  for (const at of columns.unknownColumns) {
    const { text, device, cycle } = table.headers[at]!;
    const mayBeMisspelt = text.length > 3 && device === undefined && cycle === undefined;
    const hint = mayBeMisspelt ? didYouMean(text, absent, 'columns') : '';
    if (hint.endsWith('?')) throw new UserError(`${table.name}: ${show(text)} is not a known column${hint}`);
  }
}

/** Rejects readings against time alone, which come from voltage loops or retention measurements, not from pulses. */
function checkTime(table: Table, columns: PulseColumns): void {
  const isPulsed = (['pulse', 'direction', 'cycle', 'width'] as const).some(
    (role) => columns.listColumnIndices(role).length > 0,
  );
  const time = columns.listColumnIndices('time')[0];
  if (isPulsed || time === undefined || table.headers.some(({ direction }) => direction !== undefined)) return;
  const what =
    columns.listColumnIndices('voltage').length > 0
      ? 'a current-voltage loop (--kind iv)'
      : 'retention (--kind retention)';
  const name = table.headers[time]!.text;
  const column = /^\w+$/.test(name) ? name : time + 1; // a column number needs no quotes
  throw new UserError(
    `${table.name}: readings against ${show(name)} look like ${what}, not like readings after pulses. If they are pulses: --columns pulse=${column}.`,
  );
}

/** Ratio of the largest values of two columns above which the larger column is an axis, such as time. */
const MIN_AXIS_RATIO = 100;

/** True if `values` rise like times: in equal steps or ratios, or far above the readings. */
function looksLikeTime(values: readonly number[], readings: readonly number[], isWeight: boolean): boolean {
  const gapsOf = (list: readonly number[]) => findExtent(list.slice(1).map((v, i) => v - list[i]!));
  const isRegular = ([least, most]: readonly [number, number]) => least > 0 && most < 1.05 * least;
  const isRising = gapsOf(values)[0] > 0;
  const hasEqualGaps = isRegular(gapsOf(values)) || (values[0]! > 0 && isRegular(gapsOf(values.map(Math.log))));
  return isRising && ((hasEqualGaps && !isWeight) || maxMagnitude(values) > MIN_AXIS_RATIO * maxMagnitude(readings));
}

function checkBareColumns(
  table: Table,
  found: readonly number[],
  isCounted: boolean,
  { unit, range }: ImportOptions,
): void {
  const columns = found.map((at) => ({ name: `column ${at + 1}`, values: numbersOf(table, at) }));
  const constant = columns.find(({ values }) => values.length > 1 && findExtent(values)[0] === findExtent(values)[1]);
  const first = columns[0]!;
  const isTime =
    !isCounted && columns.length > 1 && looksLikeTime(first.values, columns[1]!.values, range !== undefined);
  const changes = columns.slice(isCounted ? 1 : 0).map(({ values }) => computeNetChange(values));
  const reasons = [
    constant && `${constant.name} is ${constant.values[0]} in all rows`,
    isTime && `${first.name} looks like a time`,
    changes.length > 1 &&
      !(changes.length === 2 && changes[0]! * changes[1]! < 0) &&
      'columns may be devices or directions',
    unit === undefined && range === undefined && 'the unit is not given',
  ].filter((reason) => reason !== undefined && reason !== false);
  if (reasons.length === 0) return;
  throw new UserError(
    `${table.name} has no column names: ${reasons.join(', ')}. Next step: give roles and unit, such as --columns pulse=1,conductance=2 --unit uS, --columns up=1,down=2 or --columns readVoltage=1,current=2; for a time, --kind retention --columns time=1,conductance=2.`,
  );
}

export function detectColumnLayout(table: Table, options: ImportOptions): ColumnLayout {
  const columns = findPulseColumns(table, options.columns ?? []);
  if (table.hasHeader) checkMisspelt(table, columns);
  checkTime(table, columns);
  const { found, measure, isGuessed } = findReadings(table, columns, options.readVoltage !== undefined);
  const isCounted =
    !table.hasHeader &&
    columns.listColumnIndices('pulse').length === 0 &&
    isGuessed &&
    found.length > 1 &&
    isCounter(numbersOf(table, found[0]!));
  const readings = isCounted ? found.slice(1) : found;
  if (readings.length === 0) {
    const header = table.headers.map(({ text }) => text).join(',');
    throw new UserError(
      `${table.name}: the column conductance is missing from ${table.hasHeader ? `the column names ${show(header)}` : 'a file without names'}` +
        '; conductance, current, resistance or weight is needed.' +
        ' Next step: if it has another name, --columns pulse=NAME,conductance=NAME (or column numbers).',
    );
  }
  if (!table.hasHeader && isGuessed) checkBareColumns(table, found, isCounted, options);
  checkRepeated(table, columns, readings.length);
  const pulses = isCounted ? [found[0]!] : columns.listColumnIndices('pulse');
  const [direction, device, cycle] = (['direction', 'device', 'cycle'] as const).map(
    (role) => columns.listColumnIndices(role)[0],
  );
  const labels = findSeriesLabels(table, columns, readings, direction !== undefined || device !== undefined);
  const readingColumns = readings.map((at, i): ReadingColumn => {
    const near = (role: ColumnRole) => findNearestColumn(table, columns.listColumnIndices(role), at);
    const header = table.headers[at]!;
    return {
      ...labels[i]!,
      columnIndex: at,
      quantityRole: columns.assignedConductanceColumns.includes(at)
        ? measure
        : chooseQuantity(measure, header, options),
      header,
      columns: {
        pulse: findNearestColumn(table, pulses, at),
        voltage: near('voltage'),
        width: near('width'),
        readVoltage: near('readVoltage'),
      },
    };
  });
  return { readingColumns, sharedColumns: { device, cycle, direction } };
}

/** Chooses the quantity of a column without unit, which may be a weight (`--range`) or a current (`--read-voltage`). */
function chooseQuantity(
  measure: QuantityRole,
  { role, unitExponent }: ColumnHeader,
  { range, readVoltage }: ImportOptions,
): QuantityRole {
  if (measure !== 'conductance' || unitExponent !== undefined) return measure;
  if (range !== undefined) return 'weight';
  return readVoltage !== undefined && role === undefined ? 'current' : measure;
}

const isCounter = (values: readonly number[]): boolean =>
  values.length > 1 &&
  values.every((v, i) => i === 0 || v - values[i - 1]! === 1 || v < values[i - 1]!) &&
  values.every(Number.isInteger);

/** Finds direction, device and cycle of each column of readings; without labels, each column is a device. */
function findSeriesLabels(
  table: Table,
  columns: PulseColumns,
  readings: readonly number[],
  hasOwnColumns: boolean,
): HeaderLabels[] {
  const own = readings.map((at) => {
    const { direction, device, cycle } = table.headers[at]!;
    const assigned = DIRECTIONS.find((way) => columns.listColumnIndices(way).includes(at));
    return { direction: assigned ?? direction, device, cycle };
  });
  const texts = readings.map((at) => table.headers[at]!.text);
  if (readings.length === 2 && own.every(isUnlabelled) && !hasOwnColumns && texts[0] === texts[1]) {
    const [a, b] = readings.map((at) => computeNetChange(numbersOf(table, at)));
    if (a! * b! < 0)
      return (a! > 0 ? (['up', 'down'] as const) : (['down', 'up'] as const)).map((direction) => ({ direction }));
  }
  const ids = own.map(({ direction, device, cycle }) => JSON.stringify([direction, device, cycle]));
  const isMixed = own.some(({ device }) => device === undefined) && own.some(({ device }) => device !== undefined);
  return own.map((label, i) => {
    const isAlone = ids.filter((id) => id === ids[i]).length === 1 && !(isMixed && label.device === undefined);
    if (readings.length === 1 || isAlone) return label;
    const isTwice = texts.filter((text) => text === texts[i]).length > 1;
    return { ...label, device: isTwice || texts[i] === '' ? String(i + 1) : texts[i] };
  });
}
