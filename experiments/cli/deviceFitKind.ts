import { dirname, extname, join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { rowsOf } from '../devices/fit/kinds/columns.ts';
import { kindNamed } from '../devices/fit/kinds/guess.ts';
import type { Added, KindFit } from '../devices/fit/kinds/kind.ts';
import type { KindName } from '../devices/fit/kinds/names.ts';
import { added, type Base, deviceOf, fitted, type Onto, type Written } from '../devices/fit/kinds/onto.ts';
import { kindPicture } from '../devices/fit/kinds/picture.ts';
import type { Grid } from '../devices/fit/reading/grid.ts';
import { kindOptionsOf } from '../devices/fit/reading/options.ts';
import { type Steps, stepsCsv } from '../devices/steps.ts';
import { digits } from '../look/digits.ts';
import { pictureFiles } from '../look/plots/write.ts';
import { readText } from '../network/config/text.ts';
import type { ResultDirectory } from '../output/results.ts';
import { columns } from './columns.ts';
import { UsageError } from './command.ts';
import { quoted } from './quoted.ts';

export const DEVICE = 'device.yaml';
const STEPS = 'steps.csv';

/** The same file with new parts, its comments kept where nothing is replaced. */
function textWith(base: Base | undefined, next: Written): string {
  if (base === undefined) return stringify(next, { lineWidth: 110 });
  if (extname(base.file) === '.json') return `${JSON.stringify(next, null, 2)}\n`;
  const document = parseDocument(readText(base.file));
  const set = (key: string, value: unknown, before: unknown) => {
    if (JSON.stringify(value) !== JSON.stringify(before)) document.set(key, value);
  };
  for (const key of Object.keys(next)) set(key, next[key], base.given[key]);
  for (const key of Object.keys(base.given)) if (!(key in next)) document.delete(key);
  return document.toString({ lineWidth: 110 });
}

/**
 * Writes the device file with what was measured: into the directory of results, or, without one, onto the file that it is added to.
 * Returns its path, undefined where neither is named, and what has changed in it beside what was added.
 */
export function writeDevice(
  base: Base | undefined,
  parts: Added,
  assumed: KindFit['assumed'],
  how: Onto,
  directory: ResultDirectory | undefined,
): { readonly path: string | undefined; readonly notes: readonly string[] } {
  const { file: next, notes } = added(base?.whole, parts, assumed, how);
  const { steps } = next.device as { steps?: Steps };
  if (directory !== undefined) {
    // A table of steps is long: it lies beside the file.
    if (steps !== undefined) directory.text(STEPS, stepsCsv(steps));
    const named = steps === undefined ? next : { ...next, device: { ...next.device, steps: STEPS } };
    directory.text(DEVICE, textWith(base, named));
    return { path: join(directory.path, DEVICE), notes };
  }
  if (base === undefined) return { path: undefined, notes };
  const isOld = parts.device?.steps === undefined && base.given.device.steps !== undefined;
  const same = isOld ? { ...next, device: { ...next.device, steps: base.given.device.steps } } : next;
  writeFileAtomic(base.file, textWith(base, same), true);
  return { path: base.file, notes };
}

export interface KindCall {
  readonly kind: Exclude<KindName, 'pulses'>;
  readonly grids: readonly Grid[];
  /** What was measured, by name. */
  readonly source: string;
  readonly options: Parameters<typeof kindOptionsOf>[0];
  readonly model: string | undefined;
  readonly base: Base | undefined;
  readonly directory: ResultDirectory | undefined;
  readonly json: boolean;
}

/** `device fit` of a measurement that is no train of pulses. */
export function fitKind({ kind: name, grids, source, options, model, base, directory, json }: KindCall): void {
  const kind = kindNamed(name);
  if (model !== undefined && !kind.models.includes(model))
    throw new UsageError(
      `device fit: --model is ${show(model)}, which ${name} is not fitted with${didYouMean(model, kind.models, 'it takes')}`,
    );
  const rows = rowsOf(grids, kind.columns, kindOptionsOf(options, kind));
  if (!json) console.log(`${rows.understood.join('\n')}\n`);
  const fit = kind.fit(rows, {
    source,
    ...deviceOf(base?.whole),
    options: kindOptionsOf(options, kind),
    ...(model !== undefined && { model }),
  });
  const { models, best } = fit;
  directory?.make();
  const written = writeDevice(base, fit.added, fit.assumed, fitted(source, name, kind), directory);
  const notes = [...fit.notes, ...written.notes];
  const summary = { kind: name, best, models, notes, added: fit.added };
  directory?.picture('fit', kindPicture(fit.plot));
  directory?.finish(summary);
  if (json) {
    console.log(JSON.stringify(summary, null, 2));
    return;
  }
  const unit = fit.unit === '' ? '' : ` (${fit.unit})`;
  console.log(
    columns([
      ['model', `rmse${unit}`, 'of span', ''],
      ...models.map((m) => [m.name, digits(m.rmse), `${digits(100 * m.share)} %`, m.name === best ? 'best' : '']),
    ]),
  );
  const { params, ci } = models.find((m) => m.name === best)!;
  console.log(
    `\n${columns([
      [best, 'value', '95 % interval'],
      ...Object.entries(params).map(([name, value]) => [
        ...[name, digits(value), ci[name]?.map(digits).join(' to ') ?? 'not told'],
      ]),
    ])}`,
  );
  if (notes.length > 0) console.log(`\n${notes.join('\n')}`);
  if (written.path === undefined) return;
  const { device = {}, ...others } = fit.added;
  const names = device.model === undefined ? Object.keys(device).map((key) => `device.${key}`) : ['device'];
  const what = [...(fit.added.device ? names : []), ...Object.keys(others)].join(', ');
  console.log(
    base === undefined
      ? `\nIn ${dirname(written.path)}: ${DEVICE}, fit.json, ${pictureFiles('fit').join(', ')}. Look at it: memspike device show ${quoted(written.path)}`
      : `\n${written.path}: ${what} added. Look at it: memspike device show ${quoted(written.path)}`,
  );
}
