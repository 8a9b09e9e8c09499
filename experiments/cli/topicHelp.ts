/** Help on topics of the manual, for a terminal. */
import { createAnchor, findTopic, readTopics } from '../manual/topics.ts';
import { wrapLine } from './help.ts';
import { applyStyle } from './terminal.ts';

export const hasTopic = (words: readonly string[]): boolean =>
  Object.hasOwn(readTopics(), createAnchor(words.join(' ')));

/** Title, first part of the page or definition of the term, and address. @param commandNames further names to suggest */
export function renderTopic(words: readonly string[], commandNames: readonly string[]): string {
  const { title, text, address } = findTopic(words, commandNames);
  return `${applyStyle('bold', title)}\n\n${text}\n\nContinue in the browser: memspike docs ${words.join(' ')} (manual/${address})`;
}

/** Lists the pages of the manual and the terms of its glossary. */
export function renderTopicList(): string {
  const topics = Object.entries(readTopics());
  const list = (heading: string, isTerm: boolean) => {
    const names = topics.filter(([, { address }]) => address.includes('#') === isTerm).map(([name]) => name);
    return names.length === 0
      ? ''
      : `${applyStyle('bold', heading)}\n${wrapLine(`  ${names.sort().join(', ')}`, 2)}\n\n`;
  };
  return `${list('Pages of the manual:', false)}${list('Terms of the glossary:', true)}A topic in the terminal: memspike help TOPIC; in the browser: memspike docs TOPIC`;
}
