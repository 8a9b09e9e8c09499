import { posix } from 'node:path';
import type { Token } from 'markdown-it';
import { createMarkdownRenderer, getTokenLine, type PageContext } from './markdown.ts';

/**
 * Parsed page of the manual: path from the root of the project, address relative to the manual, title, and the parts
 * from one heading to the next, in order; the first part begins with the title.
 */
export type ManualPage = ReturnType<typeof parseManualPage>;

/** Address of a page relative to the manual. */
export const getPageAddress = (path: string): string =>
  posix
    .relative('docs', path)
    .replace(/README\.md$/, 'index.html')
    .replace(/\.md$/, '.html');

const collectText = (tokens: readonly Token[]): string =>
  tokens
    .map(({ type, content, children }) =>
      children ? collectText(children) : type === 'html_block' ? '' : content || ' ',
    )
    .join('')
    .replaceAll(/\s+/g, ' ');

/** Reads a page. @param text Markdown @throws Error if the page does not begin with a first-level heading */
export function parseManualPage(text: string, context: PageContext) {
  const markdown = createMarkdownRenderer(context);
  const environment = {};
  const tokens = markdown.parse(text, environment);
  const starts = tokens.flatMap(({ type }, i) => (type === 'heading_open' ? [i] : []));
  const parts = starts.map((start, i) => {
    const heading = tokens[start]!;
    const end = starts[i + 1] ?? tokens.length;
    return {
      /** Level of the heading, 1 to 6. */
      level: Number(heading.tag.slice(1)),
      heading: collectText([tokens[start + 1]!]).trim(),
      anchor: String(heading.attrGet('id')),
      line: getTokenLine(heading),
      html: markdown.renderer.render(tokens.slice(start, end), markdown.options, environment),
      /** Text of the part without Markdown marks, for the search index. */
      text: collectText(tokens.slice(start + 3, end)),
    };
  });
  if (parts[0]?.level !== 1) throw new Error(`${context.path}:1: a page must begin with a heading \`# Title\`.`);
  return { path: context.path, address: getPageAddress(context.path), title: parts[0].heading, parts };
}
