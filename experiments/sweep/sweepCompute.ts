/** The thread of a worker that computes points of a sweep. */
import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { parentPort } from 'node:worker_threads';
import { UserError } from '../../core/declare/errors.ts';
import { withFileErrors } from '../../core/log/fileError.ts';
import { knowModels } from '../network/extensions.ts';
import { Held, holderOf, lockFile } from '../output/lock.ts';
import { readWarnings } from '../run/runJson.ts';
import { onInterruption, SIGNALS } from '../run/supervise.ts';
import { isFinished, paths } from './directory.ts';
import type { Experiment } from './experiment.ts';
import { openExperiment } from './experiments/index.ts';
import { markFailed } from './status.ts';
import { type Computed, DISK_ERRORS, type Job, type Outcome } from './workerProcess.ts';

const controller = new AbortController();
const opened = new Map<string, Experiment>();
let busy = false;
/** What the log of the point is to hold of its failure. */
let said: string | undefined;

async function compute({ directory, sweep, file, run, checkpointEvery, takeOver }: Job): Promise<Outcome> {
  const at = paths(directory);
  if (takeOver) for (const claim of [at.lock(run.index), join(at.run(run.index), 'lock')]) dropForeign(claim);
  const lock = lockFile(at.lock(run.index), at.run(run.index));
  try {
    knowModels(sweep, at.sweep);
    knowModels(run.config, at.plan);
    if (isFinished(at.run(run.index), run.hash)) return { outcome: 'done', warnings: [] }; // by another since the parent looked
    const experiment = opened.get(directory) ?? (await openExperiment(sweep, file));
    opened.set(directory, experiment);
    const done = await experiment.run(run.config, {
      out: at.run(run.index),
      signal: controller.signal,
      checkpointEvery,
    });
    return done ? { outcome: 'done', warnings: readWarnings(at.run(run.index)) } : { outcome: 'interrupted' };
  } catch (error) {
    return failed(directory, run.index, error);
  } finally {
    lock.unlock();
  }
}

/** Removes the lock of another machine. */
function dropForeign(lock: string): void {
  const holder = holderOf(lock);
  if (holder !== undefined && holder.host !== hostname())
    withFileErrors('remove', lock, () => rmSync(lock, { force: true }));
}

function failed(directory: string, index: number, error: unknown): Outcome {
  if (controller.signal.aborted && !(error instanceof UserError)) return { outcome: 'interrupted' };
  if (error instanceof Held) return { outcome: 'held', holder: error.holder };
  const message = error instanceof Error ? error.message : String(error);
  said = error instanceof UserError ? `memspike: ${message}` : inspect(error);
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

onInterruption(() => {
  controller.abort();
  if (!busy) process.exit(SIGNALS.SIGTERM);
});

parentPort!.on('message', async (job: Job | string) => {
  if (typeof job === 'string') return;
  busy = true;
  said = undefined;
  let outcome: Outcome;
  try {
    outcome = await compute(job);
  } catch (error) {
    outcome = failed(job.directory, job.run.index, error); // of the lock
  }
  parentPort!.postMessage({ answer: { outcome, rss: process.memoryUsage.rss() }, said } satisfies Computed);
  busy = false; // an interruption that is asked for again ends the thread now
});
