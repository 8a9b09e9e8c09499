import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { escapeXml } from '../look/plots/style.ts';
import { resolvePackagePath } from '../shipped.ts';
import type { SpikeColumns } from './client/data.ts';
import { REPORT_CSS } from './css.ts';

/** HTML that is inserted into a page without escaping. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | readonly Part[];

function escapePart(part: Part): string {
  if (Array.isArray(part)) return part.map(escapePart).join('');
  if (typeof part === 'object') return (part as Html).html;
  return escapeXml(String(part)).replaceAll("'", '&#39;');
}

/** Template tag for HTML; inserted values are escaped, unless they are `Html`. */
export const html = (strings: TemplateStringsArray, ...values: readonly Part[]): Html => ({
  html: String.raw({ raw: strings }, ...values.map(escapePart)),
});

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

export const makeSection = (id: string, title: string, body: Html): Section => ({ id, title, body });

export interface Page {
  readonly title: string;
  readonly subtitle: string;
  readonly sections: readonly Section[];
  readonly scriptData?: unknown;
  /** Data encoded by `packBytes`, by id of the page element. */
  readonly packedData?: Readonly<Record<string, string>>;
  /** JavaScript code of the page. Default: script of report pages. */
  readonly script?: string;
}

export interface Report {
  readonly pageText: string; // HTML
  readonly problems: readonly string[];
}

/** JSON without `<`, which could close the script element. */
const embedJson = (data: unknown): Html => ({ html: JSON.stringify(data).replaceAll('<', '\\u003c') });

/** Content security policy: allows only the page's own script and, on a live page, connections to its server. */
function contentPolicy(script: string, isLive: boolean): string {
  const hash = createHash('sha256').update(script).digest('base64');
  const connect = isLive ? " connect-src 'self';" : '';
  return `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:;${connect} base-uri 'none'; form-action 'none'`;
}

export function renderPage({
  title,
  subtitle,
  sections,
  scriptData: data = {},
  packedData = {},
  script,
}: Page): string {
  const clientScript = script ?? readFileSync(resolvePackagePath('dist/experiments/report/client/bundle.js'), 'utf8');
  const safeScript = clientScript.replaceAll('</script', '<\\/script');
  const isLive = (data as { readonly isLive?: boolean }).isLive === true;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="generator" content="memspike">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(safeScript, isLive)}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${{ html: REPORT_CSS }}</style>
</head>
<body>
<header><h1>${title}</h1><p>${subtitle}</p>
<nav aria-label="Contents"><ul>${sections.map((s) => html`<li><a href="#${s.id}">${s.title}</a></li>`)}</ul></nav></header>
<main>
${sections.map((s) => html`<section id="${s.id}" aria-labelledby="${s.id}-title"><h2 id="${s.id}-title">${s.title}</h2>\n${s.body}</section>\n`)}
</main>
<script type="application/json" id="data">${embedJson(data)}</script>
${Object.entries(packedData).map(([id, bytes]) => html`<script type="application/octet-stream" id="${id}">${{ html: bytes }}</script>\n`)}
<script>${{ html: safeScript }}</script>
</body>
</html>
`.html;
}

export const renderFactsTable = (facts: readonly (readonly [string, string])[]): Html =>
  html`<table class="facts"><tbody>${facts.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>`;

const MAX_UNBROKEN_LENGTH = 24; // characters; longer cells may be broken into lines

/** Renders a table whose first row and first column are headings. */
export const renderDataTable = ([head = [], ...rows]: readonly (readonly string[])[]): Html =>
  html`<div class="wide"><table class="data"><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(([name = '', ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td${{ html: cell.length > MAX_UNBROKEN_LENGTH ? '' : ' class="short"' }}>${cell}</td>`)}</tr>`)}</tbody></table></div>`;

export const createTextSections = (id: string, title: string, sentences: readonly string[]): Section[] =>
  sentences.length === 0
    ? []
    : [makeSection(id, title, html`${sentences.map((sentence) => html`<p>${sentence}</p>`)}`)];

export const renderCollapsedJson = (name: string, value: unknown): Html =>
  html`<details><summary>${name}</summary><pre>${JSON.stringify(value, null, 2)}</pre></details>`;

export const embedPicture = (svg: string, title: string): Html =>
  html`<figure><img alt="${title}" src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}"></figure>`;

export const embedPictureFile = (directory: string, name: string): Html =>
  embedPicture(readFileSync(join(directory, name), 'utf8'), name.replace('.svg', '').replaceAll('-', ' '));

export const embedPictureFiles = (directory: string, excluded: ReadonlySet<string> = new Set()): Html[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.svg') && !excluded.has(name))
    .sort()
    .map((name) => embedPictureFile(directory, name));

export const packBytes = (bytes: Uint8Array): string => deflateSync(bytes).toString('base64');

/**
 * Packs spikes: their number, differences between successive ticks (which zlib compresses to about a quarter), neuron
 * indices, population indices.
 */
export function packSpikes({ ticks, neurons, populationIndices }: SpikeColumns): string {
  const n = ticks.length;
  const words = new Uint32Array(1 + 2 * n);
  words[0] = n;
  for (let i = 0; i < n; i++) words[1 + i] = ticks[i]! - (i === 0 ? 0 : ticks[i - 1]!);
  words.set(neurons, 1 + n);
  const bytes = new Uint8Array(words.byteLength + n);
  bytes.set(new Uint8Array(words.buffer));
  bytes.set(populationIndices, words.byteLength);
  return packBytes(bytes);
}
