import { fileURLToPath } from 'node:url';

/** Runs an example when its file is the one that `node` was called with, and not when it is imported. */
export function runIfMain(url: string, main: () => unknown): void {
  if (process.argv[1] === fileURLToPath(url)) main();
}
