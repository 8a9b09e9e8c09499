import { isatty, WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { isMainThread } from 'node:worker_threads';

type Style = Parameters<typeof styleText>[0];

/** Whether a stream is a terminal that takes colours; NO_COLOR and FORCE_COLOR decide as usual (no-color.org). */
function takesColour(stream: NodeJS.WriteStream): boolean {
  if (process.env.NO_COLOR) return false;
  // In a thread streams go through the main one and are no terminals.
  const terminal = isMainThread ? stream.isTTY === true : isatty(stream === process.stderr ? 2 : 1);
  if (!terminal && !process.env.FORCE_COLOR) return false;
  return WriteStream.prototype.getColorDepth.call(stream, process.env) > 1;
}

/** A text as a terminal shows it in a style; the same text where there is none. */
export const styled = (style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  takesColour(stream) ? styleText(style, text, { validateStream: false }) : text;

/** Writes a line that may have colours; `console.log` would show their codes, as it does with all that a file may hold. */
export const writeLine = (text: string, stream: NodeJS.WriteStream = process.stdout): void => {
  stream.write(`${text}\n`);
};
