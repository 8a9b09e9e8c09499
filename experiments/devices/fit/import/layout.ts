import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { didYouMean } from '../../../../core/declare/suggest.ts';

import { anyNumber, type Column, type ColumnNaming, findColumns, positive } from './columns.ts';
import {
  type ColumnHeader,
  type ColumnRole,
  DESCRIPTIVE_ROLES,
  type Measure,
  parseDirection,
  QUANTITY_ROLES,
  quantityOfRole,
  type StatedDirection,
} from './names.ts';
import { isNumeric, parseNumber } from './numbers.ts';
import { createAmbiguousError, type Table } from './table.ts';
import { DIRECTIONS, MAX_PULSES } from './trains.ts';

/** Column roles in `--columns` for pulse measurements; `up` and `down`: conductances after pulses up or down. */
export const PULSE_ROLES = [...QUANTITY_ROLES, ...DESCRIPTIVE_ROLES, ...DIRECTIONS] as const;

const NEVER = /(?!)/;
/** Restrictions on the values of pulse-measurement columns; columns without an entry allow any number. */
const PULSE_LIMITS: Readonly<Partial<Record<string, Partial<Column>>>> = {
  resistance: positive,
  pulse: { allowed: `a number from 0 to ${MAX_PULSES}`, isAllowed: (n) => n > -0.5 && n <= MAX_PULSES },
  voltage: { allowed: 'a number of V' },
  width: { allowed: 'a time larger than 0', isAllowed: positive.isAllowed },
  readVoltage: { allowed: 'a voltage other than 0', isAllowed: (v) => v !== 0 },
  up: { pattern: NEVER },
  down: { pattern: NEVER },
};

/** Columns of a pulse measurement: each may be repeated, and is recognised by the words of its header. */
export const PULSE_COLUMNS: readonly Column[] = [...PULSE_ROLES, 'time' as const].map((role) => ({
  role,
  quantity: quantityOfRole(role as ColumnRole),
  isRepeatable: true,
  ...anyNumber,
  ...PULSE_LIMITS[role],
}));

/** Column of readings, with the indices of the pulse, voltage, width and read-voltage columns that belong to it. */
export interface Series {
  readonly at: number;
  readonly measure: Measure;
  readonly header: ColumnHeader;
  readonly way?: StatedDirection;
  readonly device?: string;
  readonly cycle?: string;
  readonly pulse?: number;
  readonly voltage?: number;
  readonly width?: number;
  readonly readVoltage?: number;
}

/** Layout of a table of readings after pulses: which columns hold which quantity. */
export interface Layout {
  readonly series: readonly Series[];
  readonly device?: number;
  readonly cycle?: number;
  readonly direction?: number;
}

const cellsOf = (table: Table, at: number): string[] =>
  table.rows.map((row) => row.cells[at] ?? '').filter((cell) => cell !== '');

const numbersOf = (table: Table, at: number): number[] =>
  cellsOf(table, at)
    .map((cell) => parseNumber(cell, table.marks))
    .filter((value) => !Number.isNaN(value));

/** Mean of the last third of the values minus mean of the first third. */
export function computeNetChange(values: readonly number[]): number {
  const third = Math.max(1, Math.floor(values.length / 3));
  const meanOf = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / third;
  return meanOf(values.slice(-third)) - meanOf(values.slice(0, third));
}

/** True for a column that holds only names of directions, or 1 and -1. */
function hasDirections(table: Table, at: number): boolean {
  const cells = cellsOf(table, at);
  const isSigned = cells.some((cell) => isNumeric(cell) && parseNumber(cell, table.marks) < 0);
  return (
    cells.length > 0 && cells.every((cell) => parseDirection(cell) !== undefined && (isSigned || !isNumeric(cell)))
  );
}

/** Columns by role, from `--columns`, from the headers or, for directions, from the cells. */
class PulseColumns {
  readonly #places: ReadonlyMap<string, readonly number[]>;
  readonly #table: Table;
  readonly #directions: readonly number[];
  readonly #hasGivenMeasure: boolean;
  /** Indices of the columns for which `--columns` gives a conductance role, whatever their headers. */
  readonly givenConductances: readonly number[];

  constructor(table: Table, naming: ColumnNaming) {
    this.#table = table;
    this.#places = findColumns(table, PULSE_COLUMNS, naming);
    const given = new Set(naming.map(([role]) => role));
    this.#hasGivenMeasure = [...QUANTITY_ROLES, ...DIRECTIONS].some((role) => given.has(role));
    this.givenConductances = given.has('conductance') ? this.#places.get('conductance')! : [];
    const named = new Set(naming.flatMap(([role]) => this.#places.get(role)!));
    this.#directions = table.headers.flatMap(({ role }, at) =>
      role === undefined && !named.has(at) && hasDirections(table, at) ? [at] : [],
    );
    const measures = new Set<string>([...QUANTITY_ROLES, ...DIRECTIONS]);
    // A quantity given by `--columns` replaces all quantities recognised from headers.
    if (this.#hasGivenMeasure)
      this.#places = new Map([...this.#places].filter(([role]) => !measures.has(role) || given.has(role)));
  }

  /** Pulse direction of a column, if `--columns up=… ,down=…` gives it. */
  givenWay(at: number): StatedDirection | undefined {
    return DIRECTIONS.find((way) => this.#places.get(way)?.includes(at));
  }

  all(role: ColumnRole): readonly number[] {
    const found = this.#places.get(role) ?? [];
    const more =
      role === 'direction'
        ? this.#directions
        : role === 'conductance'
          ? DIRECTIONS.flatMap((way) => this.#places.get(way) ?? [])
          : [];
    return [...found, ...more].sort((a, b) => a - b);
  }

  /** Indices of the columns for which no role is known. */
  unknown(): number[] {
    const known = new Set([...this.#directions, ...[...this.#places.values()].flat()]);
    const isKnown = (at: number) => known.has(at) || this.#table.headers[at]!.role === 'scatter';
    return [...this.#table.headers.keys()].filter((at) => !isKnown(at));
  }
}

/** Finds the columns of readings by their headers; if no header is recognised, all numeric columns without a role. */
function findReadings(
  table: Table,
  columns: PulseColumns,
  hasReadVoltage: boolean,
): { found: readonly number[]; measure: Measure; isGuessed: boolean } {
  const isNamed = columns.all('current').some((at) => table.headers[at]!.readVoltage !== undefined);
  const hasVoltage = hasReadVoltage || isNamed || columns.all('readVoltage').length > 0;
  const order: Measure[] = hasVoltage
    ? ['conductance', 'current', 'resistance', 'weight']
    : ['conductance', 'resistance', 'weight', 'current'];
  const measure = order.find((one) => columns.all(one).length > 0);
  if (measure !== undefined) return { found: columns.all(measure), measure, isGuessed: false };
  const unknown = columns.unknown().filter((at) => {
    const cells = cellsOf(table, at);
    return cells.length > 0 && cells.filter(isNumeric).length > cells.length / 2;
  });
  const labelled = unknown.filter((at) => !isUnlabelled(table.headers[at]!));
  if (2 * labelled.length > unknown.length) return { found: labelled, measure: 'conductance', isGuessed: false };
  const isWide = table.headers.length > 1 && columns.all('device').length === 0 && columns.all('pulse').length > 0;
  const mayGuess = table.hasHeader ? isWide && unknown.length > 1 : true;
  return { found: mayGuess ? unknown : [], measure: 'conductance', isGuessed: true };
}

const isUnlabelled = ({ way, device, cycle }: Pick<ColumnHeader, 'way' | 'device' | 'cycle'>): boolean =>
  way === undefined && device === undefined && cycle === undefined;

/** Column of a role that belongs to a column of readings: the nearest on its left, otherwise the first. */
function nearestColumn(table: Table, columns: readonly number[], at: number): number | undefined {
  const own = columns.filter((c) => table.headers[c]!.role === undefined || /pulse/i.test(table.headers[c]!.text));
  const choice = own.length > 0 ? own : columns;
  return choice.findLast((c) => c < at) ?? choice[0];
}

/** Checks that no column repeats, except pulse, voltage and width (one per column of readings). @throws UserError */
function checkRepeated(table: Table, columns: PulseColumns, seriesCount: number): void {
  for (const role of DESCRIPTIVE_ROLES) {
    const found = columns.all(role);
    const names = found.map((at) => table.headers[at]!.text);
    const isShared = role === 'device' || role === 'cycle' || role === 'direction';
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined && names.length > (isShared ? 1 : seriesCount))
      throw new UserError(`${table.name}: the column ${show(twice)} occurs twice.`);
    if (isShared && names.length > 1) throw createAmbiguousError(table, found, role);
  }
}

/** Checks that no header looks like a misspelling of a missing column. @throws UserError */
function checkMisspelt(table: Table, columns: PulseColumns): void {
  const roles: readonly ColumnRole[] = ['device', 'cycle', 'direction', 'pulse', 'conductance'];
  const absent = roles.filter((role) => columns.all(role).length === 0);
  for (const at of columns.unknown()) {
    const { text, device, cycle } = table.headers[at]!;
    const mayBeMisspelt = text.length > 3 && device === undefined && cycle === undefined;
    const hint = mayBeMisspelt ? didYouMean(text, absent, 'columns') : '';
    if (hint.endsWith('?')) throw new UserError(`${table.name}: ${show(text)} is not a known column${hint}`);
  }
}

function throwNoReadings(table: Table): never {
  const header = table.headers.map(({ text }) => text).join(',');
  throw new UserError(
    `${table.name}: the column conductance is missing from ${table.hasHeader ? `the names ${show(header)}` : 'a file without names'}` +
      '; conductance, current, resistance or weight is needed.' +
      ' Next step: if it has another name, --columns pulse=NAME,conductance=NAME (or column numbers).',
  );
}

/** Checks that readings are not given against time alone, as in loops and retention. @throws UserError */
function checkTime(table: Table, columns: PulseColumns): void {
  const isPulsed = (['pulse', 'direction', 'cycle', 'width'] as const).some((role) => columns.all(role).length > 0);
  const time = columns.all('time')[0];
  if (isPulsed || time === undefined || table.headers.some(({ way }) => way !== undefined)) return;
  const what =
    columns.all('voltage').length > 0 ? 'a current-voltage loop (--kind iv)' : 'retention (--kind retention)';
  const name = table.headers[time]!.text;
  const column = /^\w+$/.test(name) ? name : time + 1; // a column number needs no quotes
  throw new UserError(
    `${table.name}: readings against ${show(name)} look like ${what}, not like readings after pulses. If they are pulses: --columns pulse=${column}.`,
  );
}

/** Options that decide which quantity a column without a unit holds. */
interface MeasureHints {
  readonly hasReadVoltage: boolean;
  readonly hasRange: boolean;
}

/** Detects the layout of a table of readings after pulses: which columns hold which quantity. */
export function detectLayout(table: Table, naming: ColumnNaming, hints: MeasureHints): Layout {
  const columns = new PulseColumns(table, naming);
  if (table.hasHeader) checkMisspelt(table, columns);
  checkTime(table, columns);
  const { found, measure, isGuessed } = findReadings(table, columns, hints.hasReadVoltage);
  const isCounted =
    !table.hasHeader &&
    columns.all('pulse').length === 0 &&
    isGuessed &&
    found.length > 1 &&
    isCounter(numbersOf(table, found[0]!));
  const readings = isCounted ? found.slice(1) : found;
  if (readings.length === 0) return throwNoReadings(table);
  checkRepeated(table, columns, readings.length);
  const pulses = isCounted ? [found[0]!] : columns.all('pulse');
  const [direction, device, cycle] = (['direction', 'device', 'cycle'] as const).map((role) => columns.all(role)[0]);
  const labels = findSeriesLabels(table, columns, readings, direction !== undefined || device !== undefined);
  const series = readings.map((at, i): Series => {
    const near = (role: ColumnRole) => nearestColumn(table, columns.all(role), at);
    const header = table.headers[at]!;
    return {
      ...labels[i]!,
      at,
      measure: columns.givenConductances.includes(at) ? measure : measureOf(measure, header, hints),
      header,
      pulse: nearestColumn(table, pulses, at),
      voltage: near('voltage'),
      width: near('width'),
      readVoltage: near('readVoltage'),
    };
  });
  return { series, device, cycle, direction };
}

/** Quantity in a column without unit: weight if a range is given; current if a read voltage but no role is given. */
function measureOf(measure: Measure, { role, exponent }: ColumnHeader, hints: MeasureHints): Measure {
  if (measure !== 'conductance' || exponent !== undefined) return measure;
  if (hints.hasRange) return 'weight';
  return hints.hasReadVoltage && role === undefined ? 'current' : measure;
}

const isCounter = (values: readonly number[]): boolean =>
  values.length > 1 &&
  values.every((v, i) => i === 0 || v - values[i - 1]! === 1 || v < values[i - 1]!) &&
  values.every(Number.isInteger);

/** Direction, device and cycle of each column of readings, from its header; without labels, each column is a device. */
function findSeriesLabels(
  table: Table,
  columns: PulseColumns,
  readings: readonly number[],
  hasOwnColumns: boolean,
): Pick<Series, 'way' | 'device' | 'cycle'>[] {
  const own = readings.map((at) => {
    const { way, device, cycle } = table.headers[at]!;
    return { way: columns.givenWay(at) ?? way, device, cycle };
  });
  const texts = readings.map((at) => table.headers[at]!.text);
  if (readings.length === 2 && own.every(isUnlabelled) && !hasOwnColumns && texts[0] === texts[1]) {
    const [a, b] = readings.map((at) => computeNetChange(numbersOf(table, at)));
    if (a! * b! < 0) return (a! > 0 ? (['up', 'down'] as const) : (['down', 'up'] as const)).map((way) => ({ way }));
  }
  const ids = own.map(({ way, device, cycle }) => JSON.stringify([way, device, cycle]));
  const isMixed = own.some(({ device }) => device === undefined) && own.some(({ device }) => device !== undefined);
  return own.map((label, i) => {
    const isAlone = ids.filter((id) => id === ids[i]).length === 1 && !(isMixed && label.device === undefined);
    if (readings.length === 1 || isAlone) return label;
    const isTwice = texts.filter((text) => text === texts[i]).length > 1;
    return { ...label, device: isTwice || texts[i] === '' ? String(i + 1) : texts[i] };
  });
}
