import {
  describeProtocol,
  formatLeagueCell,
  LEAGUE_COLUMNS,
  type LeagueEntry,
  nameDevice,
  type RankedEntry,
  rankPassports,
} from '../compare/league.ts';
import { type Passport, passportSchema } from '../compare/passportSchema.ts';
import { readJson } from '../logs/runJson.ts';
import { html, makeSection, renderPage } from './page.ts';

/** Sorts the rows of each group by the column of the clicked heading; a second click reverses the order. */
const SORT_SCRIPT = `for (const table of document.querySelectorAll('table.league'))
  table.querySelectorAll('thead button').forEach((button, column) => button.addEventListener('click', () => {
    const heading = button.parentElement;
    const sign = heading.getAttribute('aria-sort') === 'descending' ? 1 : -1;
    for (const other of heading.parentElement.children) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', sign < 0 ? 'descending' : 'ascending');
    const read = (row) => row.children[column].dataset.value;
    const compare = (a, b) => column === 0 ? -a.localeCompare(b) : a - b;
    for (const body of table.tBodies) body.append(...[...body.rows].slice(1).sort((a, b) =>
      read(a) === '' || read(b) === '' ? (read(a) === '') - (read(b) === '') : sign * compare(read(a), read(b))));
  }));`;

function renderRow(passport: RankedEntry) {
  const cells = LEAGUE_COLUMNS.map(
    (column) => html`<td data-value="${column.getValue(passport) ?? ''}">${formatLeagueCell(column, passport)}</td>`,
  );
  const remark = passport.measurement?.verdict === 'misses' ? ' (model does not fit the measurement)' : '';
  const name = `${nameDevice(passport)}${remark}`;
  return html`<tr><th scope="row" data-value="${name}">${name}<br><small>${passport.device.name}</small></th>${cells}</tr>\n`;
}

/** Reads device passports from result directories. @throws UserError for a directory without passport */
export const readPassports = (directories: readonly string[]): Passport[] =>
  directories.map((directory) => readJson(directory, 'passport.json', passportSchema));

/** Renders the league of devices as a page (HTML) with a table that is sorted by clicks on its headings. */
export function renderLeague(passports: readonly LeagueEntry[]): string {
  const { sourced, assumed } = rankPassports(passports);
  const groups = [
    ['Measured or published values', sourced],
    ['From assumed values', assumed],
  ] as const;
  const headings = ['device', ...LEAGUE_COLUMNS.map(({ heading }) => heading)];
  const bodies = groups
    .filter(([, group]) => group.length > 0)
    .map(
      ([title, group]) =>
        html`<tbody><tr><th scope="rowgroup" colspan="${headings.length}">${title}</th></tr>\n${group.map(renderRow)}</tbody>`,
    );
  const head = headings.map((text) => html`<th scope="col"><button type="button">${text}</button></th>`);
  const table = html`<div class="wide"><table class="data league"><thead><tr>${head}</tr></thead>${bodies}</table></div>
<p class="hint">Click a heading to sort. ○: from assumed values. Write, training image: energies.</p>`;
  return renderPage({
    title: 'League of devices',
    subtitle: `${describeProtocol(passports[0]!)}, all non-idealities`,
    sections: [makeSection('league', 'Devices', table)],
    script: SORT_SCRIPT,
  });
}
