import { formatCount, show } from '../../../../core/declare/show.ts';
import { extentOf } from '../lists.ts';
import { describeMarks } from './columns.ts';
import type { Layout, Series } from './layout.ts';
import type { OrderingAssumption } from './order.ts';
import type { ReadingOptions } from './readings.ts';
import { getColumnName, type Table } from './table.ts';
import { type Course, DIRECTIONS, meanPulseSettings, type Train } from './trains.ts';

/** Sentence for each assumption made when the readings were put in order. */
const NOTES: Readonly<Record<OrderingAssumption, string>> = {
  sorted: 'put in the order of the counter',
  rounded: 'fractional counters rounded',
  ranked: 'fractional counters replaced by the number of the reading',
  filled: 'empty counters filled in',
  turns: 'directions taken from where the conductance turns',
  signs: 'directions taken from the sign of the voltage',
  words: 'program and erase taken as the directions in which they move the conductance',
};
const UNITS = { conductance: 'S', current: 'A', resistance: 'Ω', weight: '' } as const;
const PREFIXES = ['', 'm', 'µ', 'n', 'p'];
const digits = (value: number): string => String(Number(value.toPrecision(3)));

/** Formats values in one unit, with the SI prefix of the largest value, from pico to none: `12 to 40 µS`. */
function withUnit(values: readonly number[], unit: string): string {
  const most = extentOf(values)[1];
  const at = PREFIXES.findIndex((_, i) => most >= Number(`1e-${3 * i}`));
  const step = at < 0 ? PREFIXES.length - 1 : at;
  const scale = Number(`1e-${3 * step}`);
  return `${values.map((value) => digits(value / scale)).join(' to ')} ${PREFIXES[step]}${unit}`;
}

/** Joins words with commas; of more than `maxCount` words, shows only the first two and the last. */
const list = (words: readonly string[], maxCount = 4): string =>
  words.length <= maxCount ? words.join(', ') : `${words.slice(0, 2).join(', ')} … ${words.at(-1)} (${words.length})`;

/** Text on the read voltages of currents; empty if a column gives them. */
function describeReadVoltages(series: readonly Series[], { readVoltage }: ReadingOptions): string {
  const volts = series.flatMap((s) =>
    s.measure === 'current' && s.readVoltage === undefined ? [s.header.readVoltage ?? readVoltage!] : [],
  );
  return volts.length === 0 ? '' : `, read at ${list([...new Set(volts)].map((v) => `${v} V`))}`;
}

/** Text on the columns and their roles: `pulse "n", conductance "G" (uS)`. */
function describeColumns(table: Table, layout: Layout, options: ReadingOptions): string {
  const { series } = layout;
  const nameOf = (at: number) => show(getColumnName(table, at));
  const { measure, header } = series[0]!;
  const unit = options.unit ?? `${UNITS[measure]}, as no unit is given`;
  const shared = (['device', 'cycle', 'direction'] as const).flatMap((role) =>
    layout[role] === undefined ? [] : [`${role} ${nameOf(layout[role])}`],
  );
  const repeated = (['pulse', 'voltage', 'width', 'readVoltage'] as const).flatMap((role) => {
    const names = [...new Set(series.flatMap((s) => (s[role] === undefined ? [] : [nameOf(s[role])])))];
    return names.length === 0 ? [] : [`${role === 'readVoltage' ? 'read voltage' : role} ${list(names)}`];
  });
  return [
    ...shared,
    ...repeated,
    `${measure} ${list(series.map(({ at }) => nameOf(at)))}${measure === 'weight' || header.exponent !== undefined ? '' : ` (${unit})`}${describeReadVoltages(series, options)}`,
  ].join(', ');
}

const describeCourse = ([first, last]: Course, withUnitOf: (value: number) => string): string =>
  first === last ? withUnitOf(first) : `${withUnitOf(first)} to ${withUnitOf(last)}`;

const seconds = (value: number): string => withUnit([value], 's');

/** Text on the number of trains and readings per direction, and on voltage and width of the pulses. */
function describeTrains(trains: readonly Train[]): string {
  const pulses = meanPulseSettings(trains);
  const each = DIRECTIONS.map((direction) => {
    const own = trains.filter((t) => t.direction === direction);
    if (own.length === 0) return `none ${direction}`;
    const [least, most] = extentOf(own.map((t) => t.elapsed.length));
    const { voltage, width } = pulses[direction];
    const known = [
      ...(voltage ? [describeCourse(voltage, (v) => `${digits(v)} V`)] : []),
      ...(width ? [describeCourse(width, seconds)] : []),
    ];
    return `${formatCount(own.length, 'train')} ${direction} of ${least === most ? least : `${least} to ${most}`} readings${known.length > 0 ? ` (${known.join(', ')})` : ''}`;
  });
  return each.join(', ');
}

/** Two lines on the imported files: first the column layout, then the readings, devices and trains. */
export function importSummary(
  tables: readonly { readonly table: Table; readonly layout: Layout }[],
  trains: readonly Train[],
  notes: ReadonlySet<OrderingAssumption>,
  absent: number,
  options: ReadingOptions,
): readonly [string, string] {
  const { table, layout } = tables[0]!;
  const more = tables.length > 1 ? ` and ${formatCount(tables.length - 1, 'more table')}` : '';
  const all = trains.flatMap(({ conductance }) => conductance);
  const remarks = [
    ...[...notes].map((note) => NOTES[note]),
    ...(absent > 0 ? [`${formatCount(absent, 'reading')} marked as absent left out`] : []),
  ];
  const devices = new Set(trains.map((t) => t.device)).size;
  return [
    `${table.name}${more}: ${table.kind}${describeMarks(table)}; ${describeColumns(table, layout, options)}`,
    `${formatCount(all.length, 'reading')} of ${formatCount(devices, 'device')} from ${withUnit(extentOf(all), 'S')}: ${describeTrains(trains)}${remarks.map((r) => `; ${r}`).join('')}`,
  ];
}
