import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { validate } from '../../core/declare/validate.ts';
import { DEMONSTRATION_LOADERS } from '../demonstrations/index.ts';
import { readJson } from '../logs/runJson.ts';
import { readConfig } from '../network/config/load.ts';
import { resolvePackagePath } from '../shipped.ts';
import { formatTable, type GeneratedPage, joinPageParts } from './page.ts';

const FOLDER = 'experiments/demonstrations';
const PAGES = 'docs/results/demonstrations';

/** Folder of a demonstration: `in-situ` is in `inSitu`. */
export const getDemonstrationFolder = (name: string): string =>
  `${FOLDER}/${name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}`;

/** Schema of a figure: mean over seeds, standard deviation, 95 % interval. */
export const figureOfMeritSchema = z.object({
  mean: z.number(),
  sd: z.nullable(z.number()),
  low: z.optional(z.number()),
  high: z.optional(z.number()),
  unit: z.string(),
});

/** Schema of `results.json` beside a demonstration: figures of a run. Also selects the keys of this schema from `run.json`. */
export const recordedResultSchema = z.object({
  demonstration: z.string(),
  /** Command that computes the figures, without its output options. */
  commandLine: z.string(),
  version: z.string(),
  figures: z.record(z.string(), figureOfMeritSchema),
});
type RecordedResults = z.output<typeof recordedResultSchema>;

/** Entries of the catalogue that the overview shows. */
const catalogueSchema = z.record(
  z.string(),
  z.looseObject({
    title: z.string(),
    verdict: z.string(),
    section: z.string(),
    result: z.string(),
    control: z.string(),
    missed: z.optional(z.string()),
  }),
);

/** Number formats by letter: none: decimals; `,`: decimals, thousands separated; `e`: exponent; `p`: significant digits. */
const NUMBER_FORMATS: Readonly<Record<string, (value: number, digits: number) => string>> = {
  '': (value, digits) => value.toFixed(digits),
  ',': (value, digits) => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  e: (value, digits) => value.toExponential(digits).replace('e+', 'e'),
  p: (value, digits) => String(Number(value.toPrecision(digits))),
};

/** Pattern of a quoted figure: `{{NAME; mean; 2}}`. The last part is the number of digits and the letter of the number format. */
const FIGURE_PATTERN = /\{\{([^{}]+); (mean|sd|low|high); (\d+)([,ep]?)\}\}/g;

const readResults = (name: string): RecordedResults =>
  readJson(resolvePackagePath(getDemonstrationFolder(name)), 'results.json', recordedResultSchema);

/** Replaces placeholders by recorded results, and `{{table}}` by the table of all results. @param where owner of the text in messages */
export function insertFiguresOfMerit(text: string, figures: RecordedResults['figures'], where: string): string {
  const round = (value: number | null) => (value === null ? '' : NUMBER_FORMATS.p!(value, 4));
  const rows = Object.entries(figures).map(([name, { mean, sd, unit }]) => [name, round(mean), round(sd), unit]);
  const filled = text
    .replace('{{table}}', () => formatTable(['Figure', 'Mean', 'sd', 'Unit'], rows))
    .replaceAll(FIGURE_PATTERN, (_, name: string, statistic: 'mean', digits: string, format: string) => {
      const value = figures[name]?.[statistic];
      if (typeof value !== 'number')
        throw new Error(
          `${where} quotes the ${statistic} of the result "${name}", but results.json has no such value; correct the name`,
        );
      return NUMBER_FORMATS[format]!(value, Number(digits));
    });
  const [unknown] = /\{\{[^}]*\}\}/.exec(filled) ?? [];
  if (unknown !== undefined) throw new Error(`${where} has the placeholder ${unknown}, which is not defined`);
  return filled;
}

function renderDemonstration(name: string): string {
  const source = `${getDemonstrationFolder(name)}/page.md`;
  const text = readFileSync(resolvePackagePath(source), 'utf8').trim();
  return joinPageParts(`${source} and results.json`, [insertFiguresOfMerit(text, readResults(name).figures, source)]);
}

function renderGallery(): string {
  const [source, catalogueFile] = [`${FOLDER}/gallery.md`, `${FOLDER}/catalogue.yaml`];
  const catalogue = validate(catalogueSchema, readConfig(resolvePackagePath(catalogueFile)), catalogueFile);
  const entries = Object.entries(catalogue).map(([name, entry]) => {
    const { figures } = readResults(name);
    const [, alt, file] = /!\[([^\]]+)\]\(([^)]+)\)/.exec(renderDemonstration(name))!;
    const fill = (text: string) => insertFiguresOfMerit(text, figures, `${catalogueFile}: ${name}`);
    const link = `[**${name}**](${name}.md)`;
    const picture = `[![${alt!.replaceAll('\n', ' ')}](${file})](${name}.md)`;
    const { title, result, control, verdict, section } = entry;
    const missed = entry.missed === undefined ? [] : [[link, fill(entry.missed)]];
    return { section, missed, row: [picture, link, title, fill(result), control, verdict] };
  });
  const formatSection = (wanted: string) =>
    formatTable(
      ['', 'Demonstration', 'Subject', 'Result', 'Control', 'Holds'],
      entries.filter(({ section }) => section === wanted).map(({ row }) => row),
    );
  const missed = entries.flatMap((entry) => entry.missed);
  const text = readFileSync(resolvePackagePath(source), 'utf8')
    .trim()
    .replaceAll(/\{\{section (\w+)\}\}/g, (_, section: string) => formatSection(section))
    .replace('{{missed}}', () => formatTable(['Demonstration', 'Part of the claim that does not hold'], missed));
  return joinPageParts(`${source}, catalogue.yaml and results.json of each demonstration`, [text]);
}

/** Creates the overview of the demonstrations, and a page for each. */
export const createDemonstrationPages = (): GeneratedPage[] => [
  { path: `${PAGES}/README.md`, render: renderGallery },
  ...Object.keys(DEMONSTRATION_LOADERS).map((name) => ({
    path: `${PAGES}/${name}.md`,
    render: () => renderDemonstration(name),
  })),
];
