const PREFIXES = ['a', 'f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T'];
const NO_PREFIX = PREFIXES.indexOf('');

/** Exponent n of the SI prefix 1000^n for a value, from `smallest` (default: -5, femto) to 4 (tera). */
const prefixPower = (value: number, smallest = -5): number =>
  Math.min(Math.max(Math.floor(Math.log10(value) / 3), smallest), 4);

/** Formats a value with an SI prefix and a unit: `6.8 MHz`. @param digits significant digits */
export function formatWithPrefix(value: number, unit: string, digits = 2): string {
  const rounded = Number(value.toPrecision(digits));
  const power = rounded === 0 ? 0 : prefixPower(Math.abs(rounded) * (1 + 1e-9), -NO_PREFIX);
  return `${Number((rounded / 1000 ** power).toPrecision(digits))} ${PREFIXES[power + NO_PREFIX]}${unit}`;
}

type TickFormat = (value: number, i?: number, ticks?: readonly number[]) => string;

/**
 * Creates a tick format with one SI prefix for the whole axis (20µ, 3M). Returns undefined if no prefix is needed: the
 * largest value `max` is 0, or at least `short` and below `long`.
 */
export function createTickFormat(max: number, long = 1e6, short = 1e-3): TickFormat | undefined {
  if ((max >= short && max < long) || max === 0) return undefined;
  return (value, _i, ticks = []) => {
    // All tick labels take the SI prefix of the largest tick, which may exceed the largest value `max`. Example: 0.99µ
    // and 1µ, not 990n and 1000n.
    const reach = ticks.reduce((largest, tick) => Math.max(largest, Math.abs(tick)), 0) || max;
    const power = prefixPower(reach * (1 + 1e-9));
    const scaled = Number((value / 1000 ** power).toPrecision(6));
    return scaled === 0 ? '0' : `${String(scaled).replace('-', '−')}${PREFIXES[power + NO_PREFIX]}`;
  };
}

const PREFIXABLE_UNIT = /\((S|A|V|J|W|Hz|s|Ω)\)$/;

/**
 * Axis label and tick format for values up to `max`. If the label has a unit, the unit takes the SI prefix:
 * `conductance (µS)`. Otherwise the tick labels take it: 20k. Seconds take only prefixes below 1.
 */
export function createPrefixedAxis(label: string, max: number, long?: number, short?: number) {
  const tickFormat = createTickFormat(max, long, short);
  const unit = PREFIXABLE_UNIT.exec(label)?.[1];
  const power = prefixPower(max * (1 + 1e-9));
  if (unit === undefined || tickFormat === undefined || (unit === 's' && power > 0)) return { label, tickFormat };
  const formatScaled = (value: number) =>
    Number((value / 1000 ** power).toPrecision(6))
      .toLocaleString('en')
      .replace('-', '−');
  return { label: label.replace(`(${unit})`, `(${PREFIXES[power + NO_PREFIX]}${unit})`), tickFormat: formatScaled };
}

const formatPlain = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString('en', { maximumSignificantDigits: 3 });

const formatPowerOfTen = (power: number): string =>
  `10${[...String(power)].map((c) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)] ?? '⁻').join('')}`;

/** Axis label and tick format of a logarithmic axis: powers of ten only, unless the axis spans less than a decade. */
export function createLogAxis(label: string, low: number, high: number): { label: string; tickFormat: TickFormat } {
  if (high / low < 20) {
    const axis = createPrefixedAxis(label, high);
    return { label: axis.label, tickFormat: axis.tickFormat ?? formatPlain };
  }
  const isPlain = low >= 1e-3 * (1 - 1e-9) && high <= 1e3 * (1 + 1e-9);
  const tickFormat = (value: number) => {
    const power = Math.round(Math.log10(value));
    if (Math.abs(value / 10 ** power - 1) > 1e-9) return '';
    return isPlain ? formatPlain(10 ** power) : formatPowerOfTen(power);
  };
  return { label, tickFormat };
}
