import { posix } from 'node:path';
import { compile } from 'html-to-text';
import { createAnchor, type HelpTopic } from '../topics.ts';
import { CONTENTS_PATH } from './contents.ts';
import type { ManualPage } from './page.ts';

const GLOSSARY_PATH = 'docs/background/glossary.md';
/** Width of texts in a terminal, characters. */
const LINE_WIDTH = 80;

const toTerminalText = compile({
  wordwrap: LINE_WIDTH,
  selectors: [
    ...['h1', 'h2', 'h3', 'h4', 'img'].map((selector) => ({ selector, format: 'skip' })),
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'ul', options: { itemPrefix: '- ' } },
    { selector: 'p > code', format: 'inlineSurround', options: { prefix: '`', suffix: '`' } },
    { selector: 'li > code', format: 'inlineSurround', options: { prefix: '`', suffix: '`' } },
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false, maxColumnWidth: 34 } },
  ],
});

/**
 * Topics of `memspike help` by name: the first part of each page, and each term of the glossary. If pages have the same name, the first
 * one in the order of the contents has the topic; a page precedes a term.
 */
export function collectHelpTopics(pages: readonly ManualPage[]): Record<string, HelpTopic> {
  const createTopic = (address: string, { heading, html }: ManualPage['parts'][number]): HelpTopic => ({
    title: heading,
    address,
    text: toTerminalText(html).trim(),
  });
  const topics: Record<string, HelpTopic> = {};
  for (const { path, address, parts } of pages)
    if (path === GLOSSARY_PATH)
      for (const part of parts.slice(1))
        topics[createAnchor(part.heading)] = createTopic(`${address}#${part.anchor}`, part);
  for (const { path, address, parts } of pages.toReversed())
    if (path !== CONTENTS_PATH)
      topics[posix.basename(path.replace(/\/README\.md$/, ''), '.md')] = createTopic(address, parts[0]!);
  return topics;
}
