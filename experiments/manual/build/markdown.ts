/** Parser and renderer of the Markdown pages of the manual. */
import hljs from 'highlight.js/lib/common';
import MarkdownIt, { type MarkdownIt as Markdown, type Token } from 'markdown-it';
import anchor from 'markdown-it-anchor';
import { isLiveFence } from '../../liveExamples/fence.ts';
import { createAnchor } from '../topics.ts';
import type { RenderExample } from './liveExample.ts';

/** Page to render, with the functions that find its links, images and live examples in the site. */
export interface PageContext {
  /** Path of the page from the root of the project. */
  readonly path: string;
  /** Returns the address of a link; undefined if its target exists in the source code but not in the site. */
  readonly resolveLink: (target: string, line: number) => string | undefined;
  /** Returns the address of an image relative to the page, and its size in px. */
  readonly findImage: (target: string, line: number) => { address: string; width: number; height: number } | undefined;
  readonly renderExample: RenderExample;
}

hljs.configure({ classPrefix: '' }); // keeps long reference pages small

export const getTokenLine = (token: Token): number => (token.map?.[0] ?? 0) + 1;

/** Code as HTML. A language that highlight.js does not know, or none, is shown as plain text. */
function renderCode(source: string, language: string): string {
  const { value } = hljs.highlight(source, { language: hljs.getLanguage(language) ? language : 'plaintext' });
  return `<pre tabindex="0"><code>${value}</code></pre>\n`;
}

/** Replaces the targets of links and images. A link to a file that is not in the site becomes text. */
function resolveTargets(tokens: readonly Token[], line: number, { resolveLink, findImage }: PageContext): void {
  let linkTag = 'a';
  for (const token of tokens) {
    if (token.type === 'link_open') {
      const target = String(token.attrGet('href'));
      const address = resolveLink(target, line);
      linkTag = address === undefined ? 'span' : 'a';
      token.attrs = address === undefined ? [['title', `${target} in the source`]] : [['href', address]];
    }
    if (token.type.startsWith('link_')) token.tag = linkTag;
    if (token.type !== 'image') continue;
    const { address, width, height } = findImage(String(token.attrGet('src')), line) ?? {};
    const attributes = { src: address, alt: '', width, height, loading: 'lazy' };
    token.attrs = Object.entries(attributes).map(([name, value]) => [name, String(value)]);
  }
}

/** Creates the parser and renderer of one page. */
export function createMarkdownRenderer(context: PageContext): Markdown {
  const markdown = new MarkdownIt({ html: true, linkify: true });
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  markdown.core.ruler.push('resolveTargets', ({ tokens }) => {
    for (const token of tokens) if (token.children) resolveTargets(token.children, getTokenLine(token), context);
  });
  markdown.use(anchor, { slugify: createAnchor, permalink: anchor.permalink.headerLink(), tabIndex: false });
  const { rules } = markdown.renderer;
  rules.html_block = rules.html_inline = (tokens, i) => {
    const token = tokens[i]!;
    if (/^<!--[\s\S]*-->\s*$/.test(token.content)) return '';
    throw new Error(
      `${context.path}:${getTokenLine(token)}: HTML other than comments is not allowed: ${token.content}`,
    );
  };
  rules.code_block = (tokens, i) => renderCode(tokens[i]!.content, '');
  rules.fence = (tokens, i) => {
    const { info, content: source } = tokens[i]!;
    const codeHtml = renderCode(source, info.split(' ')[0]!);
    if (!isLiveFence(info)) return codeHtml;
    return context.renderExample({
      infoString: info,
      source,
      fenceLocation: `${context.path}:${getTokenLine(tokens[i]!)}`,
      codeHtml,
    });
  };
  rules.table_open = () => '<div class="table" tabindex="0"><table>\n';
  rules.table_close = () => '</table></div>\n';
  rules.th_open = rules.td_open = (tokens, i) => {
    const { tag, attrs } = tokens[i]!;
    const isEmptyHeader = tag === 'th' && tokens[i + 1]!.content === '';
    tokens[i + 2]!.tag = isEmptyHeader ? 'td' : tag;
    // The content security policy forbids the style attributes by which markdown-it aligns cells.
    const [, side] = /text-align:(\w+)/.exec(String(attrs?.[0]?.[1])) ?? [];
    return `<${tokens[i + 2]!.tag}${side === undefined ? '' : ` class="${side}"`}>`;
  };
  return markdown;
}
