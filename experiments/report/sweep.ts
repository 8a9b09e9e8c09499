import { basename } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { formatCount } from '../../core/declare/show.ts';
import { readRunStates } from '../sweep/directory.ts';
import { drawSweepPictures } from '../sweep/pictures.ts';
import { isLowerBetter, toDisplayName } from '../sweep/quantities.ts';
import { readSweepResults } from '../sweep/results.ts';
import { tabulateBestPoints } from '../sweep/resultTables.ts';
import * as page from './page.ts';

const { html, makeSection } = page;

export function renderSweepReport(directory: string): page.Report {
  const collected = readSweepResults(directory);
  const { plan, results, missingMetrics, resultsSha256 } = collected;
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
    return rows.length > 1 ? [html`<h3>${heading}</h3>${page.renderDataTable(rows)}`] : [];
  });
  const pictures = drawSweepPictures(collected).map(({ fileStem, svg }) =>
    page.embedPicture(svg, fileStem.replaceAll('-', ' ')),
  );
  const sections = [
    ...page.createTextSections('notes', 'Not shown', missingMetrics),
    makeSection('summary', 'Summary', page.renderFactsTable(summary)),
    makeSection('points', 'Best points', html`${best}`),
    makeSection('responses', 'Responses', html`${pictures}`),
    makeSection('configuration', 'Configuration', page.renderCollapsedJson(basename(facts.file), facts.sweep)),
  ];
  const title = `${basename(directory)}: memspike sweep`;
  const subtitle = `${formatCount(facts.points, 'point')}, ${formatCount(facts.replicates, 'replicate')}, memspike ${facts.version}`;
  return { pageText: page.renderPage({ title, subtitle, sections }), problems: missingMetrics };
}
