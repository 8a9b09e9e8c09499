const PREFIXES = ['f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T'];

/** Two significant digits and an SI prefix: `6.8 MHz`. */
export function formatWithPrefix(value: number, unit: string): string {
  const rounded = Number(value.toPrecision(2));
  const step = rounded === 0 ? 0 : Math.floor(Math.log10(Math.abs(rounded)) / 3);
  const prefix = Math.min(Math.max(step, -5), 4);
  return `${Number((rounded / 1000 ** prefix).toPrecision(2))} ${PREFIXES[prefix + 5]}${unit}`;
}

/** Of a tick among all those of its axis. */
export type TickFormat = (value: number, i?: number, ticks?: readonly number[]) => string;

/**
 * SI prefixes (20µ, 3M) on the ticks of an axis that reaches `max`, one for all of them, where plain digits would be long:
 * from `long` on and below `short`, which is larger for a quantity with a unit.
 */
export function tickFormat(max: number, long = 1e6, short = 1e-3): TickFormat | undefined {
  if ((max >= short && max < long) || max === 0) return undefined;
  return (value, _i, ticks = []) => {
    // An axis may reach a little further than what it shows: from 990n to 1µ, not to 1000n.
    const reach = ticks.reduce((most, tick) => Math.max(most, Math.abs(tick)), 0) || max;
    const step = Math.min(Math.max(Math.floor(Math.log10(reach * (1 + 1e-9)) / 3), -5), 4);
    const scaled = Number((value / 1000 ** step).toPrecision(6));
    return scaled === 0 ? '0' : `${String(scaled).replace('-', '−')}${PREFIXES[step + 5]}`;
  };
}

const plainly = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString('en', { maximumSignificantDigits: 3 });

const raised = (power: number): string => `10${[...String(power)].map((c) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)] ?? '⁻').join('')}`;

/** Ticks of a logarithmic axis, all written alike: whole powers of ten only, unless the axis holds hardly one. */
export function logTickFormat(low: number, high: number): TickFormat {
  if (high / low < 20) return tickFormat(high) ?? plainly;
  const plain = low >= 1e-3 * (1 - 1e-9) && high <= 1e3 * (1 + 1e-9);
  return (value) => {
    const power = Math.round(Math.log10(value));
    if (Math.abs(value / 10 ** power - 1) > 1e-9) return '';
    return plain ? plainly(10 ** power) : raised(power);
  };
}
