import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { didYouMean } from '../../../../core/declare/suggest.ts';
import { KEYS, MEASURES, type Measure, type Name, type Role, type Way, wayOf } from './names.ts';
import { isNumeric, numberOf } from './numbers.ts';
import { ambiguousError, columnsCalled, type Table, twoRolesError } from './table.ts';

/** Column of readings, with the columns of pulse, voltage, width and read voltage that belong to it. */
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

const isNumbers = (table: Table, at: number): boolean => {
  const cells = table.rows.map((row) => row.cells[at] ?? '').filter((cell) => cell !== '');
  return cells.length > 0 && cells.filter(isNumeric).length > cells.length / 2;
};

const numbers = (table: Table, at: number): number[] =>
  table.rows.map((row) => numberOf(row.cells[at] ?? '', table.marks)).filter((value) => !Number.isNaN(value));

/** Mean of the last third of the values minus mean of the first third. */
export function netChange(values: readonly number[]): number {
  const third = Math.max(1, Math.floor(values.length / 3));
  const mean = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / third;
  return mean(values.slice(-third)) - mean(values.slice(0, third));
}

/** Columns of readings by their names; if no name is known, all numeric columns without a role. */
function findReadings(
  table: Table,
  roles: Roles,
  hasReadVoltage: boolean,
): { columns: number[]; measure: Measure; isGuessed: boolean } {
  const isNamed = roles.all('current').some((at) => table.names[at]!.readVoltage !== undefined);
  const hasVoltage = hasReadVoltage || isNamed || roles.all('readVoltage').length > 0;
  const order: Measure[] = hasVoltage
    ? ['conductance', 'current', 'resistance', 'weight']
    : ['conductance', 'resistance', 'weight', 'current'];
  for (const measure of order) {
    const columns = roles.all(measure);
    if (columns.length > 0) return { columns, measure, isGuessed: false };
  }
  const unknown = roles.unknown().filter((at) => isNumbers(table, at));
  const labelled = unknown.filter((at) => {
    const { way, device, cycle } = table.names[at]!;
    return way !== undefined || device !== undefined || cycle !== undefined;
  });
  if (2 * labelled.length > unknown.length) return { columns: labelled, measure: 'conductance', isGuessed: false };
  const isWide = table.names.length > 1 && roles.all('device').length === 0 && roles.all('pulse').length > 0;
  const mayGuess = table.hasNames ? isWide && unknown.length > 1 : true;
  return { columns: mayGuess ? unknown : [], measure: 'conductance', isGuessed: true };
}

/** Column of a role that belongs to a column of readings: the nearest one before it, else the first. */
function nearestColumn(table: Table, columns: readonly number[], at: number): number | undefined {
  const own = columns.filter((c) => table.names[c]!.role === undefined || /pulse/i.test(table.names[c]!.text));
  const choice = own.length > 0 ? own : columns;
  return choice.findLast((c) => c < at) ?? choice[0];
}

/** @throws UserError for repeated columns; only pulse, voltage and width may have one column per column of readings */
function checkRepeated(table: Table, roles: Roles, series: number): void {
  for (const role of KEYS) {
    const names = roles.all(role).map((at) => table.names[at]!.text);
    const isShared = role === 'device' || role === 'cycle' || role === 'direction';
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined && names.length > (isShared ? 1 : series))
      throw new UserError(`${table.name}: the column ${show(twice)} occurs twice.`);
    if (isShared && names.length > 1) throw ambiguousError(table, names, role);
  }
}

/** @throws UserError for a column whose name is a misspelling of a missing one */
function checkMisspelt(table: Table, roles: Roles): void {
  const absent = ['device', 'cycle', 'direction', 'pulse', 'conductance'].filter(
    (role) => roles.all(role as Role).length === 0,
  );
  for (const at of roles.unknown()) {
    const { text, device, cycle } = table.names[at]!;
    const mayBeMisspelt = text.length > 3 && device === undefined && cycle === undefined;
    const hint = mayBeMisspelt ? didYouMean(text, absent, 'columns') : '';
    if (hint.endsWith('?')) throw new UserError(`${table.name}: ${show(text)} is not a known column${hint}`);
  }
}

function throwNoReadings(table: Table): never {
  const header = table.names.map(({ text }) => text).join(',');
  throw new UserError(
    `${table.name}: the column conductance is missing from ${table.hasNames ? `the names ${show(header)}` : 'a file without names'}` +
      '. Readings after pulses need a column of conductance, current, resistance or weight.' +
      ' Next step: if it has another name, --columns pulse=NAME,conductance=NAME (or the numbers of the columns).',
  );
}

/** @throws UserError for readings against time alone: a loop or retention, not pulses without a direction */
function checkTime(table: Table, roles: Roles): void {
  const isPulsed = (['pulse', 'direction', 'cycle', 'width'] as const).some((role) => roles.all(role).length > 0);
  const time = roles.all('time')[0];
  if (isPulsed || time === undefined || table.names.some(({ way }) => way !== undefined)) return;
  const what = roles.all('voltage').length > 0 ? 'a current-voltage loop (--kind iv)' : 'retention (--kind retention)';
  throw new UserError(
    `${table.name}: readings against ${show(table.names[time]!.text)} look like ${what}, not like readings after pulses. If they are pulses: --columns pulse=${table.names[time]!.text}.`,
  );
}

/** Roles of the columns of a table of pulses. */
export function detectLayout(
  table: Table,
  naming: Naming,
  given: { hasReadVoltage: boolean; hasRange: boolean },
): Layout {
  const roles = new Roles(table, naming);
  if (table.hasNames) checkMisspelt(table, roles);
  checkTime(table, roles);
  const { columns: found, measure, isGuessed } = findReadings(table, roles, given.hasReadVoltage);
  const isCounted =
    !table.hasNames &&
    roles.all('pulse').length === 0 &&
    isGuessed &&
    found.length > 1 &&
    isCounter(numbers(table, found[0]!));
  const columns = isCounted ? found.slice(1) : found;
  if (columns.length === 0) return throwNoReadings(table);
  checkRepeated(table, roles, columns.length);
  const pulses = isCounted ? [found[0]!] : roles.all('pulse');
  const [direction, device, cycle] = (['direction', 'device', 'cycle'] as const).map((role) => roles.all(role)[0]);
  const labels = labelsOfSeries(table, roles, columns, direction !== undefined || device !== undefined);
  const series = columns.map((at, i): Series => {
    const near = (role: Role) => nearestColumn(table, roles.all(role), at);
    return {
      ...labels[i]!,
      at,
      measure: roles.isGivenConductance(at) ? measure : measureOf(measure, table.names[at]!, given),
      name: table.names[at]!,
      ...{
        pulse: nearestColumn(table, pulses, at),
        voltage: near('voltage'),
        width: near('width'),
        readVoltage: near('readVoltage'),
      },
    };
  });
  return { series, device, cycle, direction };
}

/** Measure of a column without a unit: weight if a range is given, current if it has no role and a read voltage is given. */
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

/** Direction, device and cycle of each column from the words of its name; otherwise each column is a device. */
function labelsOfSeries(table: Table, roles: Roles, columns: readonly number[], hasOwnColumns: boolean) {
  const own = columns.map((at) => {
    const { way = roles.ways.get(at), device, cycle } = table.names[at]!;
    return { way: roles.ways.get(at) ?? way, device, cycle };
  });
  const isBare = own.every(
    ({ way, device, cycle }) => way === undefined && device === undefined && cycle === undefined,
  );
  const texts = columns.map((at) => table.names[at]!.text);
  if (columns.length === 2 && isBare && !hasOwnColumns && texts[0] === texts[1]) {
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

/** Roles that `--columns` takes; `up` and `down` are conductances in one direction. */
export const NAMED = [...MEASURES, ...KEYS, 'up', 'down'] as const;
export type Naming = readonly (readonly [(typeof NAMED)[number], string])[];

/** Role of each column, from `--columns` or from its name. */
export class Roles {
  readonly #of: readonly (Role | undefined)[];
  readonly ways = new Map<number, Way>();
  readonly #givenConductance = new Set<number>();

  constructor(table: Table, naming: Naming) {
    const given = new Map<number, Role>();
    for (const [role, name] of naming) {
      for (const at of columnsCalled(table, role, name)) {
        const before = given.get(at);
        if (before !== undefined) throw twoRolesError(table, at, [before, role]);
        if (role === 'conductance') this.#givenConductance.add(at);
        given.set(at, role === 'up' || role === 'down' ? 'conductance' : role);
        if (role === 'up' || role === 'down') this.ways.set(at, role);
      }
    }
    const givenRoles = new Set(given.values());
    const isMeasure = (role: Role | undefined) => MEASURES.includes(role as Measure);
    const measured = [...givenRoles].some(isMeasure);
    this.#of = table.names.map(({ role }, at) => {
      const isReplaced = role !== undefined && (givenRoles.has(role) || (measured && isMeasure(role)));
      return given.get(at) ?? (isReplaced ? undefined : (role ?? wordRole(table, at)));
    });
  }

  /** True if `--columns` says that a column is a conductance. */
  isGivenConductance(at: number): boolean {
    return this.#givenConductance.has(at);
  }

  all(role: Role): number[] {
    return this.#of.flatMap((own, at) => (own === role ? [at] : []));
  }

  /** Columns without a role. */
  unknown(): number[] {
    return this.#of.flatMap((own, at) => (own === undefined ? [at] : []));
  }
}

/** `direction` for a column that holds only names of directions, or 1 and -1, whatever its header is. */
function wordRole(table: Table, at: number): Role | undefined {
  const cells = table.rows.map((row) => row.cells[at] ?? '').filter((cell) => cell !== '');
  const isSigned = cells.some((cell) => isNumeric(cell) && numberOf(cell, table.marks) < 0);
  const isDirection = (cell: string) => wayOf(cell) !== undefined && (isSigned || !isNumeric(cell));
  return cells.length > 0 && cells.every(isDirection) ? 'direction' : undefined;
}
