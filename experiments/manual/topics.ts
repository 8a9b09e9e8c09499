/** Topics of `memspike help` and `memspike docs`, written by the build: pages of the manual, terms of the glossary. */
import { existsSync, readFileSync } from 'node:fs';
import { UsageError, UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { resolvePackagePath } from '../shipped.ts';

export interface HelpTopic {
  readonly title: string;
  /** Address relative to the manual; the address of a term has an anchor. */
  readonly address: string;
  /** First part of the page, or definition of the term, for a terminal of 80 characters. */
  readonly text: string;
}

/** Name of a topic and anchor of a heading: lower-case letters, with hyphens between words, as on code hosts. */
export const createAnchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const TOPICS_FILE = resolvePackagePath('dist/bundle/helpTopics.json');

export function readTopics(): Readonly<Record<string, HelpTopic>> {
  if (!existsSync(TOPICS_FILE))
    throw new UserError(`The manual is not built: ${TOPICS_FILE} is missing. Run npm run build.`);
  return JSON.parse(readFileSync(TOPICS_FILE, 'utf8'));
}

/**
 * Finds a topic.
 * @param words name of a page, or words of a term
 * @param otherNames further names to suggest
 * @throws UsageError for an unknown topic
 */
export function findTopic(words: readonly string[], otherNames: readonly string[] = []): HelpTopic {
  const topics = readTopics();
  const name = createAnchor(words.join(' '));
  if (Object.hasOwn(topics, name)) return topics[name]!;
  const known = [...Object.keys(topics), ...otherNames];
  throw new UsageError(`${show(words.join(' '))} is not a topic of the manual${didYouMean(name, known, 'topics')}`);
}
