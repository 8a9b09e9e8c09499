export const quoteForShell = (word: string): string =>
  /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

export const formatCommand = (...words: readonly string[]): string =>
  ['memspike', ...words.map(quoteForShell)].join(' ');

let currentCommand: string | undefined;

export const recordCommand = (words: readonly string[]): void => {
  currentCommand = formatCommand(...words);
};

/** Command line of this thread, if any, and current date (ISO 8601, UTC), as entries of result files. */
export const describeProvenance = (): { readonly commandLine?: string; readonly date: string } => ({
  ...(currentCommand !== undefined && { commandLine: currentCommand }),
  date: new Date().toISOString(),
});
