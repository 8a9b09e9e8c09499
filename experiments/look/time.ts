/** Units of simulated time. `ms`: length of the unit in ms; `max`: longest time, in ms, that is shown in this unit. */
const UNITS = [
  { unit: 'ms', ms: 1, max: 10_000 },
  { unit: 's', ms: 1000, max: 600_000 },
  { unit: 'min', ms: 60_000, max: 36_000_000 },
  { unit: 'h', ms: 3_600_000, max: Infinity },
] as const;

/** Unit for times up to `max` ms: ms up to 10 s, s up to 10 min, min up to 10 h. */
export const chooseTimeUnit = (max: number): (typeof UNITS)[number] => UNITS.find((one) => Math.abs(max) <= one.max)!;

const formatNumber = (value: number, digits = 6): string =>
  value.toLocaleString('en', { maximumSignificantDigits: digits });

/** Formats a time in ms with a suitable unit: `1,250.5 ms`, `12.5 s`. */
export function formatTime(time: number, digits = 6): string {
  const { unit, ms } = chooseTimeUnit(time);
  return `${formatNumber(time / ms, digits)} ${unit}`;
}

/** Formats a time window in ms with enough digits for both ends to differ: `0 to 1,000 ms`. */
export function formatTimeWindow(from: number, to: number): string {
  const { unit, ms } = chooseTimeUnit(to);
  const ratio = to > from ? Math.max(1, Math.abs(to) / (to - from)) : 1;
  const digits = Math.min(15, Math.max(6, Math.ceil(Math.log10(ratio)) + 3));
  return `${formatNumber(from / ms, digits)} to ${formatNumber(to / ms, digits)} ${unit}`;
}

/** If the end of a window exceeds this number of axis steps, times are shown relative to an origin, for short tick labels. */
const MAX_STEPS_TO_END = 1e5;

/**
 * Creates a time axis. `ms`: length of the axis unit, ms. `origin`: time labelled as 0, ms; above 0 only if tick labels
 * would otherwise be too long.
 */
export function createTimeAxis([from, to]: readonly [number, number]) {
  const { unit, ms } = chooseTimeUnit(to - from);
  const step = 10 ** Math.floor(Math.log10(to - from));
  const isLate = to / step > MAX_STEPS_TO_END;
  const origin = isLate ? Number((Math.floor(from / step) * step).toPrecision(15)) : 0;
  return { ms, origin, label: `time ${isLate ? `after ${formatNumber(origin / 1000, 15)} s ` : ''}(${unit})` };
}
