import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseDocument } from 'yaml';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { readText } from '../../network/config/text.ts';

const PACKAGE = dirname(createRequire(import.meta.url).resolve('memspike/package.json'));
const STUDIES = join(PACKAGE, 'experiments/sweep/studies');
const ENDING = '.yaml';

/** A name that is neither that of a shipped study nor that of a file. */
export class UnknownStudy extends UserError {}

/** The names of the sweep files that come with memspike, in alphabetical order. */
export function studyNames(): string[] {
  return readdirSync(STUDIES)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .sort();
}

/** The sweep file of the shipped study of that name, else the file itself. */
export function studyFile(nameOrFile: string): string {
  const names = studyNames();
  if (names.includes(nameOrFile)) return join(STUDIES, `${nameOrFile}${ENDING}`);
  if (existsSync(nameOrFile)) return nameOrFile;
  throw new UnknownStudy(
    `${show(nameOrFile)} is neither a shipped study nor a file${didYouMean(nameOrFile, names, 'studies')}`,
  );
}

/** What a study asks: the first line of the comment that its file begins with. */
export function questionOf(name: string): string {
  const { commentBefore } = parseDocument(readText(studyFile(name)));
  return (commentBefore ?? '').split('\n')[0]!.trim();
}
