import { existsSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { inlineFileTexts, readTextFile } from '../../network/config/text.ts';
import { getPackagedYamlFiles } from '../../shipped.ts';

const STUDIES = getPackagedYamlFiles('experiments/sweep/studies');

export class UnknownStudyError extends UserError {}

export const listStudies = () => STUDIES.names();

export function findStudyFile(nameOrFile: string) {
  const names = listStudies();
  if (names.includes(nameOrFile)) return STUDIES.path(nameOrFile);
  if (inlineFileTexts.has(nameOrFile) || existsSync(nameOrFile)) return nameOrFile;
  throw new UnknownStudyError(
    `${show(nameOrFile)} is neither a shipped study nor a file${didYouMean(nameOrFile, names, 'studies')}`,
  );
}

/** Research question of a study: first line of the comment with which its file begins. */
export function readResearchQuestion(name: string) {
  const { commentBefore } = parseDocument(readTextFile(findStudyFile(name)));
  return (commentBefore ?? '').split('\n')[0]!.trim();
}
