import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { LogTable } from '../logs/table.ts';
import { pictures } from '../weights/pictures.ts';
import { weightsOf } from '../weights/weights.ts';
import { figure, type Html, html } from './html.ts';

const LOGS = ['weights.arrows', 'devices.arrows'];
/** Larger logs are left to `memspike weights`, which draws them once. */
const MOST_BYTES = 2e8;
const MOST_PROJECTIONS = 4;

/**
 * Pictures of the weights and devices that a run recorded, made here and now, for a run in which `memspike weights` has drawn none.
 * @param left names of pictures that the page draws itself.
 */
export function weightsPictures(run: string, left: ReadonlySet<string>): Html[] {
  const logs = LOGS.map((name) => join(run, name)).filter((path) => existsSync(path));
  if (logs.length === 0) return [];
  const bytes = logs.reduce((sum, path) => sum + statSync(path).size, 0);
  if (bytes > MOST_BYTES)
    return [
      html`<p>The weights take ${Math.round(bytes / 1e6)} MB: memspike weights draws them, and this page shows the pictures then.</p>`,
    ];
  const projections = [...new Set(logs.flatMap(projectionsIn))];
  const drawn = projections.slice(0, MOST_PROJECTIONS).flatMap((projection) => drawnOf(run, projection, left));
  const more = projections.slice(MOST_PROJECTIONS);
  return more.length === 0 ? drawn : [...drawn, html`<p>Not drawn here: ${more.join(', ')} (memspike weights).</p>`];
}

/** Names of the projections that a log has rows of. */
function projectionsIn(path: string): string[] {
  const table = new LogTable(path);
  const seen = new Set<number>();
  for (const { columns, rows } of table.batches()) for (let i = 0; i < rows; i++) seen.add(columns.projection![i]!);
  return [...seen].map((id) => table.group?.names[id] ?? String(id));
}

function drawnOf(run: string, projection: string, left: ReadonlySet<string>): Html[] {
  try {
    const shown = Object.entries(pictures(weightsOf(run, { projection })));
    return shown
      .filter(([name]) => !left.has(`${name}.svg`))
      .map(([name, svg]) => figure(svg, `${projection} ${name}`));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [html`<p>${error.message}</p>`];
  }
}
