import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PACKAGE = dirname(createRequire(import.meta.url).resolve('memspike/package.json'));
const ENDING = '.yaml';

/** Absolute path of a file of the installed package, from its path in the package. */
export const packagePath = (path: string): string => join(PACKAGE, path);

/** Access to the YAML files in a folder of the package: their names and paths. */
export const packagedYaml = (folder: string) => ({
  /** File names without extension, in alphabetical order. */
  names: (): string[] =>
    readdirSync(packagePath(folder))
      .filter((file) => file.endsWith(ENDING))
      .map((file) => file.slice(0, -ENDING.length))
      .sort(),
  path: (name: string): string => packagePath(join(folder, `${name}${ENDING}`)),
});
