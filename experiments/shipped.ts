import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PACKAGE = dirname(createRequire(import.meta.url).resolve('memspike/package.json'));
const ENDING = '.yaml';

export const resolvePackagePath = (path: string): string => join(PACKAGE, path);

export const getPackagedYamlFiles = (folder: string) => ({
  /** Names of the YAML files in `folder`, without extension, in alphabetical order. */
  names: (): string[] =>
    readdirSync(resolvePackagePath(folder))
      .filter((file) => file.endsWith(ENDING))
      .map((file) => file.slice(0, -ENDING.length))
      .sort(),
  path: (name: string): string => resolvePackagePath(join(folder, `${name}${ENDING}`)),
});
