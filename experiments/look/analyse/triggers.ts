import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { IMAGES } from '../../../core/log/tables.ts';
import { LogTable } from '../../logs/table.ts';
import type { TimeWindow } from '../../logs/window.ts';
import { type AnalysisOptions, PHASES, type Phase } from './options.ts';
import type { Triggers } from './psth.ts';

const MOST = 10_000_000;

/** When the images of a phase, or all, were shown, each until the next one. */
function imageTimes(log: string, phase: Phase | undefined): Required<Triggers> {
  const path = join(dirname(log), 'images.arrows');
  if (!existsSync(path)) throw new UserError(`--trigger images: there is no ${path}.`);
  const table = new LogTable(path, {}, IMAGES);
  const times: number[] = [];
  const phases: number[] = [];
  for (const { columns } of table.readBatches()) {
    times.push(...columns.time!);
    phases.push(...columns.phase!);
  }
  table.requireWhole();
  const wanted = [...times.keys()].filter((i) => phase === undefined || phases[i] === PHASES.indexOf(phase));
  if (wanted.length === 0 && times.length > 0)
    throw new UserError(`--phase ${phase}: ${path} has no images of that phase.`);
  return {
    at: wanted.map((i) => times[i]!),
    ends: wanted.map((i) => times[i + 1] ?? Infinity),
  };
}

function periodic(text: string, { from, to }: TimeWindow): number[] {
  const period = Number(text);
  if (!(period > 0)) throw new UserError(`--trigger every=${text}: the period must be a number > 0 (ms).`);
  const count = Math.floor((to - from) / period) + 1;
  if (count > MOST) throw new UserError(`--trigger every=${text} gives ${count} triggers; at most ${MOST} are taken.`);
  return Array.from({ length: count }, (_, i) => from + i * period);
}

/** `every=PERIOD` from the start of the window on, or times separated by commas. */
function givenTimes(text: string, window: TimeWindow): number[] {
  const every = /^every=(.*)$/.exec(text)?.[1];
  const times = every !== undefined ? periodic(every, window) : text.split(',').map(Number);
  if (times.some((t) => !Number.isFinite(t)))
    throw new UserError(
      `--trigger is ${show(text)}, but must be images, every=PERIOD or times in ms separated by commas.`,
    );
  return times.sort((a, b) => a - b);
}

/**
 * The triggers of a PSTH: `images` (those that the run logged, of one phase or all, each until the next one), `every=PERIOD` or
 * times separated by commas. Only those whose `after` ms, or what their image has of them, lie in the window.
 */
export function triggersOf(
  { trigger: text, phase, after }: Pick<AnalysisOptions, 'trigger' | 'phase' | 'after'>,
  log: string,
  window: TimeWindow,
): Triggers {
  if (phase !== undefined && text !== 'images') throw new UserError('--phase goes with --trigger images.');
  if (text === undefined) return { at: [] };
  const { at, ends }: Triggers = text === 'images' ? imageTimes(log, phase) : { at: givenTimes(text, window) };
  const inside = [...at.keys()].filter(
    (k) => at[k]! >= window.from && Math.min(at[k]! + after, ends?.[k] ?? Infinity) <= window.to,
  );
  if (inside.length === 0) {
    throw new UserError(
      `--trigger ${text}: none of the ${at.length} triggers has its ${after} ms between ${window.from} and ${window.to} ms.`,
    );
  }
  return { at: inside.map((k) => at[k]!), ...(ends && { ends: inside.map((k) => ends[k]!) }) };
}
