import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PACKAGE = dirname(createRequire(import.meta.url).resolve('memspike/package.json'));
const ENDING = '.yaml';

/** YAML files that come with memspike, in a folder of the package, by their names without ending. */
export const shipped = (folder: string) => ({
  /** In alphabetical order. */
  names: (): string[] =>
    readdirSync(join(PACKAGE, folder))
      .filter((file) => file.endsWith(ENDING))
      .map((file) => file.slice(0, -ENDING.length))
      .sort(),
  path: (name: string): string => join(PACKAGE, folder, `${name}${ENDING}`),
});
