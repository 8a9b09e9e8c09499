export const PREFIXES = ['f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T'];

/** Two significant digits and an SI prefix: `6.8 MHz`. */
export function withPrefix(value: number, unit: string): string {
  const rounded = Number(value.toPrecision(2));
  const step = rounded === 0 ? 0 : Math.floor(Math.log10(Math.abs(rounded)) / 3);
  const prefix = Math.min(Math.max(step, -5), 4);
  return `${Number((rounded / 1000 ** prefix).toPrecision(2))} ${PREFIXES[prefix + 5]}${unit}`;
}
