/** One measurement in the many ways in which it is written down. */
import type { Train } from '../../../../experiments/devices/fit/import/trains.ts';

export interface Way {
  readonly layout: 'long' | 'devices' | 'series' | 'pairs';
  readonly quantity: 'conductance' | 'current' | 'resistance';
  /** Prefix of the unit, and how the unit stands with the name. */
  readonly prefix: '' | 'm' | 'u' | 'µ' | 'n';
  readonly unitAs: 'bracket' | 'square' | 'underscore' | 'slash' | 'row';
  readonly delimiter: ',' | ';' | '\t';
  readonly comma: boolean;
  readonly words: readonly [string, string];
  readonly end: '\n' | '\r\n';
  readonly bom: boolean;
  readonly preamble: readonly string[];
  readonly trailing: boolean;
  readonly counter: 'from0' | 'from1' | 'fractional' | 'missing' | 'shuffled';
}

export const READ_VOLTAGE = 0.25;
const UNIT = { conductance: 'S', current: 'A', resistance: 'Ohm' } as const;
const NAME = { conductance: 'Conductance', current: 'I', resistance: 'R' } as const;
const POWER = { '': 0, m: -3, u: -6, µ: -6, n: -9 } as const;

type Row = readonly string[];

/** Rows of cells, numbers with decimal points. */
export function cells(trains: readonly Train[], way: Way): Row[] {
  const prefix = way.quantity === 'resistance' && way.prefix !== 'm' ? 'k' : way.prefix;
  const power = prefix === 'k' ? 3 : POWER[prefix];
  const unit = `${prefix}${UNIT[way.quantity]}`;
  const measure = (label: string) => {
    const name = label === '' ? NAME[way.quantity] : `${NAME[way.quantity]} ${label}`;
    if (way.unitAs === 'row') return name;
    const written = { bracket: ` (${unit})`, square: ` [${unit}]`, underscore: `_${unit}`, slash: `/${unit}` };
    return name + written[way.unitAs];
  };
  const value = (g: number | undefined) => {
    if (g === undefined) return '';
    const si = way.quantity === 'conductance' ? g : way.quantity === 'current' ? g * READ_VOLTAGE : 1 / g;
    return (si / 10 ** power).toPrecision(13);
  };
  const word = (t: Train) => way.words[t.direction === 'up' ? 0 : 1];
  const count = (pulse: number) =>
    String(way.counter === 'from1' ? pulse + 1 : way.counter === 'fractional' ? pulse + 0.01 * (pulse % 7) : pulse);
  const isCounted = way.counter !== 'missing';
  const counted = (cell: string) => (isCounted ? [cell] : []);
  const withUnits = (header: Row, rows: Row[]): Row[] => {
    const units = header.map((name) => (name.startsWith(NAME[way.quantity]) ? unit : ''));
    return [header, ...(way.unitAs === 'row' ? [units] : []), ...rows];
  };
  if (way.layout === 'long') {
    const rows = trains.flatMap((t) =>
      t.elapsed.map((pulse, i) => [t.device, t.cycle, word(t), ...counted(count(pulse)), value(t.conductance[i])]),
    );
    const shuffled =
      way.counter === 'shuffled' ? rows.filter((_, i) => i % 2 === 1).concat(rows.filter((_, i) => i % 2 === 0)) : rows;
    return withUnits(['device', 'cycle', 'direction', ...counted('pulse'), measure('')], shuffled);
  }
  const longest = (list: readonly Train[]) => Math.max(...list.map((t) => t.elapsed.length));
  if (way.layout === 'devices') {
    const devices = [...new Set(trains.map((t) => t.device))];
    const blocks = [...new Set(trains.map((t) => JSON.stringify([t.cycle, t.direction])))].map((id) =>
      trains.filter((t) => JSON.stringify([t.cycle, t.direction]) === id),
    );
    const rows = blocks.flatMap((block) =>
      Array.from({ length: longest(block) }, (_, i) => [
        block[0]!.cycle,
        word(block[0]!),
        ...counted(count(i)),
        ...devices.map((d) => value(block.find((t) => t.device === d)?.conductance[i])),
      ]),
    );
    return withUnits(['Cycle', 'Polarity', ...counted('Pulse #'), ...devices.map(measure)], rows);
  }
  const label = (t: Train) => `${t.device} ${t.direction === 'up' ? 'LTP' : 'LTD'} cycle ${t.cycle}`;
  const isPairs = way.layout === 'pairs';
  const header = isPairs
    ? trains.flatMap((t) => [...counted('Pulse number'), measure(label(t))])
    : [...counted('n'), ...trains.map((t) => measure(label(t)))];
  const rows = Array.from({ length: longest(trains) }, (_, i) =>
    isPairs
      ? trains.flatMap((t) => [...counted(i < t.elapsed.length ? count(i) : ''), value(t.conductance[i])])
      : [...counted(count(i)), ...trains.map((t) => value(t.conductance[i]))],
  );
  return withUnits(header, rows);
}

/** The text of a file. Decimal commas go with any separator but the comma, unless cells are quoted. */
export function written(trains: readonly Train[], way: Way): string {
  const cell = (text: string) => {
    const local = way.comma && /^[-\d.e+]+$/.test(text) ? text.replace('.', ',') : text;
    return local.includes(way.delimiter) ? `"${local}"` : local;
  };
  const lines = cells(trains, way).map(
    (row) => row.map(cell).join(way.delimiter) + (way.trailing ? way.delimiter : ''),
  );
  return (way.bom ? '\uFEFF' : '') + [...way.preamble, ...lines].join(way.end) + way.end;
}
