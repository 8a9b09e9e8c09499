import { posix } from 'node:path';
import { compile } from 'html-to-text';
import { createAnchor, type HelpTopic } from '../topics.ts';
import { CONTENTS_PATH } from './contents.ts';
import type { ManualPage, PagePart } from './page.ts';

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
export function collectTopics(pages: readonly ManualPage[]): Record<string, HelpTopic> {
  const createTopic = ({ address }: ManualPage, { heading, anchor, html, level }: PagePart): HelpTopic => ({
    title: heading,
    address: level === 1 ? address : `${address}#${anchor}`,
    text: toTerminalText(html).trim(),
  });
  const terms = pages
    .filter(({ path }) => path === GLOSSARY_PATH)
    .flatMap((page) =>
      page.parts.slice(1).map((part) => [createAnchor(part.heading), createTopic(page, part)] as const),
    );
  const firstParts = pages
    .filter(({ path }) => path !== CONTENTS_PATH)
    .map((page) => {
      const name = posix.basename(page.path.replace(/\/README\.md$/, ''), '.md');
      return [name, createTopic(page, page.parts[0]!)] as const;
    });
  return Object.fromEntries([...terms, ...firstParts.reverse()]);
}
