import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { csvParseRows } from 'd3-dsv';
import * as z from 'zod/mini';
import { nameDevice } from '../compare/league.ts';
import { passportSchema } from '../compare/passportSchema.ts';
import { createMappingSchema, readJson, runConfigSchema } from '../logs/runJson.ts';
import { formatSignificantDigits } from '../look/digits.ts';
import { describeMeanDifference } from '../statistics/estimate.ts';
import { SECTION_RENDERERS_BY_FILE } from './deviceResults.ts';
import * as page from './page.ts';
import { formatProvenance, type KeyFigure, renderKeyFigures } from './runFacts.ts';

const { html } = page;

const MAX_ROWS = 50;

const headSchema = z.looseObject({ title: z.optional(z.string()), version: z.optional(z.string()) });

const demonstrationSchema = z.looseObject({
  demonstration: z.string(),
  title: z.string(),
  claim: z.string(),
  source: z.string(),
  figures: createMappingSchema(
    z.looseObject({
      mean: z.nullable(z.number()),
      sd: z.nullable(z.number()),
      unit: z.string(),
      values: z.array(z.nullable(z.number())),
    }),
  ),
  verdict: z.optional(z.string()),
  expectations: z.array(z.looseObject({ text: z.string(), shown: z.nullable(z.boolean()) })),
});

function renderDemonstration(directory: string): page.Section[] {
  const { claim, source, verdict, figures, expectations } = readJson(directory, 'run.json', demonstrationSchema);
  const collected = Object.entries(figures).map(([label, { mean, sd, unit, values }]): KeyFigure => {
    const known = values.filter((value) => value !== null);
    const spread = [sd === null ? '' : `± ${formatSignificantDigits(sd)}`, unit === '1' ? '' : unit]
      .filter(Boolean)
      .join(' ');
    const note = unit === 'points' ? describeMeanDifference(known, unit, formatSignificantDigits) : spread;
    return { label, value: mean === null ? '–' : formatSignificantDigits(mean), note };
  });
  const list = expectations.map(
    ({ text, shown }) => html`<li><b>${shown === null ? 'not tested' : shown ? 'shown' : 'NOT shown'}</b> ${text}</li>`,
  );
  const results = html`<ul class="expectations">${list}</ul>${renderKeyFigures(collected)}`;
  return [
    page.makeSection('answer', 'Results', results),
    page.makeSection(
      'asked',
      'Claim',
      page.renderFactsTable(Object.entries({ claim, source, ...(verdict && { verdict }) })),
    ),
  ];
}

export function findResultsFile(directory: string): string | undefined {
  const file = Object.keys(SECTION_RENDERERS_BY_FILE).find((one) => existsSync(join(directory, one)));
  if (file !== undefined || !existsSync(join(directory, 'run.json'))) return file;
  return 'demonstration' in readJson(directory, 'run.json', runConfigSchema) ? 'run.json' : undefined;
}

function formatCell(cell: string): string {
  const value = Number(cell);
  if (cell === '' || Number.isInteger(value)) return cell;
  return Number.isFinite(value) ? formatSignificantDigits(value) : cell.replace(/^NaN$/, '–');
}

function renderCsv(directory: string, file: string): page.Html {
  const [head = [], ...rows] = csvParseRows(readFileSync(join(directory, file), 'utf8'));
  const shown = rows.slice(0, MAX_ROWS).map((row) => row.map(formatCell));
  const hint = html`<p class="hint">The first ${MAX_ROWS} of ${rows.length.toLocaleString('en')} rows of ${file}.</p>`;
  return html`<h3>${file}</h3>${rows.length > MAX_ROWS ? hint : ''}${page.renderDataTable([head, ...shown])}`;
}

const readPassportTitle = (directory: string): string =>
  nameDevice(readJson(directory, 'passport.json', passportSchema));

export function renderResultsReport(directory: string, file: string): page.Report {
  const facts = readJson(directory, file, headSchema);
  const pictures = page.embedPictureFiles(directory);
  const names = readdirSync(directory).filter((name) => name.endsWith('.csv'));
  const tables = names.sort().map((name) => renderCsv(directory, name));
  const sections = (SECTION_RENDERERS_BY_FILE[file] ?? renderDemonstration)(directory);
  const afterAnswer = sections.findIndex(({ id }) => id === 'answer') + 1;
  if (pictures.length > 0) sections.splice(afterAnswer, 0, page.makeSection('pictures', 'Pictures', html`${pictures}`));
  if (tables.length > 0) sections.push(page.makeSection('tables', 'Tables', html`${tables}`));
  sections.push(page.makeSection('configuration', 'Files', page.renderCollapsedJson(file, facts)));
  const { title = file === 'passport.json' ? readPassportTitle(directory) : basename(directory), version } = facts;
  const kind = file === 'run.json' ? 'demonstration' : file.replace('.json', '');
  const subtitle = `${basename(directory)}${version === undefined ? '' : `, memspike ${version}`}${formatProvenance(facts)}`;
  return { pageText: page.renderPage({ title: `${title}: memspike ${kind}`, subtitle, sections }), problems: [] };
}
