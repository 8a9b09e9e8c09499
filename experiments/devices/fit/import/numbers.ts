/** What stands in numbers: the mark before decimals, and whether the other one stands between thousands. */
export interface Marks {
  readonly decimal: '.' | ',';
  readonly grouped: boolean;
}

/** What `--decimal` may say. */
export const DECIMALS = ['point', 'comma'] as const;
export type Decimal = (typeof DECIMALS)[number];

export const POINT: Marks = { decimal: '.', grouped: false };
export const ALL_MARKS: readonly Marks[] = (['.', ','] as const).flatMap((decimal) =>
  [false, true].map((grouped) => ({ decimal, grouped })),
);

const other = { '.': ',', ',': '.' } as const;
/** Thousands, without a sign: `1,234`, `1,234,567.8`. */
const GROUPS = { ',': /^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/, '.': /^[1-9]\d{0,2}(\.\d{3})+(,\d*)?$/ } as const;

/** The text of a number with a decimal point and nothing between thousands; NaN: it has marks that do not belong there. */
export function pointed(text: string, { decimal, grouped }: Marks): string {
  const mark = other[decimal];
  if (text.includes(mark) && !(grouped && GROUPS[mark].test(text.replace(/^[-+−–]/, '')))) return Number.NaN.toString();
  return text.replaceAll(mark, '').replace(decimal, '.');
}

/** What one cell says: the mark before its decimals, whether it has thousands, and whether it may be read either way. */
interface Sign extends Marks {
  readonly open: boolean;
}

function signOf(cell: string): Sign | undefined {
  const [, digits = '', exponent] = /^[-+−–]?([\d.,]+)([ed][-+−]?\d+)?(?:\s*[^\d\s.,][^\d]*)?$/i.exec(cell) ?? [];
  const marks = digits.replace(/\d/g, '');
  for (const mark of ['.', ','] as const) {
    if (exponent === undefined && GROUPS[mark].test(digits))
      // One group and no decimals: 2,250 is 2250 or 2.25.
      return { decimal: other[mark], grouped: true, open: marks === mark };
  }
  return marks === '.' || marks === ',' ? { decimal: marks, grouped: false, open: false } : undefined;
}

/** A cell whose number no other cell of its file tells how to read. */
export interface Open {
  readonly row: number;
  readonly column: number;
}

/**
 * The marks of all numbers of a file: those of the cells that can be read in one way only, or else what is told. A single comma before
 * three digits stands between thousands where other numbers have decimal points, and before decimals where others have decimal commas;
 * where no other number tells, the first of them is returned. A single point stands before decimals, unless `semicolons` are between cells.
 */
export function marksOf(rows: readonly (readonly string[])[], semicolons = false, told?: Decimal): Marks | Open {
  const seen = { '.': { sure: 0, grouped: 0, open: 0 }, ',': { sure: 0, grouped: 0, open: 0 } };
  let first: Open | undefined;
  for (const [row, cells] of rows.entries()) {
    for (const [column, cell] of cells.entries()) {
      const sign = signOf(cell);
      if (sign === undefined) continue;
      const own = seen[sign.decimal];
      if (sign.open) own.open++;
      else own.sure++;
      if (sign.grouped && !sign.open) own.grouped++;
      if (sign.open && (sign.decimal === '.' || semicolons)) first ??= { row, column };
    }
  }
  if (told !== undefined) {
    const decimal = told === 'comma' ? ',' : '.';
    return { decimal, grouped: seen[decimal].grouped + seen[decimal].open > 0 };
  }
  // As thousands of decimal commas `2.250` is rare: only with others such as `1.234,5` in the file.
  if (seen[','].sure > seen['.'].sure) return { decimal: ',', grouped: seen[','].grouped > 0 };
  if (first !== undefined && seen['.'].sure === 0) return first;
  return { decimal: '.', grouped: seen['.'].grouped + seen['.'].open > 0 };
}

/** What a column holds that has a unit; all are taken to S, A, Ω, V and s. */
export type Quantity = 'conductance' | 'current' | 'resistance' | 'voltage' | 'time';

const BASES: Readonly<Record<Quantity, string>> = {
  conductance: 's|siemens?|mhos?|1/ohm|ohm\\^?-1',
  current: 'a|amps?|amperes?',
  resistance: 'ohms?',
  voltage: 'v|volts?',
  time: 's|secs?|seconds?',
};
const QUANTITIES = Object.keys(BASES) as Quantity[];
const PREFIXES: Readonly<Record<string, number>> = { f: -15, p: -12, n: -9, u: -6, m: -3, '': 0, k: 3 };
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/[µμ]|\bmicro\s?/gi, 'u'],
  [/Ω|Ω/g, 'ohm'],
  [/\bnano\s?/gi, 'n'],
  [/\bmilli\s?/gi, 'm'],
  [/\bpico\s?/gi, 'p'],
  [/\bkilo\s?/gi, 'k'],
  [/\bmega\s?/gi, 'M'],
  [/−/g, '-'],
];
/** `x10^-6`, `1e-6`, `*10-6`: a power of ten in front of a unit. */
const POWER = /^[x×*·]?\s*(?:1e|10\s*\^?)\s*([+-]?\d+)\s*[x×*·]?\s*/i;
const NORMALISED = /^(a\.?\s?u\.?|arb\.?\s?(u\.?|units?)|norm(\.|ali[sz]ed)?|%|percent)$/i;

/** A power of ten that takes values in this unit to the base unit of a quantity; undefined: not a unit of it. */
export function exponentOf(unit: string, quantity: Quantity): number | undefined {
  const plain = WORDS.reduce((text, [from, to]) => text.replace(from, to), unit.trim());
  const power = POWER.exec(plain);
  const [, prefix, base] = /^([fpnumk]?)(.+)$/i.exec(plain.slice(power?.[0].length ?? 0)) ?? [];
  const found = [prefix ?? '', ''].flatMap((p) => {
    const rest = p === '' ? (prefix ?? '') + (base ?? '') : (base ?? '');
    if (!new RegExp(`^(${BASES[quantity]})$`, 'i').test(rest)) return [];
    // Only of ohms are there millions.
    return p === 'M' && quantity === 'resistance' ? [6] : [PREFIXES[p.toLowerCase()]!];
  });
  return found[0] === undefined ? undefined : found[0] + Number(power?.[1] ?? 0);
}

/** s: units of time that are no power of ten of it. */
const LONG_TIMES: readonly (readonly [RegExp, number])[] = [
  [/^min(ute)?s?$/i, 60],
  [/^h(ou)?rs?$|^h$/i, 3600],
  [/^d(ay)?s?$/i, 86400],
];
/** What a minute, an hour or a day has; undefined: the unit is none of them. */
export const secondsOf = (unit: string): number | undefined =>
  LONG_TIMES.find(([pattern]) => pattern.test(unit.trim()))?.[1];

/** The quantities that a text may be a unit of: `s` of a time or, in a hurry, of a conductance. */
export const quantitiesOf = (unit: string): Quantity[] =>
  QUANTITIES.filter((quantity) => exponentOf(unit, quantity) !== undefined);

/** `a.u.`, `norm.`, `%`: readings as a share of something. */
export const isNormalised = (unit: string): boolean => NORMALISED.test(unit.trim());
export const isPercent = (unit: string): boolean => /^(%|percent)$/i.test(unit.trim());

const PLAIN = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[ed]([+-]?\d+))?$/i;

/** value · 10^exponent, rounded once: `12 nS` is 12e-9 to the last bit. */
function scaled(text: string, exponent: number): number {
  const parts = PLAIN.exec(text.replace(/[−–]/g, '-'));
  return parts === null ? Number.NaN : Number(`${parts[1]}e${Number(parts[2] ?? 0) + exponent}`);
}

/** The number that a text stands for, with the marks of its file; NaN: none. */
export const numberOf = (text: string, marks: Marks = POINT, exponent = 0): number =>
  scaled(pointed(text, marks), exponent);

/** Allowed measured numbers, in the base unit: products of a few of them stay within the range of floating-point numbers. */
export const PLAUSIBLE = 'a number that is 0, or of a size from 1e-60 to 1e15';
export const isPlausible = (value: number): boolean =>
  value === 0 || (Math.abs(value) >= 1e-60 && Math.abs(value) <= 1e15);

/** Whether a text is a number with any marks. */
export const isNumeric = (cell: string): boolean => ALL_MARKS.some((marks) => !Number.isNaN(numberOf(cell, marks)));

/** A number with or without a unit of its own, `10ms`; without one it is in the unit given by `exponent`. */
export function quantityOf(text: string, quantity: Quantity, marks: Marks = POINT, exponent = 0): number {
  const plain = numberOf(text, marks, exponent);
  if (!Number.isNaN(plain)) return plain;
  const [, value, unit] = /^([-+−–]?[\d.,]+(?:e[+-]?\d+)?)\s*(\D.*)$/i.exec(text) ?? [];
  const own = unit === undefined ? undefined : exponentOf(unit, quantity);
  return own === undefined ? Number.NaN : numberOf(value!, marks, own);
}
