import { availableParallelism, hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { UserError } from '../../core/declare/errors.ts';
import { createProgressOutput, type ProgressMode } from '../run/progress.ts';
import {
  getSweepPaths,
  type Plan,
  type PlannedRun,
  readPlan,
  readRunStates,
  removeFailureRecords,
  requireSameVersion,
  writeFailureRecord,
} from './directory.ts';
import { DISK_ERROR_CODES, WorkerProcess } from './workerProcess.ts';

const POLL_INTERVAL_MS = 300;

/** Directory of a sweep, selection of its runs, and workers; `checkpointEvery` is the interval in simulated ms. */
export interface RunSweepOptions {
  readonly directory: string;
  /** Number of worker processes. Default: number of cores. */
  readonly workers?: number | undefined;
  /** Maximum wall time of a run, s. */
  readonly timeout?: number | undefined;
  readonly checkpointEvery?: number | undefined;
  /** True to ignore locks of other machines; correct only if their processes are dead. */
  readonly takeOver?: boolean;
  /** Selects the runs of the sweep to compute; default: all. */
  readonly only?: ((run: PlannedRun) => boolean) | undefined;
  readonly retry?: boolean;
  readonly progress?: ProgressMode;
  /** Text at the start of the progress report; default: sweep. */
  readonly label?: string;
  readonly signal?: AbortSignal;
  readonly onWarnings?: ((run: string, warnings: readonly string[]) => void) | undefined;
}

interface ExplainedRun {
  readonly index: number;
  readonly reason: string;
}

/** Numbers of finished and unfinished runs, and the failed and locked runs with the reasons. */
export interface SweepOutcome {
  readonly doneCount: number;
  readonly failed: readonly ExplainedRun[];
  /** Runs locked by another process, possibly by a dead process of another machine. */
  readonly lockedRuns: readonly ExplainedRun[];
  /** Number of runs neither finished, failed nor locked: interrupted, or beyond the sweep's budget. */
  readonly unfinishedCount: number;
}

/** Computes one run at a time per worker; finished and failed runs are not computed again. */
export async function runSweep(o: RunSweepOptions): Promise<SweepOutcome> {
  const plan = readPlan(o.directory);
  requireSameVersion(plan);
  const states = readRunStates(plan);
  const wanted = plan.runs.filter(
    (run) => (o.only?.(run) ?? true) && (!o.retry || states[run.index]!.state === 'failed'),
  );
  if (o.retry) removeFailureRecords({ ...plan, runs: wanted });
  const toDo = wanted.filter(({ index }) => o.retry || ['missing', 'running'].includes(states[index]!.state));
  if (toDo.length > 0) await computeRuns(plan, o, toDo, wanted.length);
  return summariseSweepOutcome(plan, wanted);
}

export function summariseSweepOutcome(plan: Plan, wanted: readonly PlannedRun[]): SweepOutcome {
  const states = readRunStates(plan);
  const found = wanted.map(({ index }) => ({ index, ...states[index]! }));
  const explain = (state: 'failed' | 'running'): ExplainedRun[] =>
    found.flatMap((run) => (run.state === state ? [{ index: run.index, reason: run.reason }] : []));
  const count = (state: string) => found.filter((run) => run.state === state).length;
  return {
    doneCount: count('done'),
    failed: explain('failed'),
    lockedRuns: explain('running'),
    unfinishedCount: count('missing'),
  };
}

/** Computes the runs `toDo` of a sweep. @param total number of selected runs, including runs that have already ended */
async function computeRuns(plan: Plan, o: RunSweepOptions, toDo: readonly PlannedRun[], total: number) {
  const { progress: mode = 'none', label = 'sweep', workers = availableParallelism() } = o;
  const { directory, facts } = plan;
  const { signal = new AbortController().signal, timeout, checkpointEvery, takeOver = false } = o;
  const { hours = Infinity } = facts.sweep.budget;
  const end = performance.now() + hours * 3_600_000;
  const queue = [...toDo];
  /** Planned runs that other processes of this machine compute at present. */
  let externalRuns: PlannedRun[] = [];
  const active = new Set<WorkerProcess>();
  let endedRunCount = total - toDo.length;
  let failureCount = 0;
  let firstError: unknown;

  const describeState = () =>
    [
      ...(failureCount > 0 ? [`${failureCount} failed`] : []),
      ...(externalRuns.length > 0 && queue.length === 0
        ? [`waiting for ${externalRuns.length} points of other processes`]
        : []),
    ].join(', ');

  const progress = createProgressOutput({ label, total, unit: 'points', mode, hasUnevenSpeed: true });
  const report = () => progress.update(endedRunCount, describeState);

  /** Takes a run from the queue. If only runs of other processes are left, waits for them. */
  async function takeNextRun(): Promise<PlannedRun | undefined> {
    while (!signal.aborted && firstError === undefined && performance.now() <= end) {
      const run = queue.shift();
      if (run || externalRuns.length === 0) return run;
      await setTimeout(POLL_INTERVAL_MS);
      const held = externalRuns;
      externalRuns = [];
      const states = readRunStates({ ...plan, runs: held });
      held.forEach((one, i) => {
        const { state } = states[i]!;
        if (state === 'running') externalRuns.push(one);
        else if (state === 'missing') queue.push(one);
        else endedRunCount++;
      });
    }
    return undefined;
  }

  async function computeRun(worker: WorkerProcess, run: PlannedRun) {
    const job = {
      sweepDirectory: directory,
      sweep: facts.sweep,
      sweepFile: facts.file,
      run,
      checkpointEvery,
      ignoresForeignLocks: takeOver,
    };
    const found = await worker.computeRun(job, getSweepPaths(directory).log(run.index), timeout);
    switch (found.outcome) {
      case 'held':
        if (found.holder.host === hostname()) externalRuns.push(run);
        return;
      case 'interrupted':
        return;
      case 'died':
        if (signal.aborted && found.end.signal !== 'SIGKILL') return; // interrupted before it could answer
        writeFailureRecord(directory, { index: run.index, reason: found.reason, ...found.end });
        failureCount++;
        break;
      case 'failed':
        if (DISK_ERROR_CODES.includes(found.code)) throw new UserError(found.reason);
        failureCount++;
        break;
      case 'done':
        o.onWarnings?.(`run ${run.index} of ${directory}`, found.warnings);
    }
    endedRunCount++;
  }

  async function runWorker() {
    let worker: WorkerProcess | undefined;
    for (let run = await takeNextRun(); run; run = await takeNextRun()) {
      if (!worker?.isReusable) {
        worker = new WorkerProcess();
        active.add(worker);
      }
      try {
        await computeRun(worker, run);
      } catch (error) {
        firstError ??= error;
      }
      report();
      if (!worker.isReusable) active.delete(worker);
    }
  }

  report();
  const stop = () => {
    for (const worker of active) worker.stopProcess();
  };
  signal.addEventListener('abort', stop);
  try {
    await Promise.all(Array.from({ length: Math.min(workers, queue.length) }, runWorker));
  } finally {
    signal.removeEventListener('abort', stop);
    progress.stop(describeState());
    stop();
    await Promise.all([...active].map((worker) => worker.endPromise));
  }
  if (firstError instanceof UserError)
    throw new UserError(`the sweep stopped; finished runs are kept: ${firstError.message}`, { cause: firstError });
  if (firstError !== undefined) throw firstError;
}
