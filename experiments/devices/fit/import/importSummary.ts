import { plural, show } from '../../../../core/declare/show.ts';
import type { Layout, Series } from './layout.ts';
import type { Note } from './order.ts';
import type { ReadingOptions } from './readings.ts';
import { columnName, type Table } from './table.ts';
import { type Course, DIRECTIONS, pulsesOf, type Train } from './trains.ts';

/** Sentence of each assumption that the order of readings needed. */
const NOTES: Readonly<Record<Note, string>> = {
  sorted: 'put in the order of the counter',
  rounded: 'fractional counters rounded',
  ranked: 'fractional counters replaced by the number of the reading',
  filled: 'empty counters filled in',
  turns: 'directions taken from where the conductance turns',
  signs: 'directions taken from the sign of the voltage',
  words: 'program and erase taken as the directions in which they move the conductance',
};

const SCALES = [
  [1, 'S'],
  [1e-3, 'mS'],
  [1e-6, 'µS'],
  [1e-9, 'nS'],
  [1e-12, 'pS'],
] as const;
const digits = (value: number): string => String(Number(value.toPrecision(3)));

function siemens(low: number, high: number): string {
  const [by, unit] = SCALES.find(([scale]) => high >= scale) ?? SCALES.at(-1)!;
  return `${digits(low / by)} to ${digits(high / by)} ${unit}`;
}

const list = (words: readonly string[], most = 4): string =>
  words.length <= most ? words.join(', ') : `${words.slice(0, 2).join(', ')} … ${words.at(-1)} (${words.length})`;

/** Read voltages of currents, if no column has them. */
function describeReadVoltages(series: readonly Series[], { readVoltage }: ReadingOptions): string {
  const volts = series.flatMap((s) =>
    s.measure === 'current' && s.readVoltage === undefined ? [s.name.readVoltage ?? readVoltage!] : [],
  );
  return volts.length === 0 ? '' : `, read at ${list([...new Set(volts)].map((v) => `${v} V`))}`;
}

/** Columns by role: `pulse "n", conductance "G" (uS)`. */
function describeColumns(table: Table, { series, ...keys }: Layout, options: ReadingOptions): string {
  const called = (at: number) => show(columnName(table, at));
  const each = (role: 'pulse' | 'voltage' | 'width' | 'readVoltage') => [
    ...new Set(series.flatMap((s) => (s[role] === undefined ? [] : [called(s[role])]))),
  ];
  const { measure, name } = series[0]!;
  const unit =
    measure === 'weight'
      ? ''
      : name.exponent === undefined
        ? ` (${options.unit ?? { conductance: 'S', current: 'A', resistance: 'Ω' }[measure]}${options.unit ? '' : ', as no unit is given'})`
        : '';
  const shared = (['device', 'cycle', 'direction'] as const).flatMap((key) =>
    keys[key] === undefined ? [] : [`${key} ${called(keys[key])}`],
  );
  const others = (['pulse', 'voltage', 'width', 'readVoltage'] as const).flatMap((role) => {
    const names = each(role);
    return names.length === 0 ? [] : [`${role === 'readVoltage' ? 'read voltage' : role} ${list(names)}`];
  });
  return [
    ...shared,
    ...others,
    `${measure} ${list(series.map(({ at }) => called(at)))}${unit}${describeReadVoltages(series, options)}`,
  ].join(', ');
}

const course = ([first, last]: Course, unit: (v: number) => string) =>
  first === last ? unit(first) : `${unit(first)} to ${unit(last)}`;
const seconds = (s: number) =>
  s >= 1
    ? `${digits(s)} s`
    : s >= 1e-3
      ? `${digits(s * 1e3)} ms`
      : s >= 1e-6
        ? `${digits(s * 1e6)} µs`
        : `${digits(s * 1e9)} ns`;

/** Number of trains and readings per direction, with voltage and width of the pulses. */
function describeTrains(trains: readonly Train[]): string {
  const each = DIRECTIONS.map((direction) => {
    const own = trains.filter((t) => t.direction === direction);
    if (own.length === 0) return `none ${direction}`;
    const sizes = own.map((t) => t.elapsed.length);
    const [least, most] = [sizes.reduce((a, b) => Math.min(a, b)), sizes.reduce((a, b) => Math.max(a, b))];
    const { voltage, width } = pulsesOf(trains)[direction];
    const pulse = [
      ...(voltage ? [course(voltage, (v) => `${digits(v)} V`)] : []),
      ...(width ? [course(width, seconds)] : []),
    ];
    return `${plural(own.length, 'train')} ${direction} of ${least === most ? least : `${least} to ${most}`} readings${pulse.length > 0 ? ` (${pulse.join(', ')})` : ''}`;
  });
  return each.join(', ');
}

/** Decimal and thousands marks, if they are not plain decimal points. */
export function describeMarks({ marks: { decimal, grouped } }: Table): string {
  const between = decimal === ',' ? 'points' : 'commas';
  return `${decimal === ',' ? ', decimal commas' : ''}${grouped ? `, ${between} between thousands` : ''}`;
}

/** Two lines about the imported files: layout of the columns, and readings, devices and trains. */
export function importSummary(
  tables: readonly { readonly table: Table; readonly layout: Layout }[],
  trains: readonly Train[],
  notes: ReadonlySet<Note>,
  absent: number,
  options: ReadingOptions,
): readonly [string, string] {
  const { table, layout } = tables[0]!;
  const more = tables.length > 1 ? ` and ${plural(tables.length - 1, 'more table')}` : '';
  const all = trains.flatMap(({ conductance }) => conductance);
  const range = siemens(
    all.reduce((a, b) => Math.min(a, b)),
    all.reduce((a, b) => Math.max(a, b)),
  );
  const remarks = [
    ...[...notes].map((note) => NOTES[note]),
    ...(absent > 0 ? [`${plural(absent, 'reading')} marked as absent left out`] : []),
  ];
  const devices = new Set(trains.map((t) => t.device)).size;
  return [
    `${table.name}${more}: ${table.kind}${describeMarks(table)}; ${describeColumns(table, layout, options)}`,
    `${plural(all.length, 'reading')} of ${plural(devices, 'device')} from ${range}: ${describeTrains(trains)}${remarks.map((r) => `; ${r}`).join('')}`,
  ];
}
