import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { IMAGES } from '../../../core/log/tables.ts';
import { LogTable } from '../../logs/table.ts';
import type { Window } from '../../logs/window.ts';

const MOST = 10_000_000;

function imageTimes(log: string): number[] {
  const path = join(dirname(log), 'images.arrows');
  if (!existsSync(path)) throw new UserError(`--trigger images: there is no ${path}.`);
  const table = new LogTable(path, {}, IMAGES);
  const times: number[] = [];
  for (const { columns } of table.batches()) times.push(...columns.time!);
  table.requireWhole();
  return times;
}

function periodic(text: string, { from, to }: Window): number[] {
  const period = Number(text);
  if (!(period > 0)) throw new UserError(`--trigger every=${text}: the period must be a number > 0 (ms).`);
  const count = Math.floor((to - from) / period) + 1;
  if (count > MOST) throw new UserError(`--trigger every=${text} gives ${count} triggers; at most ${MOST} are taken.`);
  return Array.from({ length: count }, (_, i) => from + i * period);
}

/**
 * The triggers of a PSTH, ascending: `images` (starts of the images that the run logged), `every=PERIOD` from the start of the
 * window on, or times separated by commas. Only those whose `after` ms lie in the window.
 */
export function triggersOf(text: string, log: string, window: Window, after: number): number[] {
  const every = /^every=(.*)$/.exec(text)?.[1];
  const times =
    text === 'images' ? imageTimes(log) : every !== undefined ? periodic(every, window) : text.split(',').map(Number);
  if (times.some((t) => !Number.isFinite(t)))
    throw new UserError(
      `--trigger is ${show(text)}, but must be images, every=PERIOD or times in ms separated by commas.`,
    );
  const inside = times.filter((t) => t >= window.from && t + after <= window.to).sort((a, b) => a - b);
  if (inside.length === 0) {
    throw new UserError(
      `--trigger ${text}: none of the ${times.length} triggers has its ${after} ms between ${window.from} and ${window.to} ms.`,
    );
  }
  return inside;
}
