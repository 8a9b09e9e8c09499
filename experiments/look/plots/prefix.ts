const PREFIXES = ['a', 'f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T'];
const NO_PREFIX = PREFIXES.indexOf('');

/** Power of 1000 of the SI prefix that suits a value, from `smallest` (default: femto, -5) to tera. */
const prefixPower = (value: number, smallest = -5): number =>
  Math.min(Math.max(Math.floor(Math.log10(value) / 3), smallest), 4);

/** Formats a value with an SI prefix and a unit: `6.8 MHz`. @param digits number of significant digits */
export function formatWithPrefix(value: number, unit: string, digits = 2): string {
  const rounded = Number(value.toPrecision(digits));
  const power = rounded === 0 ? 0 : prefixPower(Math.abs(rounded) * (1 + 1e-9), -NO_PREFIX);
  return `${Number((rounded / 1000 ** power).toPrecision(digits))} ${PREFIXES[power + NO_PREFIX]}${unit}`;
}

/** Function that formats a tick label, given all ticks of the axis. */
export type TickFormat = (value: number, i?: number, ticks?: readonly number[]) => string;

/**
 * Creates a tick format with one SI prefix for the whole axis (20µ, 3M). Undefined if the labels are short without a
 * prefix, for a maximum from `short` to `long`.
 */
export function createTickFormat(max: number, long = 1e6, short = 1e-3): TickFormat | undefined {
  if ((max >= short && max < long) || max === 0) return undefined;
  return (value, _i, ticks = []) => {
    // The largest tick may exceed `max` and decides the prefix: ticks from 990n to 1µ, not to 1000n.
    const reach = ticks.reduce((largest, tick) => Math.max(largest, Math.abs(tick)), 0) || max;
    const power = prefixPower(reach * (1 + 1e-9));
    const scaled = Number((value / 1000 ** power).toPrecision(6));
    return scaled === 0 ? '0' : `${String(scaled).replace('-', '−')}${PREFIXES[power + NO_PREFIX]}`;
  };
}

const formatPlain = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString('en', { maximumSignificantDigits: 3 });

const formatPowerOfTen = (power: number): string =>
  `10${[...String(power)].map((c) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)] ?? '⁻').join('')}`;

/** Creates a tick format for a logarithmic axis: powers of ten only, unless the axis spans less than a decade. */
export function createLogTickFormat(low: number, high: number): TickFormat {
  if (high / low < 20) return createTickFormat(high) ?? formatPlain;
  const isPlain = low >= 1e-3 * (1 - 1e-9) && high <= 1e3 * (1 + 1e-9);
  return (value) => {
    const power = Math.round(Math.log10(value));
    if (Math.abs(value / 10 ** power - 1) > 1e-9) return '';
    return isPlain ? formatPlain(10 ** power) : formatPowerOfTen(power);
  };
}
