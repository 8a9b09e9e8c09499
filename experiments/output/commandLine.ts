/** Command line of memspike: its notation, and the one that is recorded in results. */

/** Quotes a word for a POSIX shell, for use in commands suggested by messages. */
export const quoteForShell = (word: string): string =>
  /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

export const formatCommand = (...words: readonly string[]): string =>
  ['memspike', ...words.map(quoteForShell)].join(' ');

let currentCommand: string | undefined;

/** Stores the command line that this thread executes, for the results that it writes. */
export const recordCommand = (words: readonly string[]): void => {
  currentCommand = formatCommand(...words);
};

/** Entries of result files: command line, if a command writes them, and date of completion (ISO 8601, UTC). */
export const describeOrigin = (): { readonly commandLine?: string; readonly date: string } => ({
  ...(currentCommand !== undefined && { commandLine: currentCommand }),
  date: new Date().toISOString(),
});
