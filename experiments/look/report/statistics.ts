import { UserError } from '../../../core/declare/errors.ts';
import { type Analysis, analyse } from '../analyse/analyse.ts';
import { pictures } from '../analyse/pictures.ts';
import { measuredHow, measureRows } from '../analyse/text.ts';
import { dataTable, figure, type Html, html, type Section } from './html.ts';

/** Measures of the spikes in the window, and their pictures; or a sentence why there are none. */
export function statisticsSection(run: string, window: { readonly from?: number; readonly to?: number }): Section {
  return { id: 'statistics', title: 'Statistics', body: measured(run, window) };
}

function measured(run: string, window: { readonly from?: number; readonly to?: number }): Html {
  try {
    return shown(analyse(run, { ...window, distances: false }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return html`<p>${error.message}</p>`;
  }
}

function shown(analysis: Analysis): Html {
  const drawn = Object.entries(pictures(analysis)).map(([name, svg]) => figure(svg, name));
  const notes = analysis.notes.map((note) => html`<p class="hint">${note}</p>`);
  return html`${dataTable(measureRows(analysis))}<p class="hint">${measuredHow(analysis)}</p>${notes}${drawn}`;
}
