import { exponentOf, isNormalised, isPercent, type Quantity, quantitiesOf, quantityOf } from './numbers.ts';
import type { Direction } from './trains.ts';

/** What a column may be. The measures are the ones that hold readings. */
export const MEASURES = ['conductance', 'current', 'resistance', 'weight'] as const;
export type Measure = (typeof MEASURES)[number];
export const KEYS = ['device', 'cycle', 'direction', 'pulse', 'voltage', 'width', 'readVoltage'] as const;
export type Role = Measure | (typeof KEYS)[number] | 'time' | 'scatter';

/** Which way a train goes, as far as words tell: a cell that is programmed or pulsed positively may go either way. */
export type Way = Direction | 'program' | 'erase' | '+V' | '-V';

const WAYS: Readonly<Record<Exclude<Way, '+V' | '-V'>, string>> = {
  up: 'up ltp potentiation potentiating potentiate pot set increase increasing inc rise rising pos positive ascending + +1 1 +1.0 1.0 p',
  down: 'down ltd depression depressing depress dep depr reset decrease decreasing dec fall falling neg negative descending - -1 −1 -1.0 0 d',
  program: 'program programming programmed prog pgm',
  erase: 'erase erasing erased ers',
};
const WAY_OF = new Map(
  Object.entries(WAYS).flatMap(([way, words]) => words.split(' ').map((word) => [word, way as Way] as const)),
);

/** The direction that a cell names: `LTP`, `Reset`, `-1`. */
export const wayOf = (cell: string): Way | undefined => WAY_OF.get(cell.toLowerCase().replace(/[\s_-]+pulses?$/, ''));

const words = (text: string) => new Set(text.split(' '));
const FILLERS = words('in no nr num number index idx id of the n # mean avg average measured value synaptic');
const MAIN: readonly (readonly [Role, ReadonlySet<string>])[] = [
  ['conductance', words('g y yf gread conductance conductances conductivity cond leitwert leitfähigkeit')],
  ['weight', words('w weight weights gewicht norm normalised normalized relative gmax')],
  ['current', words('i current currents epsc ipsc psc strom ids imeas iread')],
  ['resistance', words('r resistance widerstand res')],
  [
    'pulse',
    words(
      'pulse pulses x xf n no nr num number count counter index idx # step steps spike spikes state puls pulsnummer',
    ),
  ],
  [
    'cycle',
    words('cycle cycles rep repeat repeats repetition run loop iteration trial sweep round train epoch zyklus'),
  ],
  ['device', words('device devices dev cell sample synapse memristor junction chip die unit bauteil')],
];
const EXTRA: Readonly<Partial<Record<Role, ReadonlySet<string>>>> = {
  conductance: words('read channel ds device memristor d s'),
  weight: words('g conductance cond read'),
  current: words('read channel drain post d ds i m meas postsynaptic abs device memristor smu ch'),
  resistance: words('read channel device memristor'),
  pulse: words('p applied write'),
};
const PHRASES: readonly (readonly [Role, RegExp])[] = [
  ['scatter', /\b(sd|std|stdev|stddev|err|error|errors|sigma|sem|dev of|variance)\b/],
  ['readVoltage', /^(v ?read|read (voltage|v|bias)|u ?read)$/],
  [
    'voltage',
    /^(v|u|voltage|spannung|amplitude|amp|bias|(pulse|write|programming|program|prog|applied|gate|bias|set|reset) (voltage|amplitude|height|v|bias)|v ?(pulse|write|p|g|gs|prog|program|applied|app|w|amp))( amplitude)?$/,
  ],
  [
    'width',
    /^((pulse|write) )?(width|duration|length|breite)$|^(pulse|write) time$|^(pw|tw|tp|t ?(pulse|write|width)|t (w|p)|pulse t)$/,
  ],
  ['time', /^(time|t|elapsed( time)?|timestamp|zeit|seconds)$/],
  ['direction', /^(direction|dir|polarity|sign|pulse (type|polarity|direction|sign)|richtung)$/],
];

/** The words of a name: at spaces and signs, between letters and digits, before capitals. */
const wordsIn = (name: string): string[] =>
  name
    .replace(/([a-zäöü])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/(\p{L})(\d)/gu, '$1 $2')
    .replace(/(\d)(\p{L})/gu, '$1 $2')
    .split(/[^\p{L}\d#]+/u)
    .filter((word) => word !== '');

export interface Labels {
  readonly way?: Way;
  readonly device?: string;
  readonly cycle?: string;
}

const DEVICE = words('device dev cell sample synapse memristor chip die d junction');
const CYCLE = words('cycle cyc run rep repeat trial loop iteration sweep round train ramp rmp c');

/** Takes direction, device and cycle out of the words of a name: `G D1 LTP cycle 2`; what is left says what it is. */
export function labelsOf(name: string): Labels & { readonly rest: readonly string[] } {
  const rest: string[] = [];
  const found: { way?: Way; device?: string; cycle?: string } = {};
  const given = wordsIn(name);
  for (let i = 0; i < given.length; i++) {
    const [word, next] = [given[i]!, given[i + 1]];
    const way = word.length > 1 && !/\d/.test(word) ? wayOf(word) : undefined;
    const numbered = next !== undefined && /^(\d+|[a-z])$/.test(next);
    if (way !== undefined) found.way = way;
    else if (DEVICE.has(word) && numbered)
      [found.device, i] = [name.match(new RegExp(`${word}\\W*${next}`, 'i'))?.[0] ?? next, i + 1];
    else if (CYCLE.has(word) && numbered) [found.cycle, i] = [next, i + 1];
    else rest.push(word);
  }
  const last = rest.at(-1);
  if (last === undefined || !/^\d+$/.test(last)) return { ...found, rest };
  // `LTP 2` is a cycle, `G 2` a device; the number of a name that is not known belongs to it.
  const before = rest.slice(0, -1);
  if (found.way !== undefined) return { cycle: last, ...found, rest: before };
  if (roleOfWords(before) !== undefined) return { device: last, ...found, rest: before };
  return { ...found, rest };
}

function roleOfWords(rest: readonly string[]): Role | undefined {
  const phrase = rest.join(' ');
  const main = MAIN.find(
    ([role, own]) =>
      rest.some((word) => own.has(word)) &&
      rest.every((word) => own.has(word) || FILLERS.has(word) || EXTRA[role]?.has(word)),
  )?.[0];
  return PHRASES.find(([, pattern]) => pattern.test(phrase))?.[0] ?? main;
}

const VOLTAGE = String.raw`(?:@|(?<![a-z])(?:at|v[\s_]*r(?:ead)?(?=\s*=)))[\s_]*(?:v?[\s_]*r?(?:ead)?\s*=)?\s*([-+−]?[\d.,]+)[\s_]*([mµu]?v)(?![a-z])`;
const READ_AT = new RegExp(String.raw`[([{]\s*${VOLTAGE}\s*[)\]}]|${VOLTAGE}`, 'i');

/** Takes the voltage at which was read out of a header: `I @ 0.1 V (nA)`, `Current at 100mV`, `I (Vread = 0.1 V)`. */
export function readAt(text: string): { readonly name: string; readonly readVoltage?: number } {
  const found = READ_AT.exec(text);
  if (found === null) return { name: text };
  const [value, unit] = [found[1] ?? found[3]!, found[2] ?? found[4]!];
  const readVoltage = quantityOf(value.replace(',', '.') + unit, 'voltage');
  if (!Number.isFinite(readVoltage) || readVoltage === 0) return { name: text };
  return { name: text.replace(found[0], ' ').trim(), readVoltage };
}

/** What a header says of its column. */
export interface Name extends Labels {
  readonly text: string;
  readonly role: Role | undefined;
  /** Power of ten to the base unit; undefined where no unit is given. */
  readonly exponent: number | undefined;
  readonly percent: boolean;
  /** V at which its currents were read. */
  readonly readVoltage?: number;
}

const QUANTITY: Readonly<Partial<Record<Role, Quantity>>> = {
  conductance: 'conductance',
  current: 'current',
  resistance: 'resistance',
  voltage: 'voltage',
  readVoltage: 'voltage',
  width: 'time',
  time: 'time',
};
export const quantityOfRole = (role: Role | undefined): Quantity | undefined => role && QUANTITY[role];

/** A header without a unit, and the unit: `G (uS)`, `I_nA`, `Conductance/µS`. A bracket that holds no unit is part of the name. */
function unitIn(text: string): { name: string; unit: string } {
  for (const bracket of text.matchAll(/\s*[([{]\s*([^()[\]{}]*)\s*[)\]}]/g)) {
    const unit = bracket[1]!.trim();
    const name = `${text.slice(0, bracket.index)} ${text.slice(bracket.index + bracket[0].length)}`;
    if (unit === 's' && /pulse\s*$/i.test(name)) return { name, unit: '' };
    if (quantitiesOf(unit).length > 0 || isNormalised(unit)) return { name, unit };
  }
  const [, name, unit] = /^(.*[^\s_/,])[\s_/,]+(\S+)$/.exec(text) ?? [];
  if (unit === undefined) return { name: text, unit: '' };
  const role = roleOfWords(labelsOf(name!).rest);
  const quantity = quantityOfRole(role);
  const isUnit =
    isNormalised(unit) ||
    (quantity === undefined
      ? unit.length > 1 && quantitiesOf(unit).length > 0
      : exponentOf(unit, quantity) !== undefined);
  return isUnit ? { name: name!, unit } : { name: text, unit: '' };
}

/** Reads a header, with the cell of a row of units below it where there is one. */
export function nameOf(text: string, below = ''): Name {
  const { name: said, readVoltage } = readAt(text);
  const { name, unit: own } = unitIn(said);
  const unit = own || below.replace(/^[([{]\s*|\s*[)\]}]$/g, '');
  const { rest, ...labels } = labelsOf(name);
  const known = roleOfWords(rest);
  const quantities = quantitiesOf(unit);
  // A bare unit tells what a column holds; `Pulse (V)` is no counter, `Pulse (ms)` a length.
  const told = known === undefined || known === 'pulse' || known === 'weight' ? quantities[0] : undefined;
  const byUnit = told === 'time' && known === 'pulse' ? 'width' : told;
  let role: Role | undefined = byUnit ?? known;
  if (isNormalised(unit) && (role === 'conductance' || role === 'current' || role === undefined)) role = 'weight';
  const quantity = quantityOfRole(role);
  const exponent = quantity === undefined ? undefined : exponentOf(unit, quantity);
  return {
    ...labels,
    text,
    role,
    exponent,
    percent: isPercent(unit),
    ...(readVoltage !== undefined && { readVoltage }),
  };
}
