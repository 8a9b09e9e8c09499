import { UserError } from '../../../core/declare/errors.ts';
import type { ReadingOptions } from './reading/cells.ts';
import { gridsOfAll, textGrid } from './reading/files.ts';
import type { Grid } from './reading/grid.ts';
import { layoutOf } from './reading/layout.ts';
import { labelsOf } from './reading/names.ts';
import { Ordering } from './reading/order.ts';
import { type GivenPulses, withPulses } from './reading/pulses.ts';
import type { Reading } from './reading/reading.ts';
import { readingsOf } from './reading/readings.ts';
import { tableOf } from './reading/table.ts';
import type { Train } from './reading/train.ts';
import { understood } from './reading/understood.ts';

export type { ReadingOptions } from './reading/cells.ts';
export { checkDirections } from './reading/order.ts';
export { DIRECTIONS, type Direction, LEAST_READINGS, type Train } from './reading/train.ts';

/** Trains, and in two lines what was understood of the files they come from. */
export interface Measurement {
  readonly trains: readonly Train[];
  readonly understood: readonly [string, string];
}

/** Several tables are a device each, unless they tell otherwise: by columns, or by a cycle or a direction in each of their names. */
function named(tables: readonly { stem: string; readings: readonly Reading[] }[]): Reading[] {
  if (tables.length === 1) return tables[0]!.readings.map((r) => ({ ...r, device: r.device || '1' }));
  const labels = tables.map(({ stem }) => labelsOf(stem));
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

function measurementOf(
  grids: readonly Grid[],
  options: ReadingOptions & { readonly pulses?: GivenPulses },
): Measurement {
  const tables = grids.map((grid) => {
    const table = tableOf(grid, options.decimal);
    const layout = layoutOf(table, options.columns ?? [], {
      hasReadVoltage: options.readVoltage !== undefined,
      hasRange: options.range !== undefined,
    });
    return { table, layout, stem: grid.stem, ...readingsOf(table, layout, options) };
  });
  const name = grids.map((grid) => grid.name).join(', ');
  const ordering = new Ordering(name);
  const read = ordering.trains(named(tables));
  const { pulses } = options;
  if (pulses !== undefined) refuseBoth(name, read, pulses);
  const trains = pulses === undefined ? read : withPulses(read, pulses);
  const absent = tables.reduce((sum, t) => sum + t.absent, 0);
  return { trains, understood: understood(tables, trains, ordering.notes, absent, options) };
}

function refuseBoth(name: string, trains: readonly Train[], pulses: GivenPulses): void {
  const given = Object.values(pulses);
  for (const [what, option] of [
    ['voltage', 'write-voltage'],
    ['width', 'write-time'],
  ] as const) {
    if (trains.some((t) => t[what] !== undefined) && given.some((p) => p[what] !== undefined))
      throw new UserError(
        `${name}: its column of the pulses' ${what} and --${option} cannot both hold; leave one out.`,
      );
  }
}

/**
 * Reads measured pulses from text files, see docs/fit.md.
 * @throws UserError that names file, row, column, value and what is allowed.
 */
export function readPulses(file: string, options: ReadingOptions = {}): Train[] {
  return [...measurementOf([textGrid(file)], options).trains];
}

/**
 * Reads measured pulses from any number of text files and workbooks (.xlsx), each a device unless its columns tell otherwise.
 * @throws UserError that names file, row, column, value and what is allowed.
 */
export async function readMeasurement(
  files: readonly string[],
  options: ReadingOptions & { readonly pulses?: GivenPulses; readonly sheet?: string | undefined } = {},
): Promise<Measurement> {
  return measurementOf(await gridsOfAll(files, options.sheet), options);
}
