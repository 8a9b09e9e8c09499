import { CsvError, type InfoRecord } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { readText } from '../../network/config/text.ts';

export const DIRECTIONS = ['up', 'down'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Readings of one device during one train of equal pulses in one direction, in the order of time. */
export interface Train {
  readonly device: string;
  readonly cycle: string;
  readonly direction: Direction;
  /** Pulses since the first reading: begins with 0, rises strictly. */
  readonly elapsed: readonly number[];
  /** What the file's counter says at the first reading. */
  readonly first: number;
  /** S, one a reading. */
  readonly conductance: readonly number[];
  /** Of how many alike trains the readings are the mean; 1 in a file. */
  readonly repeats: number;
}

const REQUIRED = ['direction', 'pulse', 'conductance'] as const;
const COLUMNS = ['device', 'cycle', ...REQUIRED];
const TOLD = 5;
/** Readings that a train must have at least: below that no curvature can be told from noise. */
export const LEAST_READINGS = 5;
/** Pulses of a train at most; the recursion is followed pulse by pulse. */
const MOST_PULSES = 1e6;

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

type Row = Readonly<Record<string, string>>;
interface Reading {
  readonly where: string;
  readonly pulse: number;
  readonly conductance: number;
}

/** Collects what is wrong with a file, row by row, and tells the first few in one sentence. */
class Faults {
  readonly #file: string;
  readonly #found: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  add(fault: string): void {
    this.#found.push(fault);
  }

  throwIfAny(): void {
    const more = this.#found.length - TOLD;
    if (this.#found.length === 0) return;
    const told = this.#found.slice(0, TOLD).join('; ');
    throw new UserError(`${this.#file}: ${told}${more > 0 ? `; and ${more} more faults` : ''}.`);
  }
}

function checkHeader(file: string, header: readonly string[]): void {
  const twice = header.find((name, i) => header.indexOf(name) !== i);
  if (twice !== undefined) throw new UserError(`${file}: the column ${show(twice)} is there twice.`);
  const absent = COLUMNS.filter((name) => !header.includes(name));
  const foreign = header.filter((name) => !COLUMNS.includes(name));
  for (const name of foreign) {
    const hint = didYouMean(name, absent, 'columns');
    if (hint.endsWith('?')) throw new UserError(`${file}: ${show(name)} is no known column${hint}`);
  }
  const missing = REQUIRED.filter((name) => absent.includes(name));
  if (missing.length === 0) return;
  throw new UserError(
    `${file}: the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing` +
      ` from the first line, ${show(header.join(','))}; needed are ${REQUIRED.join(', ')}, and device and cycle where there are several.`,
  );
}

/** The records of a CSV file with their places; comma, semicolon or tab, whichever the first line has. */
function records(file: string, text: string): { record: Row; info: InfoRecord }[] {
  const head = text.slice(0, text.search(/\r|\n|$/));
  const delimiter = [',', ';', '\t'].reduce((a, b) => (head.split(b).length > head.split(a).length ? b : a));
  try {
    return parse(text, {
      bom: true,
      columns: (names: string[]) => {
        checkHeader(file, names);
        return names;
      },
      delimiter,
      info: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: Row; info: InfoRecord }[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`${file} cannot be read as CSV: ${error.message}.`, { cause: error });
  }
}

function numberIn(row: Row, column: string, allowed: string, isAllowed: (n: number) => boolean): number | string {
  const text = row[column]!;
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (isAllowed(value)) return value;
  return `column ${column}: ${text === '' ? 'nothing' : show(text)} is given, but ${allowed} is needed`;
}

/** Turns the readings of one train into its arrays; the counter of a downward train may also count down (NeuroSim's way). */
function trainOf(
  key: readonly [string, string, Direction],
  readings: readonly Reading[],
  faults: Faults,
): Train | null {
  const [device, cycle, direction] = key;
  const falling = direction === 'down' && readings.length > 1 && readings[1]!.pulse < readings[0]!.pulse;
  const wrong = readings.find((r, i) => i > 0 && (falling ? -1 : 1) * (r.pulse - readings[i - 1]!.pulse) <= 0);
  const name = `device ${show(device)}, cycle ${show(cycle)}, direction ${direction}`;
  if (wrong !== undefined) {
    const before = readings[readings.indexOf(wrong) - 1]!;
    faults.add(
      `${wrong.where}, column pulse: ${wrong.pulse} follows ${before.pulse}, but the counter must ${falling ? 'fall' : 'rise'} ` +
        `within a train (${name}); repeats are told apart by the columns device and cycle`,
    );
    return null;
  }
  if (readings.length < LEAST_READINGS) {
    faults.add(
      `${readings[0]!.where}: the train of ${name} has ${readings.length} readings, but at least ${LEAST_READINGS} are needed`,
    );
    return null;
  }
  const first = readings[0]!.pulse;
  const elapsed = readings.map(({ pulse }) => Math.abs(pulse - first));
  return { device, cycle, direction, elapsed, first, conductance: readings.map((r) => r.conductance), repeats: 1 };
}

/**
 * Reads measured pulses: CSV with the columns `direction` (up | down), `pulse` (counter within a train), `conductance` (S)
 * and, where there are several, `device` and `cycle`. Other columns are left alone.
 * @throws UserError that names file, row, column, value and what is allowed.
 */
export function readPulses(file: string): Train[] {
  const text = readText(file);
  if (text.trim() === '') throw new UserError(`${file} is empty.`);
  const faults = new Faults(file);
  const trains = new Map<string, { key: [string, string, Direction]; readings: Reading[] }>();
  const rows = records(file, text);
  rows.forEach(({ record, info }, i) => {
    const where = `row ${i + 1} (line ${info.lines})`;
    const direction = record.direction as Direction;
    const found = [
      DIRECTIONS.includes(direction)
        ? null
        : `column direction: ${show(record.direction!)} is given, but up or down is needed`,
      numberIn(
        record,
        'pulse',
        `a whole number from 0 to ${MOST_PULSES}`,
        (n) => Number.isInteger(n) && n >= 0 && n <= MOST_PULSES,
      ),
      numberIn(record, 'conductance', 'a number in S that is 0 or larger', (n) => n >= 0 && n < Infinity),
    ] as const;
    const wrong = found.filter((f) => typeof f === 'string');
    for (const fault of wrong) faults.add(`${where}, ${fault}`);
    if (wrong.length > 0) return;
    const { device = '1', cycle = '1' } = record;
    const id = JSON.stringify([device, cycle, direction]);
    const train = trains.get(id) ?? { key: [device, cycle, direction], readings: [] };
    train.readings.push({ where, pulse: found[1] as number, conductance: found[2] as number });
    trains.set(id, train);
  });
  if (rows.length === 0) throw new UserError(`${file} holds no readings, only its first line.`);
  faults.throwIfAny();
  const made = [...trains.values()].map(({ key, readings }) => trainOf(key, readings, faults));
  faults.throwIfAny();
  return made as Train[];
}

/** Refuses trains that no synapse can be made from: one direction only, or pulses that move it the other way. */
export function checkDirections(file: string, trains: readonly Train[]): void {
  for (const direction of DIRECTIONS) {
    const own = trains.filter((t) => t.direction === direction);
    if (own.length === 0) {
      throw new UserError(`${file} has no pulses with the direction ${direction}; a synapse needs both, up and down.`);
    }
    const change = own.reduce((sum, { conductance: g }) => {
      const third = Math.max(1, Math.floor(g.length / 3));
      const mean = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / third;
      return sum + mean(g.slice(-third)) - mean(g.slice(0, third));
    }, 0);
    if (direction === 'up' ? change > 0 : change < 0) continue;
    throw new UserError(
      `${file}: over its trains with the direction ${direction} the conductance ${change === 0 ? 'does not change' : direction === 'up' ? 'falls' : 'rises'};` +
        ' up must raise it and down lower it (are the directions swapped?).',
    );
  }
}
