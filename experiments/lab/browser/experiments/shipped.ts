import { existsSync, readdirSync } from '../node/fs.ts';

const ENDING = '.yaml';

/** As on the command line, of the files that the page has fetched. */
export const shipped = (folder: string) => ({
  names: (): string[] =>
    (existsSync(`/${folder}`) ? readdirSync(`/${folder}`) : [])
      .filter((file) => file.endsWith(ENDING))
      .map((file) => file.slice(0, -ENDING.length)),
  path: (name: string): string => `/${folder}/${name}${ENDING}`,
});
