import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { configSchema, type RunJson, readJson, readRunJson } from '../../run/runJson.ts';
import { curve } from '../plots/curve.ts';
import { figuresOf } from './answer.ts';
import { flattened } from './facts.ts';
import { dataTable, figure, type Html, html, page, type Report, type Section } from './html.ts';
import { trainingCurve } from './mnist.ts';
import { clientScript } from './script.ts';

interface Run {
  readonly name: string;
  readonly path: string;
  readonly config: ReadonlyMap<string, unknown>;
  readonly told: RunJson;
}

const MOST = 12;

function read(path: string): Run {
  for (const file of ['config.json', 'run.json'])
    if (!existsSync(join(path, file)))
      throw new UserError(`${path} has no ${file}: only finished runs are laid side by side.`);
  const config = new Map(flattened(readJson(path, 'config.json', configSchema)));
  return { name: basename(path), path, config, told: readRunJson(path) };
}

const shown = (value: unknown): string =>
  value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value).replaceAll(',', ', ');

/** One page on several finished runs: results, in what their configurations differ, and their curves in one frame. */
export function sideBySide(paths: readonly string[]): Report {
  if (paths.length > MOST)
    throw new UserError(`report: ${paths.length} runs are named, but at most ${MOST} are laid side by side.`);
  const runs = paths.map(read);
  // Runs of one name are told apart by their folders.
  const names = runs.map(({ name, path }) => (runs.filter((other) => other.name === name).length > 1 ? path : name));
  const figures = runs.map(({ told }) => new Map(figuresOf(told).map((one) => [one.name, one])));
  const asked = [...new Set(figures.flatMap((own) => [...own.keys()]))];
  const results = asked.map((name) => [
    name,
    ...figures.map((own) => {
      const one = own.get(name);
      return one === undefined ? '–' : `${one.value}${one.note ? ` (${one.note})` : ''}`;
    }),
  ]);
  const sections: Section[] = [{ id: 'answer', title: 'Results', body: dataTable([['', ...names], ...results]) }];
  const warned = runs.flatMap(({ told }, i) => (told.warnings ?? []).map((warning) => `${names[i]}: ${warning}`));
  if (warned.length > 0)
    sections.push({ id: 'warnings', title: 'Warnings', body: html`${warned.map((w) => html`<p>${w}</p>`)}` });
  const keys = [...new Set(runs.flatMap(({ config }) => [...config.keys()]))];
  const different = keys.filter((key) => new Set(runs.map(({ config }) => JSON.stringify(config.get(key)))).size > 1);
  const table = dataTable([
    ['', ...names],
    ...different.map((key) => [key, ...runs.map(({ config }) => shown(config.get(key)))]),
  ]);
  const differences: Html = different.length === 0 ? html`<p>Their configurations are the same.</p>` : table;
  sections.push({ id: 'differences', title: 'Differences of configuration', body: differences });
  const series = runs.flatMap(({ path }, i) => {
    const points = trainingCurve(path);
    return points.length === 0
      ? []
      : [{ name: names[i]!, points: points.map((p) => ({ x: p.images, y: p.accuracy })) }];
  });
  if (series.length > 0) {
    const svg = curve({
      title: 'Accuracy over training',
      subtitle: 'of the last 1,000 training images',
      x: { label: 'training images seen' },
      y: { label: 'accuracy (%)', domain: [0, 100] },
      series,
    });
    sections.push({ id: 'curves', title: 'Curves', body: figure(svg, 'accuracy over training') });
  }
  const title = `${names.join(', ')}: memspike runs side by side`;
  const subtitle = `${runs.length} runs`;
  return { text: page({ title, subtitle, sections, data: {}, packed: {}, script: clientScript() }), problems: [] };
}
