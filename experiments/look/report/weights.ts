import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DEVICES, type TableSpec, WEIGHTS } from '../../../core/log/tables.ts';
import { LogTable } from '../../logs/table.ts';
import { pictures } from '../weights/pictures.ts';
import { weightsOf } from '../weights/weights.ts';
import { figure, type Html, html } from './html.ts';

const LOGS: readonly (readonly [file: string, table: TableSpec])[] = [
  ['weights.arrows', WEIGHTS],
  ['devices.arrows', DEVICES],
];
/** Larger logs are left to `memspike weights`, which draws them once. */
const MOST_BYTES = 2e8;
const MOST_PROJECTIONS = 4;

/**
 * Pictures of the weights and devices that a run recorded, made here and now, for a run in which `memspike weights` has drawn none.
 * UserError, after what could be drawn, if a log is damaged or of another table.
 * @param left names of pictures that the page draws itself.
 */
export function drawWeights(run: string, left: ReadonlySet<string>, draw: (picture: Html) => void): void {
  const logs = LOGS.filter(([file]) => existsSync(join(run, file)));
  const bytes = logs.reduce((sum, [file]) => sum + statSync(join(run, file)).size, 0);
  if (bytes > MOST_BYTES) {
    draw(
      html`<p>The weights take ${Math.round(bytes / 1e6)} MB: memspike weights draws them, and this page shows the pictures then.</p>`,
    );
    return;
  }
  const projections = [...new Set(logs.flatMap(([file, table]) => projectionsIn(join(run, file), table)))];
  const more = projections.slice(MOST_PROJECTIONS);
  if (more.length > 0) draw(html`<p>Not drawn here: ${more.join(', ')} (memspike weights --projection).</p>`);
  for (const projection of projections.slice(0, MOST_PROJECTIONS)) {
    const study = weightsOf(run, { projection });
    for (const [name, svg] of Object.entries(pictures(study)))
      if (!left.has(`${name}.svg`)) draw(figure(svg, `${projection} ${name}`));
    study.requireWhole();
  }
}

/** Names of the projections that a log has rows of. */
function projectionsIn(path: string, spec: TableSpec): string[] {
  const table = new LogTable(path, {}, spec);
  return [...table.readGroupIds()].map((id) => table.group?.names[id] ?? String(id));
}
