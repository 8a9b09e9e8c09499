/** Computing thread within a worker process of a sweep. */
import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { parentPort } from 'node:worker_threads';
import { UserError } from '../../core/declare/errors.ts';
import { withFileErrors } from '../../core/log/fileError.ts';
import { readRunJson } from '../logs/runJson.ts';
import { loadConfigModels } from '../network/extensions.ts';
import { acquireLock, LockHeldError, readLockHolder } from '../output/lock.ts';
import { EXIT_STATUS_BY_SIGNAL, onInterruption } from '../run/supervise.ts';
import { getSweepPaths, isRunFinished, writeFailureRecord } from './directory.ts';
import type { Experiment } from './experiment.ts';
import { openExperiment } from './experiments/index.ts';
import { DISK_ERROR_CODES, type RunRequest, type RunRequestOutcome, type WorkerMessage } from './workerProcess.ts';

const controller = new AbortController();
const opened = new Map<string, Experiment>();
let isBusy = false;
let logText: string | undefined;

async function compute(job: RunRequest): Promise<RunRequestOutcome> {
  const { sweepDirectory: directory, sweep, run, checkpointEvery, ignoresForeignLocks: takeOver } = job;
  const at = getSweepPaths(directory);
  const out = at.run(run.index);
  if (takeOver) for (const lock of [at.lock(run.index), join(out, 'lock')]) removeForeignLock(lock);
  const lock = acquireLock(at.lock(run.index), out);
  try {
    loadConfigModels(sweep, at.sweep);
    loadConfigModels(run.config, at.plan);
    if (isRunFinished(out, run.hash)) return { outcome: 'done', warnings: [] }; // another process was faster
    const experiment = opened.get(directory) ?? (await openExperiment(sweep, job.sweepFile));
    opened.set(directory, experiment);
    const isDone = await experiment.run(run.config, { out, signal: controller.signal, checkpointEvery });
    return isDone ? { outcome: 'done', warnings: readRunJson(out).warnings ?? [] } : { outcome: 'interrupted' };
  } catch (error) {
    return recordFailure(directory, run.index, error);
  } finally {
    lock.unlock();
  }
}

function removeForeignLock(lock: string) {
  const holder = readLockHolder(lock);
  if (holder !== undefined && holder.host !== hostname())
    withFileErrors('remove', lock, () => rmSync(lock, { force: true }));
}

function recordFailure(directory: string, index: number, error: unknown): RunRequestOutcome {
  if (controller.signal.aborted && !(error instanceof UserError)) return { outcome: 'interrupted' };
  if (error instanceof LockHeldError) return { outcome: 'held', holder: error.holder };
  const message = error instanceof Error ? error.message : String(error);
  logText = error instanceof UserError ? `memspike: ${message}` : inspect(error);
  const code = findSystemCode(error);
  const reason = message.split('\n')[0]!;
  if (!DISK_ERROR_CODES.includes(code)) writeFailureRecord(directory, { index, reason, exit: 1, signal: null });
  return { outcome: 'failed', reason, code };
}

function findSystemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : findSystemCode(error.cause);
}

onInterruption(() => {
  controller.abort();
  if (!isBusy) process.exit(EXIT_STATUS_BY_SIGNAL.SIGTERM);
});

parentPort!.on('message', async (job: RunRequest | string) => {
  if (typeof job === 'string') return;
  isBusy = true;
  logText = undefined;
  let outcome: RunRequestOutcome;
  try {
    outcome = await compute(job);
  } catch (error) {
    outcome = recordFailure(job.sweepDirectory, job.run.index, error); // the run could not be locked
  }
  parentPort!.postMessage({
    answer: { outcome, rssBytes: process.memoryUsage.rss() },
    logText,
  } satisfies WorkerMessage);
  isBusy = false; // from now on an interruption ends the thread at once
});
