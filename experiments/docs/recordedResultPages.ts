import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { readJson } from '../logs/runJson.ts';
import { resolvePackagePath } from '../shipped.ts';
import { figureOfMeritSchema, insertFiguresOfMerit } from './demonstrations.ts';
import { type GeneratedPage, joinPageParts } from './page.ts';

/** Folder with the sources of the pages, and with the recorded figures. */
export const RECORDED_RESULTS_FOLDER = 'experiments/docs/results';
export const RECORDED_RESULTS_FILE = 'results.json';

/** Source file of each page; keys: paths of the pages below docs/results, without extension. */
const PAGE_SOURCES: Readonly<Record<string, string>> = {
  'studies/README': 'studies',
  'studies/neurons': 'neurons',
  'studies/spread': 'spread',
  'studies/levels': 'levels',
  'studies/on-off': 'on-off',
  'studies/stuck': 'stuck',
  'studies/images': 'images',
};

/** Schema of `results.json`: figures of studies, by name of the study. */
export const recordedResultsSchema = z.record(
  z.string(),
  z.object({
    /** Command that computes the figures, without its output options. */
    commandLine: z.string(),
    version: z.string(),
    resultsSha256: z.string(),
    figures: z.record(z.string(), figureOfMeritSchema),
  }),
);
export type RecordedResults = z.output<typeof recordedResultsSchema>;

export const readRecordedResults = (): RecordedResults =>
  readJson(resolvePackagePath(RECORDED_RESULTS_FOLDER), RECORDED_RESULTS_FILE, recordedResultsSchema);

/** Replaces figures `{{RESULT FIGURE; mean; 1}}`, and `{{source RESULT}}` by command, version and hash. */
function renderPage(source: string): string {
  const results = readRecordedResults();
  const figures = Object.entries(results).flatMap(([result, { figures }]) =>
    Object.entries(figures).map(([name, figure]) => [`${result} ${name}`, figure] as const),
  );
  const text = readFileSync(resolvePackagePath(source), 'utf8')
    .trim()
    .replaceAll(/\{\{source (\S+)\}\}/g, (placeholder, name: string) => {
      const result = results[name];
      if (result === undefined) throw new Error(`${source} has ${placeholder}, which ${RECORDED_RESULTS_FILE} lacks`);
      return `Recorded with \`${result.commandLine}\`, memspike ${result.version}; SHA-256 of the results: \`${result.resultsSha256.slice(0, 12)}\`.`;
    });
  return joinPageParts(`${source} and ${RECORDED_RESULTS_FILE}`, [
    insertFiguresOfMerit(text, Object.fromEntries(figures), source),
  ]);
}

export const createRecordedResultPages = (): GeneratedPage[] =>
  Object.entries(PAGE_SOURCES).map(([page, source]) => ({
    path: `docs/results/${page}.md`,
    render: () => renderPage(`${RECORDED_RESULTS_FOLDER}/${source}.md`),
  }));
