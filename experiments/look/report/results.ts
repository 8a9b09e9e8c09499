/** Pages on the results of commands that are no runs of a network: demonstrations, comparisons, measured and fitted devices. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { csvParseRows } from 'd3-dsv';
import { readJson } from '../../run/readJson.ts';
import { digits } from '../digits.ts';
import { answer, type Figure } from './answer.ts';
import { details, summaryFacts } from './facts.ts';
import { type Fit, fitted } from './fitted.ts';
import { dataTable, factsTable, figure, type Html, html, page, type Report, type Section } from './html.ts';
import { clientScript } from './script.ts';

/** The marks of commands whose results have a page. */
const MARKS = ['compare.json', 'characterise.json', 'fit.json'] as const;
/** Rows of a table that are shown; the file has all. */
const MOST_ROWS = 50;

interface Demonstrated {
  readonly demonstration: string;
  readonly title: string;
  readonly claim: string;
  readonly source: string;
  readonly figures: Readonly<
    Record<string, { readonly mean: number; readonly sd: number | null; readonly unit: string }>
  >;
  readonly expectations: readonly { readonly text: string; readonly shown: boolean }[];
}

/** The file that tells of the results in a directory; undefined if it holds none of these. */
export function markOf(directory: string): string | undefined {
  const mark = MARKS.find((one) => existsSync(join(directory, one)));
  if (mark !== undefined) return mark;
  if (!existsSync(join(directory, 'run.json'))) return undefined;
  return (readJson(directory, 'run.json') as Partial<Demonstrated>).demonstration === undefined
    ? undefined
    : 'run.json';
}

function demonstrated({ claim, source, figures, expectations }: Demonstrated): Section[] {
  const found = Object.entries(figures).map(
    ([name, { mean, sd, unit }]): Figure => ({
      name,
      value: digits(mean),
      note: `${sd === null ? '' : `± ${digits(sd)} `}${unit}`,
    }),
  );
  return [
    {
      id: 'answer',
      title: 'What was found',
      body: html`<ul class="expectations">${expectations.map(({ text, shown }) => html`<li><b>${shown ? 'shown' : 'NOT shown'}</b> ${text}</li>`)}</ul>${answer(found)}`,
    },
    {
      id: 'asked',
      title: 'What is claimed',
      body: factsTable([
        ['claim', claim],
        ['source', source],
      ]),
    },
  ];
}

/** Of a device: the parameters and what was found of each part, as the file tells. */
const measured = (facts: Readonly<Record<string, unknown>>): Section => ({
  id: 'answer',
  title: 'Summary',
  body: html`<div class="columns">${factsTable(summaryFacts(short(facts)))}</div>`,
});

/** Without lists of files, long lists and what a table of its own shows. */
function short(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, inner]) => !/^(files|pictures|arrow|csv|command|points|devices)$/.test(key) && !Array.isArray(inner),
      )
      .map(([key, inner]) => [key, short(inner)]),
  );
}

const number = (cell: string): string => (Number.isFinite(Number(cell)) ? digits(Number(cell)) : cell);

function tableOf(directory: string, file: string): Html {
  const [head = [], ...rows] = csvParseRows(readFileSync(join(directory, file), 'utf8'));
  const left =
    rows.length > MOST_ROWS
      ? html`<p class="hint">The first ${MOST_ROWS} of ${rows.length.toLocaleString('en')} rows of ${file}.</p>`
      : '';
  const shown = rows
    .slice(0, MOST_ROWS)
    .map((row) => row.map((cell) => (cell === '' || Number.isInteger(Number(cell)) ? cell : number(cell))));
  return html`<h3>${file}</h3>${left}${dataTable([head, ...shown])}`;
}

/** One self-contained HTML page on the results that `mark` tells of. */
export function resultsReport(directory: string, mark: string): Report {
  const facts = readJson(directory, mark) as Readonly<Record<string, unknown>>;
  const isDemonstration = mark === 'run.json';
  const files = readdirSync(directory).sort();
  const pictures = files
    .filter((name) => name.endsWith('.svg'))
    .map((name) => figure(readFileSync(join(directory, name), 'utf8'), name.replace('.svg', '').replaceAll('-', ' ')));
  const tables = files.filter((name) => name.endsWith('.csv'));
  const sections: Section[] = isDemonstration ? demonstrated(facts as unknown as Demonstrated) : [];
  if (mark === 'compare.json' && tables.includes('compare.csv'))
    sections.push({ id: 'answer', title: 'Devices side by side', body: tableOf(directory, 'compare.csv') });
  else if (mark === 'fit.json') sections.push(...fitted(facts as unknown as Fit));
  else if (!isDemonstration) sections.push(measured(facts));
  if (pictures.length > 0) sections.splice(1, 0, { id: 'pictures', title: 'Pictures', body: html`${pictures}` });
  const others = tables.filter((name) => name !== 'compare.csv');
  if (others.length > 0)
    sections.push({ id: 'tables', title: 'Tables', body: html`${others.map((name) => tableOf(directory, name))}` });
  sections.push({ id: 'configuration', title: 'As it was written', body: details(mark, facts) });
  const { title: named, version } = facts as { readonly title?: string; readonly version?: string };
  const title = `${named ?? basename(directory)}: memspike ${isDemonstration ? 'demonstration' : mark.replace('.json', '')}`;
  const subtitle = `${basename(directory)}${version === undefined ? '' : `, memspike ${version}`}`;
  return { text: page({ title, subtitle, sections, data: {}, packed: {}, script: clientScript() }), problems: [] };
}
