/** Units for simulated time, with the largest time, ms, for which each is used. */
const UNITS = [
  { unit: 'ms', ms: 1, max: 10_000 },
  { unit: 's', ms: 1000, max: 600_000 },
  { unit: 'min', ms: 60_000, max: 36_000_000 },
  { unit: 'h', ms: 3_600_000, max: Infinity },
] as const;

/** Unit for times up to `max` ms, with its length in ms: ms up to 10 s, s up to 10 min, min up to 10 h. */
export const chooseTimeUnit = (max: number): (typeof UNITS)[number] => UNITS.find((one) => Math.abs(max) <= one.max)!;

const formatNumber = (value: number, digits = 6): string =>
  value.toLocaleString('en', { maximumSignificantDigits: digits });

/** Formats a time in ms with a suitable unit: `1,250.5 ms`, `12.5 s`. */
export function formatTime(time: number, digits = 6): string {
  const { unit, ms } = chooseTimeUnit(time);
  return `${formatNumber(time / ms, digits)} ${unit}`;
}

/** Formats a time window, given in ms, with its unit: `0 to 1,000 ms`. */
export function formatWindow(from: number, to: number): string {
  const { unit, ms } = chooseTimeUnit(to);
  return `${formatNumber(from / ms)} to ${formatNumber(to / ms)} ${unit}`;
}
