/** Quotes a word for a POSIX shell, for use in commands suggested by messages. */
export const quoteForShell = (word: string): string =>
  /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
