import { filesIn, putFile } from '../browser/fs.ts';

/** Puts files where calls find them, by their paths. */
export function put(files: Readonly<Record<string, Uint8Array>>): void {
  for (const [path, bytes] of Object.entries(files)) putFile(path, bytes);
}

/** The files below a directory. */
export const files = (directory: string): Record<string, Uint8Array<ArrayBuffer>> => filesIn(directory);
