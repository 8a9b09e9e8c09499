import {
  findUnitExponent,
  findUnitQuantities,
  getUnitLengthInSeconds,
  isNormalisedUnit,
  isPercentUnit,
  parseNumber,
  parseQuantity,
  type Quantity,
} from './numbers.ts';
import type { Direction } from './trains.ts';

export const ZERO_CELSIUS = 273.15;

export const QUANTITY_ROLES = ['conductance', 'current', 'resistance', 'weight'] as const;
export type QuantityRole = (typeof QUANTITY_ROLES)[number];
export const DESCRIPTIVE_ROLES = ['device', 'cycle', 'direction', 'pulse', 'voltage', 'width', 'readVoltage'] as const;
export type ColumnRole = QuantityRole | (typeof DESCRIPTIVE_ROLES)[number] | 'time' | 'scatter';

/** Direction of a train as written in a file; `program`, `erase` and the sign of the voltage may mean up or down. */
export type StatedDirection = Direction | 'program' | 'erase' | '+V' | '-V';

const DIRECTION_WORDS: Readonly<Record<Exclude<StatedDirection, '+V' | '-V'>, string>> = {
  up: 'up ltp potentiation potentiating potentiate pot set increase increasing inc rise rising pos positive ascending + +1 1 +1.0 1.0 p 增强 长时程增强 增大 增加 上升 置位',
  down: 'down ltd depression depressing depress dep depr reset decrease decreasing dec fall falling neg negative descending - -1 −1 -1.0 0 d 抑制 长时程抑制 减弱 减小 下降 复位',
  program: 'program programming programmed prog pgm',
  erase: 'erase erasing erased ers',
};
const DIRECTION_OF_WORD = new Map(
  Object.entries(DIRECTION_WORDS).flatMap(([way, list]) =>
    list.split(' ').map((word) => [word, way as StatedDirection]),
  ),
);

export const parseDirection = (cell: string): StatedDirection | undefined =>
  DIRECTION_OF_WORD.get(cell.toLowerCase().replace(/[\s_-]+pulses?$/, ''));

const toSet = (text: string) => new Set(text.split(' '));
const FILLERS = toSet('in no nr num number index idx of id the n # mean avg average measured value synaptic');
const MAIN_WORDS: readonly (readonly [ColumnRole, ReadonlySet<string>])[] = [
  ['conductance', toSet('g y yf gread conductance conductances conductivity cond leitwert leitfähigkeit 电导')],
  ['weight', toSet('w weight weights gewicht norm normalised normalized relative gmax')],
  ['current', toSet('i current currents epsc ipsc psc strom ids imeas iread 电流')],
  ['resistance', toSet('r resistance widerstand res 电阻')],
  [
    'pulse',
    toSet(
      'pulse pulses x xf n no nr num number count counter index idx # step steps spike spikes state puls pulsnummer 脉冲 脉冲数 脉冲次数 序号',
    ),
  ],
  [
    'cycle',
    toSet(
      'cycle cycles rep repeat repeats repetition run loop iteration trial sweep round train epoch zyklus 循环 周期',
    ),
  ],
  ['device', toSet('device devices dev cell sample synapse memristor junction chip die unit bauteil 器件')],
];
const MORE_WORDS: Readonly<Partial<Record<ColumnRole, ReadonlySet<string>>>> = {
  conductance: toSet('read channel ds device memristor d s'),
  weight: toSet('g conductance cond read'),
  current: toSet('read channel drain post d ds i m meas postsynaptic abs device memristor smu ch'),
  resistance: toSet('read channel device memristor'),
  pulse: toSet('p applied write'),
};
const PHRASES: readonly (readonly [ColumnRole, RegExp])[] = [
  ['scatter', /\b(sd|std|stdev|stddev|err|error|errors|sigma|sem|dev of|variance)\b/],
  ['readVoltage', /^(v ?read|read (voltage|v|bias)|u ?read)$/],
  [
    'voltage',
    /^(v|u|voltage|spannung|电压|amplitude|amp|bias|(pulse|write|programming|program|prog|applied|gate|bias|set|reset) (voltage|amplitude|height|v|bias)|v ?(pulse|write|p|g|gs|prog|program|applied|app|w|amp))( amplitude)?$/,
  ],
  [
    'width',
    /^((pulse|write) )?(width|duration|length|breite)$|^(pulse|write) time$|^(pw|tw|tp|t ?(pulse|write|width)|t (w|p)|pulse t)$/,
  ],
  ['time', /^(time|t|elapsed( time)?|timestamp|zeit|seconds|时间)$/],
  ['direction', /^(direction|dir|polarity|sign|pulse (type|polarity|direction|sign)|richtung|类型|方向|极性)$/],
];

/** Known Chinese words, longest first; Chinese headers have no spaces between words. */
const CHINESE_WORDS = new RegExp(
  [...DIRECTION_OF_WORD.keys(), ...MAIN_WORDS.flatMap(([, own]) => [...own])]
    .filter((word) => /\p{Script=Han}/u.test(word))
    .sort((a, b) => b.length - a.length)
    .join('|'),
  'g',
);

const splitWords = (header: string): string[] =>
  header
    .replace(CHINESE_WORDS, ' $& ')
    .replace(/([a-zäöü])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/(\p{L})(\d)/gu, '$1 $2')
    .replace(/(\d)(\p{L})/gu, '$1 $2')
    .split(/[^\p{L}\d#]+/u)
    .filter((word) => word !== '');

export interface HeaderLabels {
  readonly direction?: StatedDirection;
  readonly device?: string;
  readonly cycle?: string;
}

export const isUnlabelled = ({ direction, device, cycle }: HeaderLabels): boolean =>
  (direction ?? device ?? cycle) === undefined;

const DEVICE_WORDS = toSet('device dev cell sample synapse memristor chip die d junction');
const CYCLE_WORDS = toSet('cycle cyc run rep repeat trial loop iteration sweep round train ramp rmp c');

/** Parses direction, device and cycle in a header such as `G D1 LTP cycle 2`; `rest`: remaining words. */
export function parseHeaderLabels(header: string): HeaderLabels & { readonly rest: readonly string[] } {
  const rest: string[] = [];
  const found: { direction?: StatedDirection; device?: string; cycle?: string } = {};
  const all = splitWords(header);
  for (let i = 0; i < all.length; i++) {
    const [word, next] = [all[i]!, all[i + 1]];
    const way = word.length > 1 && !/\d/.test(word) ? parseDirection(word) : undefined;
    const isNumbered = next !== undefined && /^(\d+|[a-z])$/.test(next);
    if (way !== undefined) found.direction = way;
    else if (DEVICE_WORDS.has(word) && isNumbered)
      [found.device, i] = [header.match(new RegExp(`${word}\\W*${next}`, 'i'))?.[0] ?? next, i + 1];
    else if (CYCLE_WORDS.has(word) && isNumbered) [found.cycle, i] = [next, i + 1];
    else rest.push(word);
  }
  const last = rest.at(-1);
  if (last === undefined || !/^\d+$/.test(last)) return { ...found, rest };
  // In column headers, `LTP 2` means cycle 2 and `G 2` means device 2. A number after other words may be part of a
  // name, so it is kept.
  const before = rest.slice(0, -1);
  if (found.direction !== undefined) return { cycle: last, ...found, rest: before };
  if (findRole(before) !== undefined) return { device: last, ...found, rest: before };
  return { ...found, rest };
}

function findRole(rest: readonly string[]): ColumnRole | undefined {
  const phrase = rest.join(' ');
  const isMain = ([role, own]: (typeof MAIN_WORDS)[number]) =>
    rest.some((word) => own.has(word)) &&
    rest.every((word) => own.has(word) || FILLERS.has(word) || MORE_WORDS[role]?.has(word));
  return (PHRASES.find(([, pattern]) => pattern.test(phrase)) ?? MAIN_WORDS.find(isMain))?.[0];
}

const VOLTAGE = String.raw`(?:@|(?<![a-z])(?:at|v[\s_]*r(?:ead)?(?=\s*=)))[\s_]*(?:v?[\s_]*r?(?:ead)?\s*=)?\s*([-+−]?[\d.,]+)[\s_]*([mµu]?v)(?![a-z])`;
const READ_AT = new RegExp(String.raw`[([{]\s*${VOLTAGE}\s*[)\]}]|${VOLTAGE}`, 'i');

/** Splits the read voltage from a header: `I @ 0.1 V (nA)`, `Current at 100mV`, `I (Vread = 0.1 V)`. */
function splitReadVoltage(text: string): { readonly name: string; readonly readVoltage?: number } {
  const found = READ_AT.exec(text);
  if (found === null) return { name: text };
  const [value, unit] = [found[1] ?? found[3]!, found[2] ?? found[4]!];
  const readVoltage = parseQuantity(value.replace(',', '.') + unit, 'voltage');
  if (!Number.isFinite(readVoltage) || readVoltage === 0) return { name: text };
  return { name: text.replace(found[0], ' ').trim(), readVoltage };
}

/** Condition of the readings in a column: pulse voltage (`1.2 V`), pulse width (`100 ns`) or temperature (`85C`). */
export interface ColumnCondition {
  readonly role: 'voltage' | 'width' | 'temperature';
  /** Value of the condition: voltage in V, width in s or temperature in K. */
  readonly siValue: number;
}

const CONDITION = /^([-+−]?\d+(?:[.,]\d+)?)\s*(?:(m?v)|([mµu]?s|ns)|(°\s?c|c|k))$/i;

function parseCondition(text: string): ColumnCondition | undefined {
  const [, number, voltage, time, temperature] = CONDITION.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  const value = parseNumber(number.replace(',', '.'));
  if (voltage !== undefined) return { role: 'voltage', siValue: parseQuantity(`${value}${voltage}`, 'voltage') };
  if (time !== undefined) return { role: 'width', siValue: parseQuantity(`${value}${time}`, 'time') };
  return { role: 'temperature', siValue: /c/i.test(temperature!) ? value + ZERO_CELSIUS : value };
}

export interface ColumnHeader extends HeaderLabels {
  readonly condition?: ColumnCondition;
  readonly text: string;
  readonly nameWithoutUnit: string;
  /** Unit in the header or in a row of units below it; empty if there is none. */
  readonly unit: string;
  readonly role: ColumnRole | undefined;
  readonly unitExponent: number | undefined;
  readonly isPercent: boolean;
  readonly readVoltage?: number;
}

const QUANTITIES: Readonly<Partial<Record<ColumnRole, Quantity>>> = {
  conductance: 'conductance',
  current: 'current',
  resistance: 'resistance',
  voltage: 'voltage',
  readVoltage: 'voltage',
  width: 'time',
  time: 'time',
};
export const findRoleQuantity = (role: ColumnRole | undefined): Quantity | undefined => role && QUANTITIES[role];

type Split = { readonly name: string; readonly unit: string };

/** Splits a header into name and unit: `G (uS)`, `I_nA`, `Conductance/µS`. */
function splitUnit(
  text: string,
  isInBrackets: (unit: string) => boolean,
  isAtEnd: (unit: string, name: string) => boolean,
): Split {
  for (const bracket of text.matchAll(/\s*[([{]\s*([^()[\]{}]*)\s*[)\]}]/g)) {
    const unit = bracket[1]!.trim();
    const name = `${text.slice(0, bracket.index)} ${text.slice(bracket.index + bracket[0].length)}`;
    if (unit === 's' && /pulse\s*$/i.test(name)) return { name, unit: '' }; // "pulse(s)"
    if (isInBrackets(unit)) return { name, unit };
  }
  const [, name, unit] = /^(.*[^\s_/,])[\s_/,]+(\S+)$/.exec(text) ?? [];
  return unit !== undefined && isAtEnd(unit, name!) ? { name: name!, unit } : { name: text, unit: '' };
}

const isReadingUnit = (unit: string): boolean => findUnitQuantities(unit).length > 0 || isNormalisedUnit(unit);

const splitReadingUnit = (text: string): Split =>
  splitUnit(text, isReadingUnit, (unit, name) => {
    if (isNormalisedUnit(unit)) return true;
    const quantity = findRoleQuantity(findRole(parseHeaderLabels(name).rest));
    if (quantity === undefined) return unit.length > 1 && findUnitQuantities(unit).length > 0;
    return findUnitExponent(unit, quantity) !== undefined;
  });

/** True for known units of any quantity, such as hours or Hz; false for `a.u.`. */
const isUnit = (unit: string): boolean =>
  isPercentUnit(unit) ||
  /^(k|°?c|hz|khz|kelvin|celsius)$/i.test(unit) ||
  getUnitLengthInSeconds(unit) !== undefined ||
  findUnitQuantities(unit).length > 0;

/** Parses a column header. @param below cell in the row of units below */
export function parseHeader(text: string, below = ''): ColumnHeader {
  const condition = parseCondition(text);
  const unknown = { text, nameWithoutUnit: text, unit: '', role: undefined, unitExponent: undefined, isPercent: false };
  if (condition !== undefined) return { ...unknown, cycle: text, condition };
  const { name: whole, readVoltage } = splitReadVoltage(text);
  const unitBelow = below.replace(/^[([{]\s*|\s*[)\]}]$/g, '');
  const own = splitUnit(whole, isUnit, isUnit);
  const { name, unit: ownUnit } = splitReadingUnit(whole);
  const unit = ownUnit || unitBelow;
  const { rest, ...labels } = parseHeaderLabels(name);
  const known = findRole(rest);
  const quantities = findUnitQuantities(unit);
  // If the name of a column is unknown, its unit decides its role: `Pulse (V)` is a voltage, `Pulse (ms)` a width.
  const byUnit = known === undefined || known === 'pulse' || known === 'weight' ? quantities[0] : undefined;
  let role: ColumnRole | undefined = byUnit === 'time' && known === 'pulse' ? 'width' : (byUnit ?? known);
  if (isNormalisedUnit(unit) && (role === 'conductance' || role === 'current' || role === undefined)) role = 'weight';
  const quantity = findRoleQuantity(role);
  const unitExponent = quantity === undefined ? undefined : findUnitExponent(unit, quantity);
  return {
    ...labels,
    text,
    nameWithoutUnit: own.name
      .replace(/[_\s.]+/g, ' ')
      .trim()
      .toLowerCase(),
    unit: own.unit || (isUnit(unitBelow) ? unitBelow : ''),
    role,
    unitExponent,
    isPercent: isPercentUnit(unit),
    ...(readVoltage !== undefined && { readVoltage }),
  };
}
