/** HTML template of a page of the manual: head, navigation, previous and next page. */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { type Html, html } from '../../report/page.ts';
import { resolvePackagePath } from '../../shipped.ts';
import { type ContentsEntry, listPages, type readContents } from './contents.ts';
import type { ManualPage } from './page.ts';

/** Element with the content security policy of the lab's page, which the manual uses, too. */
const POLICY = /<meta http-equiv="Content-Security-Policy".*>/.exec(
  readFileSync(resolvePackagePath('experiments/lab/site/index.html'), 'utf8'),
)![0];

const EMPTY_HTML = html``;

/** Creates the function that renders a page. @param sequence all pages, in reading order */
export function createPageTemplate(
  sections: ReturnType<typeof readContents>,
  sequence: readonly ManualPage[],
): (page: ManualPage) => string {
  return (page) => {
    const root = '../'.repeat(page.address.split('/').length - 1);
    const hrefOf = (target: string) => posix.relative(posix.dirname(page.address), target);
    const renderLink = (target: ManualPage, label: string = target.title): Html =>
      html`<a href="${hrefOf(target.address)}"${target === page ? html` aria-current="page"` : EMPTY_HTML}>${label}</a>`;
    // The table of contents is long, so it shows the children of an entry only on its own page and on pages below it.
    const renderEntries = (entries: readonly ContentsEntry[]): Html =>
      html`<ul>${entries.map((entry) => html`<li>${renderLink(entry.page)}${listPages([entry]).includes(page) && entry.children.length > 0 ? renderEntries(entry.children) : EMPTY_HTML}</li>`)}</ul>`;
    const place = sequence.indexOf(page);
    const neighbours = [
      ['prev', 'Previous: ', sequence[place - 1]],
      ['next', 'Next: ', sequence[place + 1]],
    ] as const;
    const headings = page.parts.slice(1).filter(({ level }) => level <= 3);
    const summary = page.parts[0]!.text.trim().slice(0, 160);
    const hasExamples = page.parts.some(({ html: part }) => part.includes('class="live-example"'));
    const examples = html`<script type="module" src="${root}live.js"></script>`;
    return html`<!doctype html>
<html lang="en" data-root="${root}">
<head>
<meta charset="utf-8">
${{ html: POLICY }}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="description" content="${summary}">
<title>${page.title} · memspike</title>
<link rel="icon" href="${root}../icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${root}manual.css">
<script src="${root}theme.js"></script>
<script type="module" src="${root}manual.js"></script>
${hasExamples ? examples : EMPTY_HTML}
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header>
<button class="menu" popovertarget="sections">Contents</button>
<a class="name" href="${hrefOf('index.html')}">memspike</a>
<search id="search" hidden><input type="search" placeholder="Search (/)" aria-label="Search the manual" autocomplete="off"><div class="results" hidden><p role="status"></p><ol></ol></div></search>
<a href="${root}../index.html">Lab</a>
<button id="theme" hidden></button>
</header>
<div class="columns">
<nav id="sections" popover aria-label="Manual">${sections.map(({ title, entries }) => html`<p>${title}</p>${renderEntries(entries)}`)}</nav>
<main id="content" tabindex="-1">
${{ html: page.parts.map(({ html: part }) => part).join('') }}
<nav class="neighbours" aria-label="Previous and next page">${neighbours.map(([relation, label, target]) => (target ? html`<a rel="${relation}" href="${hrefOf(target.address)}">${label}${target.title}</a>` : EMPTY_HTML))}</nav>
</main>
<nav class="headings" aria-label="On this page">${headings.length > 1 ? html`<p>On this page</p><ul>${headings.map(({ level, heading, anchor }) => html`<li class="level${level}"><a href="#${anchor}">${heading}</a></li>`)}</ul>` : EMPTY_HTML}</nav>
</div>
</body>
</html>
`.html;
  };
}
