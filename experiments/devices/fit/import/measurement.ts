import { UserError } from '../../../../core/declare/errors.ts';
import { formatCount, show } from '../../../../core/declare/show.ts';
import { findExtent, sum } from '../lists.ts';
import {
  describeColumnConditions,
  describeMissingReadings,
  describeNumberFormat,
  type ImportOptions,
  joinAbbreviated,
} from './columns.ts';
import { readTables, readTextGrid } from './files.ts';
import { type ColumnLayout, detectColumnLayout, type ReadingColumn } from './layout.ts';
import { parseHeaderLabels } from './names.ts';
import { type Reading, readReadings } from './readings.ts';
import { getColumnName, parseTable, type Table } from './table.ts';
import { ORDERING_NOTES, type OrderingAssumption, TrainSorter } from './trainSorter.ts';
import {
  addPulseSettings,
  averagePulseSettings,
  DIRECTIONS,
  type LinearRamp,
  listDeviceNames,
  type Train,
  type UserPulseSettings,
} from './trains.ts';

/** Pulse trains of conductances (S) from measurement files, and sentences on how the files were read. */
export interface Measurement {
  readonly trains: readonly Train[];
  readonly importSummary: readonly [string, string];
  /** Read voltage of all readings, V; undefined if unknown or not equal for all. */
  readonly readVoltage?: number | undefined;
}

/** Joins the readings of tables. Each table is a device, unless all file names state a cycle or all state a direction. */
function joinTables(tables: readonly { stem: string; readings: readonly Reading[] }[]): Reading[] {
  if (tables.length === 1) return tables[0]!.readings.map((r) => ({ ...r, device: r.device || '1' }));
  const labels = tables.map(({ stem }) => parseHeaderLabels(stem));
  const ways = new Set(labels.map(({ direction }) => direction));
  const isSplit = ways.size > 1 && !ways.has(undefined);
  const isCycles = labels.every(({ cycle }) => cycle !== undefined);
  const isPart = isSplit || isCycles;
  return tables.flatMap(({ stem, readings }, i) => {
    const { rest, device = rest.join(' ') || '1', direction, cycle } = labels[i]!;
    const own = isPart ? device : stem;
    return readings.map((r) => ({
      ...r,
      direction: r.direction ?? (isSplit ? direction : undefined),
      device: r.device === '' ? own : isPart ? r.device : `${own} ${r.device}`,
      cycle: [isCycles ? cycle : undefined, r.cycle].filter((name) => name !== undefined).join(' ') || undefined,
    }));
  });
}

const UNITS = { conductance: 'S', current: 'A', resistance: 'Ω', weight: '' } as const;
const PREFIXES = ['', 'm', 'µ', 'n', 'p'];
const formatNumber = (value: number): string => String(Number(value.toPrecision(3)));

/** Formats values with the SI prefix of the largest one. */
function formatWithUnit(values: readonly number[], unit: string): string {
  const scales = PREFIXES.map((prefix, i) => ({ prefix, scale: Number(`1e-${3 * i}`) }));
  const { prefix, scale } = scales.find((one) => findExtent(values)[1] >= one.scale) ?? scales.at(-1)!;
  return `${values.map((value) => formatNumber(value / scale)).join(' to ')} ${prefix}${unit}`;
}

function describeReadVoltages(series: readonly ReadingColumn[], readVoltage: number | undefined): string {
  const volts = series.flatMap((s) =>
    s.quantityRole === 'current' && s.columns.readVoltage === undefined ? [s.header.readVoltage ?? readVoltage!] : [],
  );
  return volts.length === 0 ? '' : `, read at ${joinAbbreviated([...new Set(volts)].map((v) => `${v} V`))}`;
}

function describeColumns(table: Table, layout: ColumnLayout, options: ImportOptions): string {
  const { readingColumns, sharedColumns } = layout;
  const nameOf = (at: number) => show(getColumnName(table, at));
  const { quantityRole, header } = readingColumns[0]!;
  const unit = options.unit ?? `${UNITS[quantityRole]}, as no unit is given`;
  const unitRemark = quantityRole === 'weight' || header.unitExponent !== undefined ? '' : ` (${unit})`;
  const names = joinAbbreviated(readingColumns.map(({ columnIndex }) => nameOf(columnIndex)));
  const readAt = describeReadVoltages(readingColumns, options.readVoltage ?? table.readVoltage);
  const shared = (['device', 'cycle', 'direction'] as const).flatMap((role) =>
    sharedColumns[role] === undefined ? [] : [`${role} ${nameOf(sharedColumns[role])}`],
  );
  const repeated = (['pulse', 'voltage', 'width', 'readVoltage'] as const).flatMap((role) => {
    const found = new Set(readingColumns.flatMap(({ columns }) => columns[role] ?? []).map(nameOf));
    return found.size === 0 ? [] : [`${role === 'readVoltage' ? 'read voltage' : role} ${joinAbbreviated([...found])}`];
  });
  return [...shared, ...repeated, `${quantityRole} ${names}${unitRemark}${readAt}`].join(', ');
}

const describeRamp = ([first, last]: LinearRamp, format: (value: number) => string): string =>
  first === last ? format(first) : `${format(first)} to ${format(last)}`;

function describeTrains(trains: readonly Train[]): string {
  const pulses = averagePulseSettings(trains);
  return DIRECTIONS.map((direction) => {
    const own = trains.filter((t) => t.direction === direction);
    if (own.length === 0) return `none ${direction}`;
    const [least, most] = findExtent(own.map((t) => t.elapsed.length));
    const { voltage, width } = pulses[direction];
    const pulse = [
      ...(voltage ? [describeRamp(voltage, (v) => `${formatNumber(v)} V`)] : []),
      ...(width ? [describeRamp(width, (s) => formatWithUnit([s], 's'))] : []),
    ].join(', ');
    const counts = least === most ? least : `${least} to ${most}`;
    return `${formatCount(own.length, 'train')} ${direction} of ${counts} readings${pulse && ` (${pulse})`}`;
  }).join(', ');
}

function summariseImport(
  tables: readonly { readonly table: Table; readonly layout: ColumnLayout; readonly missingCount: number }[],
  trains: readonly Train[],
  notes: ReadonlySet<OrderingAssumption>,
  options: ImportOptions,
): readonly [string, string] {
  const { table, layout } = tables[0]!;
  const more = tables.length > 1 ? ` and ${formatCount(tables.length - 1, 'more table')}` : '';
  const all = trains.flatMap(({ conductance }) => conductance);
  const conditions = tables.flatMap(({ layout }) => layout.readingColumns).filter(({ header }) => header.condition);
  const remarks = [
    ...[...notes].map((note) => ORDERING_NOTES[note]),
    ...describeMissingReadings(sum(tables.map((t) => t.missingCount))),
    ...describeColumnConditions(conditions.map(({ header }) => header.text)),
    ...tables.flatMap(({ table }) => table.remarks),
  ];
  return [
    `${table.name}${more}: ${table.fileFormat}${describeNumberFormat(table)}; ${describeColumns(table, layout, options)}`,
    `${formatCount(all.length, 'reading')} of ${formatCount(listDeviceNames(trains).length, 'device')} from ${formatWithUnit(findExtent(all), 'S')}: ${describeTrains(trains)}${remarks.map((r) => `; ${r}`).join('')}`,
  ];
}

export function parseMeasurement(given: readonly Table[], options: ImportOptions): Measurement {
  const tables = given.map((table) => {
    const layout = detectColumnLayout(table, options);
    return { table, layout, stem: table.fileStem, ...readReadings(table, layout, options) };
  });
  const name = given.map((table) => table.name).join(', ');
  const ordering = new TrainSorter(name);
  const read = ordering.sortIntoTrains(joinTables(tables));
  const { pulseSettings = {} } = options;
  checkPulsesOnce(name, read, pulseSettings);
  const trains = addPulseSettings(read, pulseSettings);
  const [readVoltage, ...others] = new Set(tables.flatMap((table) => [...table.readVoltages]));
  return {
    trains,
    importSummary: summariseImport(tables, trains, ordering.assumptions, options),
    readVoltage: others.length > 0 ? undefined : readVoltage,
  };
}

function checkPulsesOnce(name: string, trains: readonly Train[], pulses: UserPulseSettings): void {
  for (const what of ['voltage', 'width'] as const) {
    const option = what === 'voltage' ? 'write-voltage' : 'write-time';
    if (trains.some((t) => t[what] !== undefined) && Object.values(pulses).some((p) => p[what] !== undefined))
      throw new UserError(`${name}: a column gives the ${what} of the pulses already; leave out --${option}.`);
  }
}

/** Reads measured pulses from a text file, see docs/guide/fitting.md. */
export function readPulses(file: string, options: ImportOptions = {}): Train[] {
  return [...parseMeasurement([parseTable(readTextGrid(file), options.decimal)], options).trains];
}

/** Reads measured pulses from text files and workbooks (.xlsx). Each file is a device, unless columns name devices. */
export async function readMeasurement(
  files: readonly string[],
  options: ImportOptions & { readonly sheet?: string | undefined } = {},
): Promise<Measurement> {
  return parseMeasurement(await readTables(files, options), options);
}
