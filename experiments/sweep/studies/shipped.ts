import { existsSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { readText } from '../../network/config/text.ts';
import { shipped } from '../../shipped.ts';

const STUDIES = shipped('experiments/sweep/studies');

/** A name that is neither that of a shipped study nor that of a file. */
export class UnknownStudy extends UserError {}

/** The names of the sweep files that come with memspike, in alphabetical order. */
export const studyNames = (): string[] => STUDIES.names();

/** The sweep file of the shipped study of that name, else the file itself. */
export function studyFile(nameOrFile: string): string {
  const names = studyNames();
  if (names.includes(nameOrFile)) return STUDIES.path(nameOrFile);
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
