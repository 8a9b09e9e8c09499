/** A process that computes points of a sweep, one after the other, as its parent asks; it ends with its parent. */
import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { holderOf, lockFile } from '../../core/log/file.ts';
import { attempt } from '../../core/log/fileError.ts';
import { Held } from '../../core/log/holder.ts';
import { knowModels } from '../network/extensions.ts';
import { isFinished, paths } from './directory.ts';
import type { Experiment } from './experiment.ts';
import { openExperiment } from './experiments/index.ts';
import { type Answer, DISK_ERRORS, type Job, type Outcome, STOPPING } from './job.ts';
import { markFailed } from './status.ts';

/** EX_TEMPFAIL of sysexits.h: try again later. */
const INTERRUPTED = 75;
const controller = new AbortController();
const opened = new Map<string, Experiment>();
let busy = false;

async function compute({ directory, sweep, file, run, checkpointEvery, takeOver }: Job): Promise<Outcome> {
  const at = paths(directory);
  if (takeOver) for (const claim of [at.lock(run.index), join(at.run(run.index), 'lock')]) dropForeign(claim);
  const lock = lockFile(at.lock(run.index), at.run(run.index));
  try {
    knowModels(sweep, at.sweep);
    knowModels(run.config, at.plan);
    if (isFinished(at.run(run.index), run.hash)) return { outcome: 'done' }; // by another since the parent looked
    const experiment = opened.get(directory) ?? (await openExperiment(sweep, file));
    opened.set(directory, experiment);
    const done = await experiment.run(run.config, {
      out: at.run(run.index),
      signal: controller.signal,
      checkpointEvery,
    });
    return { outcome: done ? 'done' : 'interrupted' };
  } catch (error) {
    return failed(directory, run.index, error);
  } finally {
    lock.unlock();
  }
}

/** Removes the lock of another machine. */
function dropForeign(lock: string): void {
  const holder = holderOf(lock);
  if (holder !== undefined && holder.host !== hostname()) attempt('remove', lock, () => rmSync(lock, { force: true }));
}

function failed(directory: string, index: number, error: unknown): Outcome {
  if (controller.signal.aborted && !(error instanceof UserError)) return { outcome: 'interrupted' };
  if (error instanceof Held) return { outcome: 'held', holder: error.holder };
  const message = error instanceof Error ? error.message : String(error);
  console.error(error instanceof UserError ? `memspike: ${message}` : error);
  const code = codeOf(error);
  const reason = message.split('\n')[0]!;
  if (!DISK_ERRORS.includes(code)) markFailed(directory, { index, reason, exit: 1, signal: null });
  return { outcome: 'failed', reason, code };
}

/** The code of a system's error, or of the one that it came from. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause);
}

/** As often as it is asked to: Ctrl-C reaches the whole group of processes, and the parent tells of it too. */
function interrupt(): void {
  controller.abort();
  if (!busy) process.exit(INTERRUPTED);
  if (process.connected) process.send!(STOPPING, () => {});
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const) process.on(name, interrupt);
process.on('disconnect', interrupt);
// A parent that was killed reads no more.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => interrupt());

process.on('message', async (job: Job) => {
  busy = true;
  let outcome: Outcome;
  try {
    outcome = await compute(job);
  } catch (error) {
    outcome = failed(job.directory, job.run.index, error); // of the lock
  }
  const answer: Answer = { outcome, rss: process.memoryUsage.rss() };
  if (process.connected) await new Promise((resolve) => process.send!(answer, resolve));
  busy = false;
  if (controller.signal.aborted) process.exit(INTERRUPTED);
});
