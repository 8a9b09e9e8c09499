/** Topics of `memspike help`, written by the build. */
import { readFileSync } from 'node:fs';
import { packagePath } from '../shipped.ts';

export interface HelpTopic {
  readonly title: string;
  /** Address relative to the manual. */
  readonly address: string;
  /** First part of the page, for a terminal of 80 characters. */
  readonly text: string;
}

/** Reads the topics by name. */
export const readTopics = (): Readonly<Record<string, HelpTopic>> =>
  JSON.parse(readFileSync(packagePath('dist/bundle/helpTopics.json'), 'utf8'));
