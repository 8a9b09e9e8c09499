import { basename } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { plural } from '../../../core/declare/show.ts';
import { tabulateBestPoints } from '../../sweep/best.ts';
import { readSweepResults } from '../../sweep/collect.ts';
import { displayName, isLowerBetter } from '../../sweep/names.ts';
import { sweepPictures } from '../../sweep/pictures.ts';
import { readRunStates } from '../../sweep/status.ts';
import { details } from './facts.ts';
import { dataTable, factsTable, figure, html, page, type Report, type Section } from './html.ts';
import { clientScript } from './script.ts';

/**
 * One self-contained HTML page on a sweep: how far it is, its best points, response curves and heat maps of every metric.
 * UserError if no run is done.
 */
export function sweepReport(directory: string): Report {
  const collected = readSweepResults(directory);
  const { plan, results, lacking, resultsSha256 } = collected;
  const { facts } = plan;
  if (results.length === 0) throw new UserError(`${directory} has no run that is done; there is nothing to show.`);
  const states = readRunStates(plan);
  const inState = (state: string) => states.filter((one) => one.state === state).length;
  const sections: Section[] = [
    {
      id: 'summary',
      title: 'Summary',
      body: factsTable([
        ['sweep file', facts.file],
        ['points', facts.points.toLocaleString('en')],
        ['replicates', facts.replicates.toLocaleString('en')],
        ...['done', 'running', 'failed', 'missing'].map((s) => [`runs ${s}`, inState(s).toLocaleString('en')] as const),
        ['parameters', facts.parameters.map(({ name }) => name).join(', ')],
        ['metrics', facts.metrics.map(({ name }) => name).join(', ')],
        ['results', `sha256 ${resultsSha256}`],
      ]),
    },
  ];
  if (lacking.length > 0)
    sections.unshift({
      id: 'notes',
      title: 'Not shown',
      body: html`${lacking.map((sentence) => html`<p>${sentence}</p>`)}`,
    });
  const pictures = sweepPictures(collected).map(({ name, svg }) => figure(svg, name.replaceAll('-', ' ')));
  const best = facts.metrics.flatMap(({ name }, m) => {
    const rows = tabulateBestPoints(collected, m, isLowerBetter(name));
    const heading = `${isLowerBetter(name) ? 'Lowest' : 'Highest'} ${displayName(name)}`;
    return rows.length > 1 ? [html`<h3>${heading}</h3>${dataTable(rows)}`] : [];
  });
  sections.push({ id: 'points', title: 'Best points', body: html`${best}` });
  sections.push({ id: 'responses', title: 'Responses', body: html`${pictures}` });
  sections.push({ id: 'configuration', title: 'Configuration', body: details(basename(facts.file), facts.sweep) });
  const subtitle = `${plural(facts.points, 'point')}, ${plural(facts.replicates, 'replicate')}, memspike ${facts.version}`;
  const title = `${basename(directory)}: memspike sweep`;
  return { text: page({ title, subtitle, sections, data: {}, packed: {}, script: clientScript() }), problems: lacking };
}
