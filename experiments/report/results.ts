/** Report pages on results other than runs: demonstrations, and compared, characterised or fitted devices. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { csvParseRows } from 'd3-dsv';
import * as z from 'zod/mini';
import { configSchema, mappingSchema, readJson } from '../logs/runJson.ts';
import { formatDigits } from '../look/digits.ts';
import { describeMeanDifference } from '../statistics/estimate.ts';
import {
  characterisationSchema,
  comparisonSchema,
  fitSchema,
  renderCharacterisation,
  renderComparison,
  renderFit,
} from './deviceResults.ts';
import {
  embedPicturesOf,
  type Html,
  html,
  type Report,
  renderCollapsedJson,
  renderDataTable,
  renderFactsTable,
  renderPage,
  type Section,
} from './page.ts';
import { type Figure, renderKeyFigures } from './runFacts.ts';

/** Maximum number of table rows on a page; the CSV file has all rows. */
const MAX_ROWS = 50;

const headSchema = z.looseObject({ title: z.optional(z.string()), version: z.optional(z.string()) });

const demonstrationSchema = z.looseObject({
  demonstration: z.string(),
  title: z.string(),
  claim: z.string(),
  source: z.string(),
  figures: mappingSchema(
    z.looseObject({
      mean: z.nullable(z.number()),
      sd: z.nullable(z.number()),
      unit: z.string(),
      values: z.array(z.nullable(z.number())),
      isDifference: z.optional(z.boolean()),
    }),
  ),
  expectations: z.array(z.looseObject({ text: z.string(), shown: z.boolean() })),
});

function renderDemonstration(directory: string): Section[] {
  const { claim, source, figures, expectations } = readJson(directory, 'run.json', demonstrationSchema);
  const collected = Object.entries(figures).map(([name, { mean, sd, unit, values, isDifference }]): Figure => {
    const known = values.filter((value) => value !== null);
    const note = isDifference
      ? describeMeanDifference(known, unit, formatDigits)
      : `${sd === null ? '' : `± ${formatDigits(sd)} `}${unit}`;
    return { name, value: mean === null ? '–' : formatDigits(mean), note };
  });
  const list = html`<ul class="expectations">${expectations.map(({ text, shown }) => html`<li><b>${shown ? 'shown' : 'NOT shown'}</b> ${text}</li>`)}</ul>`;
  const claims = [
    ['claim', claim],
    ['source', source],
  ] as const;
  return [
    { id: 'answer', title: 'Results', body: html`${list}${renderKeyFigures(collected)}` },
    { id: 'asked', title: 'Claim', body: renderFactsTable(claims) },
  ];
}

/** Functions that create the report sections, by the result file that identifies the command. */
const SECTIONS_BY_FILE: Readonly<Record<string, (directory: string) => Section[]>> = {
  'compare.json': (directory) => renderComparison(readJson(directory, 'compare.json', comparisonSchema)),
  'characterise.json': (directory) =>
    renderCharacterisation(readJson(directory, 'characterise.json', characterisationSchema)),
  'fit.json': (directory) => renderFit(readJson(directory, 'fit.json', fitSchema)),
};

/** Name of the JSON file with the results in a directory; undefined if the directory holds no such results. */
export function findResultsFile(directory: string): string | undefined {
  const file = Object.keys(SECTIONS_BY_FILE).find((one) => existsSync(join(directory, one)));
  if (file !== undefined || !existsSync(join(directory, 'run.json'))) return file;
  return 'demonstration' in readJson(directory, 'run.json', configSchema) ? 'run.json' : undefined;
}

/** Formats a cell of a CSV file: numbers with four digits, integers unchanged, a dash for NaN. */
function formatCell(cell: string): string {
  const value = Number(cell);
  if (cell === '' || Number.isInteger(value)) return cell;
  return Number.isFinite(value) ? formatDigits(value) : cell.replace(/^NaN$/, '–');
}

function renderCsv(directory: string, file: string): Html {
  const [head = [], ...rows] = csvParseRows(readFileSync(join(directory, file), 'utf8'));
  const shown = rows.slice(0, MAX_ROWS).map((row) => row.map(formatCell));
  const hint = html`<p class="hint">The first ${MAX_ROWS} of ${rows.length.toLocaleString('en')} rows of ${file}.</p>`;
  return html`<h3>${file}</h3>${rows.length > MAX_ROWS ? hint : ''}${renderDataTable([head, ...shown])}`;
}

/** Renders a report page on results. @param file name of the JSON file with the results */
export function renderResultsReport(directory: string, file: string): Report {
  const facts = readJson(directory, file, headSchema);
  const pictures = embedPicturesOf(directory);
  const tables = readdirSync(directory)
    .filter((name) => name.endsWith('.csv'))
    .sort();
  const sections = (SECTIONS_BY_FILE[file] ?? renderDemonstration)(directory);
  if (pictures.length > 0) sections.splice(1, 0, { id: 'pictures', title: 'Pictures', body: html`${pictures}` });
  if (tables.length > 0)
    sections.push({ id: 'tables', title: 'Tables', body: html`${tables.map((name) => renderCsv(directory, name))}` });
  sections.push({ id: 'configuration', title: 'Files', body: renderCollapsedJson(file, facts) });
  const { title = basename(directory), version } = facts;
  const kind = file === 'run.json' ? 'demonstration' : file.replace('.json', '');
  const subtitle = `${basename(directory)}${version === undefined ? '' : `, memspike ${version}`}`;
  return { text: renderPage({ title: `${title}: memspike ${kind}`, subtitle, sections }), problems: [] };
}
