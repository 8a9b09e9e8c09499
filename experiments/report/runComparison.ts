import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { readJson, readRunJson, runConfigSchema } from '../logs/runJson.ts';
import { renderCurves } from '../look/plots/chart.ts';
import { readTrainingCurve } from './mnist.ts';
import {
  createTextSections,
  embedPicture,
  html,
  makeSection,
  type Report,
  renderDataTable,
  renderPage,
} from './page.ts';
import { collectKeyFigures, flattenFacts } from './runFacts.ts';

const MAX_RUNS = 12;

function readRun(path: string) {
  for (const file of ['config.json', 'run.json'])
    if (!existsSync(join(path, file)))
      throw new UserError(`${path} has no ${file}: only finished runs can be compared.`);
  const config: ReadonlyMap<string, unknown> = new Map(flattenFacts(readJson(path, 'config.json', runConfigSchema)));
  return { name: basename(path), path, config, facts: readRunJson(path) };
}

const formatValue = (value: unknown): string =>
  value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value).replaceAll(',', ', ');

export function renderRunComparison(paths: readonly string[]): Report {
  if (paths.length > MAX_RUNS)
    throw new UserError(`report: at most ${MAX_RUNS} runs can be compared (got ${paths.length}).`);
  const runs = paths.map(readRun);
  // Runs with equal names are identified by their paths.
  const names = runs.map(({ name, path }) => (runs.filter((other) => other.name === name).length > 1 ? path : name));
  const figures = runs.map(({ facts }) => new Map(collectKeyFigures(facts).map((one) => [one.label, one])));
  const results = [...new Set(figures.flatMap((own) => [...own.keys()]))].map((name) => [
    name,
    ...figures.map((own) => {
      const one = own.get(name);
      return one === undefined ? '–' : `${one.value}${one.note ? ` (${one.note})` : ''}`;
    }),
  ]);
  const warnings = runs.flatMap(({ facts }, i) => (facts.warnings ?? []).map((warning) => `${names[i]}: ${warning}`));
  const keys = [...new Set(runs.flatMap(({ config }) => [...config.keys()]))];
  const differences = keys
    .filter((key) => new Set(runs.map(({ config }) => JSON.stringify(config.get(key)))).size > 1)
    .map((key) => [key, ...runs.map(({ config }) => formatValue(config.get(key)))]);
  const differenceTable =
    differences.length === 0
      ? html`<p>The configurations are equal.</p>`
      : renderDataTable([['', ...names], ...differences]);
  const sections = [
    makeSection('answer', 'Results', renderDataTable([['', ...names], ...results])),
    ...createTextSections('warnings', 'Warnings', warnings),
    makeSection('differences', 'Differences of configuration', differenceTable),
  ];
  const series = runs.flatMap(({ path }, i) => {
    const points = readTrainingCurve(path).map(({ images, accuracy }) => ({ x: images, y: accuracy }));
    return points.length === 0 ? [] : [{ name: names[i]!, points }];
  });
  if (series.length > 0) {
    const svg = renderCurves({
      title: 'Accuracy over training',
      subtitle: 'of the last 1,000 training images',
      x: { label: 'training images seen' },
      y: { label: 'accuracy (%)', domain: [0, 100] },
      series,
    });
    sections.push(makeSection('curves', 'Curves', embedPicture(svg, 'accuracy over training')));
  }
  const title = `${names.join(', ')}: comparison of memspike runs`;
  return { pageText: renderPage({ title, subtitle: `${runs.length} runs`, sections }), problems: [] };
}
