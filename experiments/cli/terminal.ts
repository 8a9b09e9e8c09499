import { isatty, WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { escapeControlCharacters, escapeMultilineText } from '../../core/declare/show.ts';
import { formatCommand } from '../output/commandLine.ts';

type Style = Parameters<typeof styleText>[0];

/** True if a stream is a terminal that shows colours; NO_COLOR and FORCE_COLOR take precedence (no-color.org). */
function hasColours(stream: NodeJS.WriteStream): boolean {
  if (process.env.NO_COLOR) return false;
  // `isTTY` is undefined in worker threads, because the main thread pipes their streams.
  const isTerminal = isMainThread ? stream.isTTY === true : isatty(stream === process.stderr ? 2 : 1);
  if (!isTerminal && !process.env.FORCE_COLOR) return false;
  return WriteStream.prototype.getColorDepth.call(stream, process.env) > 1;
}

/** Styles text with escape codes if the stream is a terminal with colours. */
export const applyStyle = (style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  hasColours(stream) ? styleText(style, text, { validateStream: false }) : text;

/** Writes a line that may contain colour codes; `console.log` would print them as visible characters. */
export const writeLine = (text: string, stream: NodeJS.WriteStream = process.stdout): void => {
  stream.write(`${text}\n`);
};

export const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 2));

export const printNextStep = (...words: readonly string[]): void =>
  writeLine(applyStyle('dim', 'Next step: ') + applyStyle('cyan', escapeControlCharacters(formatCommand(...words))));

export const printNextStepForPath = (path: string): void =>
  path.endsWith('.arrows') ? printNextStep('log', 'info', path) : printNextStep('report', path);

export const printInterruption = (directory: string, ...words: readonly string[]): void =>
  console.error(`Stopped; results so far are in ${directory}. Resume with: ${formatCommand(...words)}`);

/** Makes `console.log` and `console.error` escape terminal control sequences, which content of files may contain. */
export function escapePrintedText(): void {
  for (const method of ['log', 'error'] as const) {
    const print = console[method];
    console[method] = (...parts: unknown[]) =>
      print(...parts.map((part) => (typeof part === 'string' ? escapeMultilineText(part) : part)));
  }
}
