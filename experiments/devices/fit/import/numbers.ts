export interface NumberFormat {
  readonly decimalMark: '.' | ',';
  readonly isGrouped: boolean;
}

export const DECIMAL_MARK_NAMES = ['point', 'comma'] as const;
export type DecimalMarkName = (typeof DECIMAL_MARK_NAMES)[number];

const POINT: NumberFormat = { decimalMark: '.', isGrouped: false };
const ALL_MARKS: readonly NumberFormat[] = (['.', ','] as const).flatMap((decimalMark) =>
  [false, true].map((isGrouped) => ({ decimalMark, isGrouped })),
);

const OTHER_MARK = { '.': ',', ',': '.' } as const;
/** Patterns of unsigned numbers by thousands separator, such as `1,234` and `1,234,567.8`. */
const GROUPED_NUMBERS = { ',': /^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/, '.': /^[1-9]\d{0,2}(\.\d{3})+(,\d*)?$/ } as const;

/** Rewrites a number with a decimal point and without thousands separators; `NaN` if a separator is misplaced. */
export function toDecimalPoint(text: string, { decimalMark, isGrouped }: NumberFormat): string {
  const mark = OTHER_MARK[decimalMark];
  if (text.includes(mark) && !(isGrouped && GROUPED_NUMBERS[mark].test(text.replace(/^[-+−–]/, ''))))
    return Number.NaN.toString();
  return text.replaceAll(mark, '').replace(decimalMark, '.');
}

function detectCellMarks(cell: string): (NumberFormat & { readonly isAmbiguous: boolean }) | undefined {
  const [, digits = '', exponent] = /^[-+−–]?([\d.,]+)([ed][-+−]?\d+)?(?:\s*[^\d\s.,][^\d]*)?$/i.exec(cell) ?? [];
  const marks = digits.replace(/\d/g, '');
  for (const mark of ['.', ','] as const) {
    if (exponent === undefined && GROUPED_NUMBERS[mark].test(digits))
      // A single separator before three final digits is ambiguous: 2,250 is 2250 or 2.25.
      return { decimalMark: OTHER_MARK[mark], isGrouped: true, isAmbiguous: marks === mark };
  }
  return marks === '.' || marks === ',' ? { decimalMark: marks, isGrouped: false, isAmbiguous: false } : undefined;
}

/**
 * Detects decimal and thousands marks of a file. If the comma of numbers such as `2,250` may be either mark, returns
 * the first such cell.
 * @param semicolons true if semicolons separate cells; only then, `2.250` is ambiguous too
 */
export function detectNumberFormat(
  rows: readonly (readonly string[])[],
  semicolons = false,
  override?: DecimalMarkName,
): NumberFormat | { readonly rowIndex: number; readonly columnIndex: number } {
  const seen = { '.': { clear: 0, grouped: 0, ambiguous: 0 }, ',': { clear: 0, grouped: 0, ambiguous: 0 } };
  let first: { readonly rowIndex: number; readonly columnIndex: number } | undefined;
  for (const [rowIndex, cells] of rows.entries()) {
    for (const [columnIndex, cell] of cells.entries()) {
      const marks = detectCellMarks(cell);
      if (marks === undefined) continue;
      const counts = seen[marks.decimalMark];
      if (!marks.isAmbiguous) {
        counts.clear++;
        if (marks.isGrouped) counts.grouped++;
        continue;
      }
      counts.ambiguous++;
      if (marks.decimalMark === '.' || semicolons) first ??= { rowIndex, columnIndex };
    }
  }
  if (override !== undefined) {
    const decimalMark = override === 'comma' ? ',' : '.';
    return { decimalMark, isGrouped: seen[decimalMark].grouped + seen[decimalMark].ambiguous > 0 };
  }
  // `2.250` is 2250 only if other numbers have decimal commas, such as `1.234,5`.
  if (seen[','].clear > seen['.'].clear) return { decimalMark: ',', isGrouped: seen[','].grouped > 0 };
  if (first !== undefined && seen['.'].clear === 0) return first;
  return { decimalMark: '.', isGrouped: seen['.'].grouped + seen['.'].ambiguous > 0 };
}

export type Quantity = 'conductance' | 'current' | 'resistance' | 'voltage' | 'time';

const BASE_UNITS: Readonly<Record<Quantity, string>> = {
  conductance: 's|siemens?|mhos?|1/ohm|ohm\\^?-1',
  current: 'a|amps?|amperes?',
  resistance: 'ohms?',
  voltage: 'v|volts?',
  time: 's|secs?|seconds?',
};
const QUANTITIES = Object.keys(BASE_UNITS) as Quantity[];
const PREFIXES: Readonly<Record<string, number>> = { f: -15, p: -12, n: -9, u: -6, m: -3, '': 0, k: 3 };
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/[µμ]|\bmicro\s?/gi, 'u'],
  [/Ω|\u2126/g, 'ohm'],
  [/\bnano\s?/gi, 'n'],
  [/\bmilli\s?/gi, 'm'],
  [/\bpico\s?/gi, 'p'],
  [/\bkilo\s?/gi, 'k'],
  [/\bmega\s?/gi, 'M'],
  [/−/g, '-'],
];
const POWER = /^[x×*·]?\s*(?:1e|10\s*\^?)\s*([+-]?\d+)\s*[x×*·]?\s*/i;
const NORMALISED = /^(a\.?\s?u\.?|arb\.?\s?(u\.?|units?)|norm(\.|ali[sz]ed)?|%|percent)$/i;

/** Power of ten that converts a unit to the base unit of a quantity; undefined for other units. */
export function findUnitExponent(unit: string, quantity: Quantity): number | undefined {
  const plain = SPELLINGS.reduce((text, [from, to]) => text.replace(from, to), unit.trim());
  const power = POWER.exec(plain);
  const [, prefix, base] = /^([fpnumk]?)(.+)$/i.exec(plain.slice(power?.[0].length ?? 0)) ?? [];
  const exponents = [prefix ?? '', ''].flatMap((p) => {
    const rest = p === '' ? (prefix ?? '') + (base ?? '') : (base ?? '');
    if (!new RegExp(`^(${BASE_UNITS[quantity]})$`, 'i').test(rest)) return [];
    // `M` means mega for ohms, and milli for all other quantities.
    return p === 'M' && quantity === 'resistance' ? [6] : [PREFIXES[p.toLowerCase()]!];
  });
  return exponents[0] === undefined ? undefined : exponents[0] + Number(power?.[1] ?? 0);
}

const LONG_TIMES: readonly (readonly [RegExp, number])[] = [
  [/^min(ute)?s?$/i, 60],
  [/^h(ou)?rs?$|^h$/i, 3600],
  [/^d(ay)?s?$/i, 86400],
];
export const getUnitLengthInSeconds = (unit: string): number | undefined =>
  LONG_TIMES.find(([pattern]) => pattern.test(unit.trim()))?.[1];

/** Quantities that can have this unit; `s` may be second or, with wrong capitalisation, siemens. */
export const findUnitQuantities = (unit: string): Quantity[] =>
  QUANTITIES.filter((quantity) => findUnitExponent(unit, quantity) !== undefined);

export const isNormalisedUnit = (unit: string): boolean => NORMALISED.test(unit.trim());
export const isPercentUnit = (unit: string): boolean => /^(%|percent)$/i.test(unit.trim());

const PLAIN_NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[ed]([+-]?\d+))?$/i;

/** Parses a number times 10^exponent with a single rounding: `12 nS` is exactly 12e-9; NaN if not a number. */
export function parseNumber(text: string, marks: NumberFormat = POINT, exponent = 0): number {
  const parts = PLAIN_NUMBER.exec(toDecimalPoint(text, marks).replace(/[−–]/g, '-'));
  return parts === null ? Number.NaN : Number(`${parts[1]}e${Number(parts[2] ?? 0) + exponent}`);
}

/** Allowed magnitude of values: products of a few values do not over- or underflow. */
export const PLAUSIBLE_VALUES_TEXT = 'a number that is 0, or of a size from 1e-60 to 1e15';
export const isPlausibleValue = (value: number): boolean =>
  value === 0 || (Math.abs(value) >= 1e-60 && Math.abs(value) <= 1e15);

export const isNumeric = (cell: string): boolean => ALL_MARKS.some((marks) => !Number.isNaN(parseNumber(cell, marks)));

/** Parses a number, such as `10ms`, into the base unit. @param exponent power of ten if the text has no unit */
export function parseQuantity(text: string, quantity: Quantity, marks: NumberFormat = POINT, exponent = 0): number {
  const plain = parseNumber(text, marks, exponent);
  if (!Number.isNaN(plain)) return plain;
  const [, value, unit] = /^([-+−–]?[\d.,]+(?:e[+-]?\d+)?)\s*(\D.*)$/i.exec(text) ?? [];
  const unitExponent = unit === undefined ? undefined : findUnitExponent(unit, quantity);
  return unitExponent === undefined ? Number.NaN : parseNumber(value!, marks, unitExponent);
}
