import { createHash } from 'node:crypto';
import { STYLE } from './style.ts';

/** HTML that is already safe to be put into a page. */
export interface Html {
  readonly html: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);

type Part = Html | string | number | readonly Part[];

const flat = (part: Part): string => {
  if (Array.isArray(part)) return part.map(flat).join('');
  return typeof part === 'object' ? (part as Html).html : escaped(String(part));
};

/** A template whose values are escaped, unless they are HTML themselves. */
export const html = (strings: TemplateStringsArray, ...values: readonly Part[]): Html => ({
  html: String.raw({ raw: strings }, ...values.map(flat)),
});

/** A section of a page, with a heading that the table of contents leads to. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

export interface Page {
  readonly title: string;
  readonly subtitle: string;
  readonly sections: readonly Section[];
  /** For the script, as JSON; and its large parts by id, packed. */
  readonly data: unknown;
  readonly packed: Readonly<Record<string, string>>;
  readonly script: string;
}

/** A page, ready to be written. */
export interface Report {
  readonly text: string;
  /** What could not be shown whole, one sentence each. */
  readonly problems: readonly string[];
}

/** JSON that cannot end the element it stands in. */
const embedded = (data: unknown): Html => ({ html: JSON.stringify(data).replaceAll('<', '\\u003c') });

/** What a page may do: run its own script, and on a live page hear of the run. No network, no other file, no frame. */
function policy(script: string, live: boolean): string {
  const hash = createHash('sha256').update(script).digest('base64');
  const connect = live ? " connect-src 'self';" : '';
  return `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:;${connect} base-uri 'none'; form-action 'none'`;
}

/** One HTML file that needs nothing else: no network, no other file. Reads without its script, too. */
export function page({ title, subtitle, sections, data, packed, script }: Page): string {
  const own = script.replaceAll('</script', '<\\/script');
  const live = (data as { readonly live?: boolean }).live === true;
  const { html: text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="generator" content="memspike">
<meta http-equiv="Content-Security-Policy" content="${policy(own, live)}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${{ html: STYLE }}</style>
</head>
<body>
<header><h1>${title}</h1><p>${subtitle}</p>
<nav aria-label="Contents"><ul>${sections.map((s) => html`<li><a href="#${s.id}">${s.title}</a></li>`)}</ul></nav></header>
<main>
${sections.map((s) => html`<section id="${s.id}" aria-labelledby="${s.id}-title"><h2 id="${s.id}-title">${s.title}</h2>\n${s.body}</section>\n`)}
</main>
<script type="application/json" id="data">${embedded(data)}</script>
${Object.entries(packed).map(([id, bytes]) => html`<script type="application/octet-stream" id="${id}">${{ html: bytes }}</script>\n`)}
<script>${{ html: own }}</script>
</body>
</html>
`;
  return text;
}

/** A table of two columns. */
export const factsTable = (facts: readonly (readonly [string, string])[]): Html =>
  html`<table class="facts"><tbody>${facts.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>`;

/** Longer cells may be broken into lines. */
const LONG = 24;

/** A table of cells; the first row and the first column are headings. */
export const dataTable = ([head = [], ...rows]: readonly (readonly string[])[]): Html =>
  html`<div class="wide"><table class="data"><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(([name = '', ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td${{ html: cell.length > LONG ? '' : ' class="short"' }}>${cell}</td>`)}</tr>`)}</tbody></table></div>`;

/** A picture in the page itself. */
export const figure = (svg: string, title: string): Html =>
  html`<figure><img alt="${title}" src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}"></figure>`;
