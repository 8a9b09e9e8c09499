export interface ProgressState {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly elapsedSeconds: number;
  /** Units of work per second of wall time, averaged over about the last 10 s. */
  readonly perSecond: number;
  /** Estimated time left, s; null while the rate is not known. */
  readonly secondsLeft: number | null;
  readonly text?: string;
  readonly final: boolean;
}

/** Formats `12,000/60,000 images, 20 %, 1,900 images/s, 25 s left, accuracy 81.2 %`, shortened to `maxLength`. */
export function describeProgress(
  { done, total, unit, elapsedSeconds, perSecond, secondsLeft, text = '', final }: ProgressState,
  maxLength = Infinity,
): string {
  const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
  const left = secondsLeft === null ? 'time left unknown' : `${duration(secondsLeft)} left`;
  const parts = {
    count: `${count(done)}/${count(total)} ${unit}`,
    percent: `${percent} %`,
    pace: perSecond > 0 ? `${count(perSecond)} ${unit}/s` : '',
    time: final ? `in ${duration(elapsedSeconds)}` : left,
    text,
  };
  const joined = () =>
    Object.values(parts)
      .filter((part) => part !== '')
      .join(', ');
  for (const least of ['pace', 'count', 'text'] as const) {
    if (joined().length > maxLength) parts[least] = '';
  }
  return joined();
}

/** Formats a count: three significant digits below 100, integers above. */
const count = (value: number) =>
  (value < 100 ? Number(value.toPrecision(3)) : Math.round(value)).toLocaleString('en-US');

function duration(seconds: number) {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}
