/** Pages on the results of commands that are no runs of a network: demonstrations, comparisons, measured and fitted devices. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { csvParseRows } from 'd3-dsv';
import * as z from 'zod/mini';
import { configSchema, mappingSchema, readJson } from '../../run/runJson.ts';
import { describeMeanDifference } from '../../statistics/estimate.ts';
import { digits } from '../digits.ts';
import { answer, type Figure } from './answer.ts';
import { characterised, characterisedSchema, compared, comparedSchema } from './devices.ts';
import { details } from './facts.ts';
import { fitSchema, fitted } from './fitted.ts';
import { dataTable, factsTable, figure, type Html, html, page, type Report, type Section } from './html.ts';
import { clientScript } from './script.ts';

/** The marks of commands whose results have a page. */
const MARKS = ['compare.json', 'characterise.json', 'fit.json'] as const;
/** Rows of a table that are shown; the file has all. */
const MOST_ROWS = 50;

const markSchema = z.looseObject({ title: z.optional(z.string()), version: z.optional(z.string()) });

const figureSchema = z.looseObject({
  mean: z.nullable(z.number()),
  sd: z.nullable(z.number()),
  unit: z.string(),
  values: z.array(z.nullable(z.number())),
  isDifference: z.optional(z.boolean()),
});
const demonstratedSchema = z.looseObject({
  demonstration: z.string(),
  title: z.string(),
  claim: z.string(),
  source: z.string(),
  figures: mappingSchema(figureSchema),
  expectations: z.array(z.looseObject({ text: z.string(), shown: z.boolean() })),
});

/** The file that tells of the results in a directory; undefined if it holds none of these. */
export function markOf(directory: string): string | undefined {
  const mark = MARKS.find((one) => existsSync(join(directory, one)));
  if (mark !== undefined) return mark;
  if (!existsSync(join(directory, 'run.json'))) return undefined;
  return 'demonstration' in readJson(directory, 'run.json', configSchema) ? 'run.json' : undefined;
}

function demonstrated({ claim, source, figures, expectations }: z.output<typeof demonstratedSchema>): Section[] {
  const found = Object.entries(figures).map(
    ([name, { mean, sd, unit, values, isDifference }]): Figure => ({
      name,
      value: mean === null ? '–' : digits(mean),
      note: isDifference
        ? describeMeanDifference(
            values.filter((value) => value !== null),
            unit,
            digits,
          )
        : `${sd === null ? '' : `± ${digits(sd)} `}${unit}`,
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

/** Sections on the results in the file `mark`, first. */
function found(directory: string, mark: string): Section[] {
  if (mark === 'fit.json') return fitted(readJson(directory, mark, fitSchema));
  if (mark === 'characterise.json') return characterised(readJson(directory, mark, characterisedSchema));
  if (mark === 'compare.json') return compared(readJson(directory, mark, comparedSchema));
  return demonstrated(readJson(directory, mark, demonstratedSchema));
}

/** Four digits; counts as they are; nothing for what there is not. */
function shown(cell: string): string {
  const value = Number(cell);
  if (cell === '' || Number.isInteger(value)) return cell;
  return Number.isFinite(value) ? digits(value) : cell.replace(/^NaN$/, '–');
}

function tableOf(directory: string, file: string): Html {
  const [head = [], ...rows] = csvParseRows(readFileSync(join(directory, file), 'utf8'));
  const left =
    rows.length > MOST_ROWS
      ? html`<p class="hint">The first ${MOST_ROWS} of ${rows.length.toLocaleString('en')} rows of ${file}.</p>`
      : '';
  return html`<h3>${file}</h3>${left}${dataTable([head, ...rows.slice(0, MOST_ROWS).map((row) => row.map(shown))])}`;
}

/** One self-contained HTML page on the results that `mark` tells of. */
export function resultsReport(directory: string, mark: string): Report {
  const facts = readJson(directory, mark, markSchema);
  const isDemonstration = mark === 'run.json';
  const files = readdirSync(directory).sort();
  const pictures = files
    .filter((name) => name.endsWith('.svg'))
    .map((name) => figure(readFileSync(join(directory, name), 'utf8'), name.replace('.svg', '').replaceAll('-', ' ')));
  const tables = files.filter((name) => name.endsWith('.csv'));
  const sections = found(directory, mark);
  if (pictures.length > 0) sections.splice(1, 0, { id: 'pictures', title: 'Pictures', body: html`${pictures}` });
  if (tables.length > 0)
    sections.push({ id: 'tables', title: 'Tables', body: html`${tables.map((name) => tableOf(directory, name))}` });
  sections.push({ id: 'configuration', title: 'As it was written', body: details(mark, facts) });
  const { title: named, version } = facts;
  const title = `${named ?? basename(directory)}: memspike ${isDemonstration ? 'demonstration' : mark.replace('.json', '')}`;
  const subtitle = `${basename(directory)}${version === undefined ? '' : `, memspike ${version}`}`;
  return { text: page({ title, subtitle, sections, data: {}, packed: {}, script: clientScript() }), problems: [] };
}
