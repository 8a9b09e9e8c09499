/** Units of simulated time, and up to how many ms each is used. */
const UNITS = [
  { unit: 'ms', ms: 1, upTo: 10_000 },
  { unit: 's', ms: 1000, upTo: 600_000 },
  { unit: 'min', ms: 60_000, upTo: 36_000_000 },
  { unit: 'h', ms: 3_600_000, upTo: Infinity },
] as const;

/** The unit in which times (ms) of up to `most` are told, and how many ms it has: ms up to 10 s, s up to 10 min, min up to 10 h. */
export const timeUnit = (most: number): (typeof UNITS)[number] => UNITS.find(({ upTo }) => Math.abs(most) <= upTo)!;

const number = (value: number, digits = 6): string => value.toLocaleString('en', { maximumSignificantDigits: digits });

/** A time in ms in words: `1,250.5 ms`, `12.5 s`. */
export function timeText(time: number, digits = 6): string {
  const { unit, ms } = timeUnit(time);
  return `${number(time / ms, digits)} ${unit}`;
}

/** From … to … in words, in one unit: `0 to 1,000 ms`. */
export function windowText(from: number, to: number): string {
  const { unit, ms } = timeUnit(to);
  return `${number(from / ms)} to ${number(to / ms)} ${unit}`;
}
