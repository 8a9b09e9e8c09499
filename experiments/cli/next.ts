import { printable } from '../../core/declare/show.ts';
import { quoteForShell } from '../output/quoteForShell.ts';
import { styled, writeLine } from './colour.ts';

/** What to do with a run directory, or with a log that is named by itself, after it was drawn or measured. */
export const tellNextOf = (path: string): void =>
  path.endsWith('.arrows') ? tellNext('what it holds', 'log', 'info', path) : tellNext('on one page', 'report', path);

/**
 * The last line of a command that tells in words: what people do next, `look: memspike report runs/first`.
 * @param words after `memspike`; those that are places are quoted where a shell asks for it
 */
export const tellNext = (why: string, ...words: readonly string[]): void =>
  writeLine(styled('dim', `${why}: `) + styled('cyan', printable(['memspike', ...words.map(quoteForShell)].join(' '))));
