import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { didYouMean } from '../../../../core/declare/suggest.ts';
import { KEYS, type Measure, type Name, type Role, type Way } from './names.ts';
import { type Naming, Roles } from './roles.ts';
import type { Table } from './table.ts';
import { isNumeric, numberOf } from './units.ts';

/** A column of readings, with the columns that go with it. */
export interface Series {
  readonly at: number;
  readonly measure: Measure;
  readonly name: Name;
  readonly way?: Way;
  readonly device?: string;
  readonly cycle?: string;
  readonly pulse?: number;
  readonly voltage?: number;
  readonly width?: number;
  readonly readVoltage?: number;
}

export interface Layout {
  readonly series: readonly Series[];
  readonly device?: number;
  readonly cycle?: number;
  readonly direction?: number;
}

/** How a column is called in a sentence. */
export const columnName = (table: Table, at: number): string => table.names[at]?.text || String(at + 1);

const isNumbers = (table: Table, at: number): boolean => {
  const cells = table.rows.map((row) => row.cells[at] ?? '').filter((cell) => cell !== '');
  return cells.length > 0 && cells.filter(isNumeric).length > cells.length / 2;
};

const numbers = (table: Table, at: number): number[] =>
  table.rows.map((row) => numberOf(row.cells[at] ?? '', table.marks)).filter((value) => !Number.isNaN(value));

/** Whether numbers end higher than they begin, or lower: means of their first and last thirds. */
export function netChange(values: readonly number[]): number {
  const third = Math.max(1, Math.floor(values.length / 3));
  const mean = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / third;
  return mean(values.slice(-third)) - mean(values.slice(0, third));
}

/** Columns of readings by their names, or, where no name is known, all columns of numbers that nothing else is known of. */
function readingsOf(
  table: Table,
  roles: Roles,
  hasReadVoltage: boolean,
): { columns: number[]; measure: Measure; guessed: boolean } {
  const isNamed = roles.all('current').some((at) => table.names[at]!.readVoltage !== undefined);
  const knowsVoltage = hasReadVoltage || isNamed || roles.all('readVoltage').length > 0;
  const order: Measure[] = knowsVoltage
    ? ['conductance', 'current', 'resistance', 'weight']
    : ['conductance', 'resistance', 'weight', 'current'];
  for (const measure of order) {
    const columns = roles.all(measure);
    if (columns.length > 0) return { columns, measure, guessed: false };
  }
  const foreign = roles.foreign().filter((at) => isNumbers(table, at));
  const labelled = foreign.filter((at) => {
    const { way, device, cycle } = table.names[at]!;
    return way !== undefined || device !== undefined || cycle !== undefined;
  });
  if (2 * labelled.length > foreign.length) return { columns: labelled, measure: 'conductance', guessed: false };
  const isWide = table.names.length > 1 && roles.all('device').length === 0 && roles.all('pulse').length > 0;
  const mayGuess = table.hasNames ? isWide && foreign.length > 1 : true;
  return { columns: mayGuess ? foreign : [], measure: 'conductance', guessed: true };
}

/** The column of a role that belongs to a column of readings: the nearest before it, else the first. */
function beside(table: Table, columns: readonly number[], at: number): number | undefined {
  const own = columns.filter((c) => table.names[c]!.role === undefined || /pulse/i.test(table.names[c]!.text));
  const choice = own.length > 0 ? own : columns;
  return choice.findLast((c) => c < at) ?? choice[0];
}

/** Each column of readings may have pulses of its own; device, cycle and direction are told once. */
function refuseTwice(table: Table, roles: Roles, series: number): void {
  for (const role of KEYS) {
    const names = roles.all(role).map((at) => table.names[at]!.text);
    const isShared = role === 'device' || role === 'cycle' || role === 'direction';
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined && names.length > (isShared ? 1 : series))
      throw new UserError(`${table.name}: the column ${show(twice)} is there twice.`);
    if (isShared && names.length > 1)
      throw new UserError(
        `${table.name}: the columns ${names.map((name) => show(name)).join(' and ')} may both tell the ${role}; say which does: --columns ${role}=NAME.`,
      );
  }
}

function refuseSlips(table: Table, roles: Roles): void {
  const absent = ['device', 'cycle', 'direction', 'pulse', 'conductance'].filter(
    (role) => roles.all(role as Role).length === 0,
  );
  for (const at of roles.foreign()) {
    const { text, device, cycle } = table.names[at]!;
    const isSlip = text.length > 3 && device === undefined && cycle === undefined;
    const hint = isSlip ? didYouMean(text, absent, 'columns') : '';
    if (hint.endsWith('?')) throw new UserError(`${table.name}: ${show(text)} is no known column${hint}`);
  }
}

function refuseNone(table: Table): never {
  const header = table.names.map(({ text }) => text).join(',');
  throw new UserError(
    `${table.name}: the column conductance is missing from ${table.hasNames ? `the names ${show(header)}` : 'a file without names'}` +
      '; needed are readings of conductance, current, resistance or weight after pulses,' +
      ' and where their names are not understood --columns pulse=NAME,conductance=NAME (or the numbers of the columns).',
  );
}

/** Readings against time alone are those of a loop or of retention: they would pass as pulses without a direction. */
function refuseTime(table: Table, roles: Roles): void {
  const isPulsed = (['pulse', 'direction', 'cycle', 'width'] as const).some((role) => roles.all(role).length > 0);
  const time = roles.all('time')[0];
  if (isPulsed || time === undefined || table.names.some(({ way }) => way !== undefined)) return;
  const what = roles.all('voltage').length > 0 ? 'a current-voltage loop (--kind iv)' : 'retention (--kind retention)';
  throw new UserError(
    `${table.name}: readings against ${show(table.names[time]!.text)} look like ${what}, not like readings after pulses; if they are, say --columns pulse=${table.names[time]!.text}.`,
  );
}

/** Finds out which column of a table holds what. */
export function layoutOf(table: Table, naming: Naming, given: { hasReadVoltage: boolean; hasRange: boolean }): Layout {
  const roles = new Roles(table, naming);
  if (table.hasNames) refuseSlips(table, roles);
  refuseTime(table, roles);
  const { columns: found, measure, guessed } = readingsOf(table, roles, given.hasReadVoltage);
  const counter =
    !table.hasNames &&
    roles.all('pulse').length === 0 &&
    guessed &&
    found.length > 1 &&
    isCounter(numbers(table, found[0]!));
  const columns = counter ? found.slice(1) : found;
  if (columns.length === 0) return refuseNone(table);
  refuseTwice(table, roles, columns.length);
  const pulses = counter ? [found[0]!] : roles.all('pulse');
  const [direction, device, cycle] = (['direction', 'device', 'cycle'] as const).map((role) => roles.all(role)[0]);
  const labels = labelsOfSeries(table, roles, columns, direction !== undefined || device !== undefined);
  const series = columns.map((at, i): Series => {
    const near = (role: Role) => beside(table, roles.all(role), at);
    return {
      ...labels[i]!,
      at,
      measure: roles.isTold(at) ? measure : measureOf(measure, table.names[at]!, given),
      name: table.names[at]!,
      ...{
        pulse: beside(table, pulses, at),
        voltage: near('voltage'),
        width: near('width'),
        readVoltage: near('readVoltage'),
      },
    };
  });
  return { series, device, cycle, direction };
}

/** Without a unit, readings are weights where their range is given; and where nothing tells, currents if a voltage is. */
function measureOf(
  measure: Measure,
  { role, exponent }: Name,
  given: { hasReadVoltage: boolean; hasRange: boolean },
): Measure {
  if (measure !== 'conductance' || exponent !== undefined) return measure;
  if (given.hasRange) return 'weight';
  return given.hasReadVoltage && role === undefined ? 'current' : measure;
}

const isCounter = (values: readonly number[]): boolean =>
  values.length > 1 &&
  values.every((v, i) => i === 0 || v - values[i - 1]! === 1 || v < values[i - 1]!) &&
  values.every(Number.isInteger);

/** What the readings of each column are called: by the words of its name, else each column is a device, named by it. */
function labelsOfSeries(table: Table, roles: Roles, columns: readonly number[], isTold: boolean) {
  const own = columns.map((at) => {
    const { way = roles.ways.get(at), device, cycle } = table.names[at]!;
    return { way: roles.ways.get(at) ?? way, device, cycle };
  });
  const isBare = own.every(
    ({ way, device, cycle }) => way === undefined && device === undefined && cycle === undefined,
  );
  const texts = columns.map((at) => table.names[at]!.text);
  if (columns.length === 2 && isBare && !isTold && texts[0] === texts[1]) {
    const [a, b] = columns.map((at) => netChange(numbers(table, at)));
    if (a! * b! < 0) return (a! > 0 ? (['up', 'down'] as const) : (['down', 'up'] as const)).map((way) => ({ way }));
  }
  const ids = own.map(({ way, device, cycle }) => JSON.stringify([way, device, cycle]));
  const isMixed = own.some(({ device }) => device === undefined) && own.some(({ device }) => device !== undefined);
  return own.map((label, i) => {
    const isAlone = ids.filter((id) => id === ids[i]).length === 1 && !(isMixed && label.device === undefined);
    if (columns.length === 1 || isAlone) return label;
    const isTwice = texts.filter((text) => text === texts[i]).length > 1;
    return { ...label, device: isTwice || texts[i] === '' ? String(i + 1) : texts[i] };
  });
}
