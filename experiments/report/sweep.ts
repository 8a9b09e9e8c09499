import { basename } from 'node:path';
import { plural } from '../plural.ts';
import { bestPoints } from '../sweep/best.ts';
import { gather } from '../sweep/collect.ts';
import { sweepPictures } from '../sweep/pictures.ts';
import { statesOf } from '../sweep/status.ts';
import { factsTable, figure, type Html, html, page, type Section } from './html.ts';
import type { Report } from './report.ts';

/** One self-contained HTML page on a sweep: how it stands, of each metric its best points and pictures, and what was planned. */
export function sweepReport(directory: string): Report {
  const collected = gather(directory);
  const { facts } = collected.plan;
  const states = statesOf(collected.plan);
  const counts = ['done', 'running', 'failed', 'missing'].map((wanted): [string, string] => [
    wanted,
    states.filter(({ state }) => state === wanted).length.toLocaleString('en'),
  ]);
  const done = collected.results.length;
  const problems = [
    ...(done < facts.runs ? [`${facts.runs - done} of ${plural(facts.runs, 'run')} not done`] : []),
    ...collected.lacking,
  ];
  const pictures = done > 0 ? sweepPictures(collected) : [];
  const sections: Section[] = [
    ...(problems.length > 0
      ? [{ id: 'notes', title: 'Not shown', body: html`${problems.map((p) => html`<p>${p}</p>`)}` }]
      : []),
    {
      id: 'summary',
      title: 'Summary',
      body: factsTable([
        ['experiment', facts.sweep.experiment],
        ['points', facts.points.toLocaleString('en')],
        ['replicates', String(facts.replicates)],
        ...counts,
        ['hash of the results', collected.resultsSha256],
      ]),
    },
    ...facts.metrics.map(({ name }, m) => ({
      id: `metric-${m}`,
      title: name,
      body: html`<h3>Highest</h3>${table(bestPoints(collected, m, false))}<h3>Lowest</h3>${table(bestPoints(collected, m, true))}
${pictures.filter(({ metric }) => metric === name).map(({ name: picture, svg }) => figure(svg, picture.replaceAll('-', ' ')))}`,
    })),
    {
      id: 'sweep',
      title: 'Sweep',
      body: html`<details><summary>${facts.file}</summary><pre>${JSON.stringify(facts.sweep, null, 2)}</pre></details>`,
    },
  ];
  const title = `${basename(directory)}: memspike sweep`;
  const subtitle = `${plural(facts.runs, 'run')}, plan ${facts.planSha256}, memspike ${facts.version}`;
  return { text: page({ title, subtitle, sections, data: {}, packed: {}, script: '' }), problems };
}

function table([heading, ...rows]: readonly (readonly string[])[]): Html {
  return html`<table><thead><tr>${heading!.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`;
}
