import { clearLine, cursorTo } from 'node:readline';
import { isatty, WriteStream } from 'node:tty';
import { isMainThread } from 'node:worker_threads';
import { UserError } from '../../core/declare/errors.ts';
import { escapeControlCharacters } from '../../core/declare/show.ts';
import { describeProgress, type ProgressState } from './progressText.ts';

/** Progress output. `auto`: bar on a terminal, else a line every 5 s; `json`: one JSON object per line. */
export const PROGRESS_MODES = ['auto', 'json', 'none'] as const;
export type ProgressMode = (typeof PROGRESS_MODES)[number];

interface ProgressOptions {
  readonly label: string;
  readonly total: number;
  /** Unit of work in the plural, such as `images`. */
  readonly unit: string;
  readonly mode?: ProgressMode;
  /** True if parts of the work differ in speed; the time left then follows from the average rate since the start. */
  readonly hasUnevenSpeed?: boolean;
  /** Output stream. Default: standard error, so that standard output contains only results. */
  readonly stream?: NodeJS.WriteStream;
}

export interface ProgressOutput {
  /** Reports completed work. @param text further text, such as the accuracy, or a function that is called when printing */
  update(done: number, text?: ProgressText): void;
  /** Prints the final state and restores the terminal; to be called in a `finally` block. */
  stop(text?: ProgressText): void;
}

type ProgressText = string | (() => string);

interface Display {
  /** Wall time between two outputs, ms. */
  readonly minInterval: number;
  show(state: ProgressState): void;
}

/** Time constant of the running average of the rate, s. */
const PACE_AVERAGING_SECONDS = 10;

/**
 * If the first update reports less than this share of the work, the rate is measured from there, to exclude setup.
 */
const MAX_SETUP_SHARE = 0.01;

/** Standard error stream; in a worker thread, `process.stderr` is not a terminal. */
const standardError = (): NodeJS.WriteStream => (isMainThread || !isatty(2) ? process.stderr : new WriteStream(2));

export function createProgressOutput(options: ProgressOptions): ProgressOutput {
  const { label, total, unit, mode = 'auto', hasUnevenSpeed = false, stream = standardError() } = options;
  if (!PROGRESS_MODES.includes(mode)) {
    throw new UserError(`progress: mode is "${mode}", expected one of ${PROGRESS_MODES.join(', ')}`);
  }
  if (!(total >= 0 && total < Infinity))
    throw new UserError(`progress: total of ${label} is ${total}, expected 0 or more`);
  if (mode === 'none') return { update: () => {}, stop: () => {} };

  const display = mode === 'json' ? json(stream) : stream.isTTY ? bar(stream) : lines(stream);
  const started = performance.now();
  let [done, written, pace, paced] = [0, 0, 0, false];
  let [next, last, workStart] = [started + display.minInterval, started, started];
  let words: ProgressText = '';
  let [isFirst, stopped] = [true, false];

  const show = (now: number, final: boolean) => {
    const seconds = (now - last) / 1000;
    if (seconds > 0) {
      const fresh = (done - written) / seconds;
      pace += (paced ? 1 - Math.exp(-seconds / PACE_AVERAGING_SECONDS) : 1) * (fresh - pace);
      paced = done > 0;
    }
    [last, written, next] = [now, done, now + display.minInterval];
    const elapsedSeconds = (now - started) / 1000;
    const workSeconds = (now - (final ? started : workStart)) / 1000;
    const perSecond = (final || hasUnevenSpeed) && workSeconds > 0 ? done / workSeconds : pace;
    const isKnown = perSecond > 0 && (!hasUnevenSpeed || done >= 0.02 * total);
    const secondsLeft = isKnown ? Math.max(0, total - done) / perSecond : null;
    const text = typeof words === 'function' ? words() : words;
    display.show({ label, done, total, unit, elapsedSeconds, perSecond, secondsLeft, text, final });
  };

  return {
    update(count, text = words) {
      const now = performance.now();
      if (done === 0 && (isFirst || count > 0) && count < MAX_SETUP_SHARE * total)
        [last, workStart, written] = [now, now, count];
      isFirst = false;
      done = count;
      words = text;
      if (now >= next && !stopped) show(now, false);
    },
    stop(text = words) {
      if (stopped) return;
      stopped = true;
      words = text;
      show(performance.now(), true);
    },
  };
}

function json(stream: NodeJS.WriteStream): Display {
  const rounded = (key: string, value: unknown): unknown =>
    key === 'done' || key === 'total' || typeof value !== 'number' ? value : Number(value.toPrecision(4));
  return { minInterval: 1000, show: (state) => stream.write(`${JSON.stringify(state, rounded)}\n`) };
}

function lines(stream: NodeJS.WriteStream): Display {
  return {
    minInterval: 5000,
    show: (state) => stream.write(`${escapeControlCharacters(`${state.label}: ${describeProgress(state)}`)}\n`),
  };
}

const [HIDE, SHOW] = ['\x1b[?25l', '\x1b[?25h'];

function bar(stream: NodeJS.WriteStream): Display {
  const leave = () => void stream.write(SHOW); // restores the terminal if the process ends while the bar is shown
  let shown = false;
  return {
    minInterval: 120,
    show(state) {
      if (!shown) {
        shown = true;
        process.once('exit', leave);
        stream.write(HIDE);
      }
      cursorTo(stream, 0);
      clearLine(stream, 0);
      stream.write(escapeControlCharacters(formatProgressBar(state, (stream.columns || DEFAULT_COLUMNS) - 1))); // the last column would wrap the line
      if (!state.final) return;
      stream.write(`${SHOW}\n`);
      process.removeListener('exit', leave);
    },
  };
}

const DEFAULT_COLUMNS = 80;
const BAR_CHARACTERS = { min: 6, max: 24 };

/** Formats text and progress bar; the bar fills the space left, and is omitted without space. */
export function formatProgressBar(state: ProgressState, columns: number): string {
  const words = describeProgress(state, columns - state.label.length - 1);
  const size = Math.min(BAR_CHARACTERS.max, columns - state.label.length - words.length - 2);
  if (size < BAR_CHARACTERS.min) return `${state.label} ${words}`;
  const full = Math.round(size * (state.total > 0 ? Math.min(1, state.done / state.total) : 1));
  return `${state.label} ${'█'.repeat(full)}${'░'.repeat(size - full)} ${words}`;
}
