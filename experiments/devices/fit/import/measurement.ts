import { UserError } from '../../../../core/declare/errors.ts';
import { readTables, readTextGrid } from './files.ts';
import { importSummary } from './importSummary.ts';
import { detectLayout } from './layout.ts';
import { parseLabels } from './names.ts';
import { TrainSorter } from './order.ts';
import { type Reading, type ReadingOptions, readReadings } from './readings.ts';
import { parseTable, type Table } from './table.ts';
import { addPulseSettings, type Train, type UserPulseSettings } from './trains.ts';

/** Imported pulse trains, and two lines that describe the files. */
export interface Measurement {
  readonly trains: readonly Train[];
  readonly importSummary: readonly [string, string];
}

/** Import options of a pulse measurement, including pulse voltages and widths that the files do not give. */
export interface PulseImportOptions extends ReadingOptions {
  readonly pulses?: UserPulseSettings | undefined;
}

/** Joins the readings of all tables. Each table is a device, unless all file names state a cycle or a direction. */
function joinTables(tables: readonly { stem: string; readings: readonly Reading[] }[]): Reading[] {
  if (tables.length === 1) return tables[0]!.readings.map((r) => ({ ...r, device: r.device || '1' }));
  const labels = tables.map(({ stem }) => parseLabels(stem));
  const ways = new Set(labels.map(({ way }) => way));
  const isSplit = ways.size > 1 && !ways.has(undefined);
  const isCycles = labels.every(({ cycle }) => cycle !== undefined);
  return tables.flatMap(({ stem, readings }, i) => {
    const { device = labels[i]!.rest.join(' ') || '1' } = labels[i]!;
    const isPart = isSplit || isCycles;
    const own = isPart ? device : stem;
    const way = isSplit ? labels[i]!.way : undefined;
    const cycle = isCycles ? labels[i]!.cycle : undefined;
    return readings.map((r) => ({
      ...r,
      way: r.way ?? way,
      device: r.device === '' ? own : isPart ? r.device : `${own} ${r.device}`,
      cycle: [cycle, r.cycle].filter((name) => name !== undefined).join(' ') || undefined,
    }));
  });
}

/** Sorts readings of tables into pulse trains. @throws UserError that names file, row, column, value, allowed values */
export function parseMeasurement(given: readonly Table[], options: PulseImportOptions): Measurement {
  const hints = { hasReadVoltage: options.readVoltage !== undefined, hasRange: options.range !== undefined };
  const tables = given.map((table) => {
    const layout = detectLayout(table, options.columns ?? [], hints);
    return { table, layout, stem: table.stem, ...readReadings(table, layout, options) };
  });
  const name = given.map((table) => table.name).join(', ');
  const ordering = new TrainSorter(name);
  const read = ordering.trains(joinTables(tables));
  const { pulses } = options;
  if (pulses !== undefined) checkPulsesOnce(name, read, pulses);
  const trains = pulses === undefined ? read : addPulseSettings(read, pulses);
  const absent = tables.reduce((total, t) => total + t.absent, 0);
  return { trains, importSummary: importSummary(tables, trains, ordering.notes, absent, options) };
}

/** Checks that either the file or an option gives voltage and width of the pulses, not both. @throws UserError */
function checkPulsesOnce(name: string, trains: readonly Train[], pulses: UserPulseSettings): void {
  const given = Object.values(pulses);
  for (const [what, option] of [
    ['voltage', 'write-voltage'],
    ['width', 'write-time'],
  ] as const) {
    if (trains.some((t) => t[what] !== undefined) && given.some((p) => p[what] !== undefined))
      throw new UserError(`${name}: a column gives the ${what} of the pulses already; leave out --${option}.`);
  }
}

/**
 * Reads measured pulses from a text file, see docs/fit.md.
 * @throws UserError that names file, row, column, value and allowed values
 */
export function readPulses(file: string, options: ReadingOptions = {}): Train[] {
  return [...parseMeasurement([parseTable(readTextGrid(file), options.decimal)], options).trains];
}

/**
 * Reads measured pulses from text files and workbooks (.xlsx). Each file is a device, unless its columns say otherwise.
 * @throws UserError that names file, row, column, value and allowed values
 */
export async function readMeasurement(
  files: readonly string[],
  options: PulseImportOptions & { readonly sheet?: string | undefined } = {},
): Promise<Measurement> {
  return parseMeasurement(await readTables(files, options), options);
}
