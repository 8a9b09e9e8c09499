const PREFIXES = ['a', 'f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T'];
const NO_PREFIX = PREFIXES.indexOf('');

/** Power of 1000 of the SI prefix for a value, from femto (-5) or another smallest prefix to tera. */
const prefixPower = (value: number, smallest = -5): number =>
  Math.min(Math.max(Math.floor(Math.log10(value) / 3), smallest), 4);

/** Value with an SI prefix: `6.8 MHz`. @param digits significant digits */
export function formatWithPrefix(value: number, unit: string, digits = 2): string {
  const rounded = Number(value.toPrecision(digits));
  const power = rounded === 0 ? 0 : prefixPower(Math.abs(rounded) * (1 + 1e-9), -NO_PREFIX);
  return `${Number((rounded / 1000 ** power).toPrecision(digits))} ${PREFIXES[power + NO_PREFIX]}${unit}`;
}

/** Text of a tick, given all ticks of its axis. */
export type TickFormat = (value: number, i?: number, ticks?: readonly number[]) => string;

/**
 * Format with one SI prefix for all ticks of an axis that reaches `max` (20µ, 3M). Undefined if plain digits are short: for
 * `max` from `short` to `long`.
 */
export function tickFormat(max: number, long = 1e6, short = 1e-3): TickFormat | undefined {
  if ((max >= short && max < long) || max === 0) return undefined;
  return (value, _i, ticks = []) => {
    // An axis may reach a little further than its values: from 990n to 1µ, not to 1000n.
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

/** Format of the ticks of a logarithmic axis: whole powers of ten only, unless the axis spans less than about one decade. */
export function logTickFormat(low: number, high: number): TickFormat {
  if (high / low < 20) return tickFormat(high) ?? formatPlain;
  const isPlain = low >= 1e-3 * (1 - 1e-9) && high <= 1e3 * (1 + 1e-9);
  return (value) => {
    const power = Math.round(Math.log10(value));
    if (Math.abs(value / 10 ** power - 1) > 1e-9) return '';
    return isPlain ? formatPlain(10 ** power) : formatPowerOfTen(power);
  };
}
