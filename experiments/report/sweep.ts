import { basename } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { formatCount } from '../../core/declare/show.ts';
import { tabulateBestPoints } from '../sweep/best.ts';
import { readSweepResults } from '../sweep/collect.ts';
import { isLowerBetter, toDisplayName } from '../sweep/names.ts';
import { drawSweepPictures } from '../sweep/pictures.ts';
import { readRunStates } from '../sweep/status.ts';
import {
  createTextSections,
  figure,
  html,
  type Report,
  renderCollapsedJson,
  renderDataTable,
  renderFactsTable,
  renderPage,
} from './page.ts';

/** Renders a report page on a sweep: progress, best points, metric plots. @throws UserError if no run is finished */
export function renderSweepReport(directory: string): Report {
  const collected = readSweepResults(directory);
  const { plan, results, lacking, resultsSha256 } = collected;
  const { facts } = plan;
  if (results.length === 0) throw new UserError(`${directory} has no finished run, so there is nothing to show.`);
  const states = readRunStates(plan);
  const summary = [
    ['sweep file', facts.file],
    ['points', facts.points.toLocaleString('en')],
    ['replicates', facts.replicates.toLocaleString('en')],
    ...['done', 'running', 'failed', 'missing'].map((state) => {
      const count = states.filter((one) => one.state === state).length;
      return [`runs ${state}`, count.toLocaleString('en')] as const;
    }),
    ['parameters', facts.parameters.map(({ name }) => name).join(', ')],
    ['metrics', facts.metrics.map(({ name }) => name).join(', ')],
    ['results', `sha256 ${resultsSha256}`],
  ] as const;
  const best = facts.metrics.flatMap(({ name }, m) => {
    const rows = tabulateBestPoints(collected, m, isLowerBetter(name));
    const heading = `${isLowerBetter(name) ? 'Lowest' : 'Highest'} ${toDisplayName(name)}`;
    return rows.length > 1 ? [html`<h3>${heading}</h3>${renderDataTable(rows)}`] : [];
  });
  const pictures = drawSweepPictures(collected).map(({ name, svg }) => figure(svg, name.replaceAll('-', ' ')));
  const sections = [
    ...createTextSections('notes', 'Not shown', lacking),
    { id: 'summary', title: 'Summary', body: renderFactsTable(summary) },
    { id: 'points', title: 'Best points', body: html`${best}` },
    { id: 'responses', title: 'Responses', body: html`${pictures}` },
    { id: 'configuration', title: 'Configuration', body: renderCollapsedJson(basename(facts.file), facts.sweep) },
  ];
  const subtitle = `${formatCount(facts.points, 'point')}, ${formatCount(facts.replicates, 'replicate')}, memspike ${facts.version}`;
  return {
    text: renderPage({ title: `${basename(directory)}: memspike sweep`, subtitle, sections }),
    problems: lacking,
  };
}
