import { availableParallelism, hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { UserError } from '../../core/declare/errors.ts';
import { createProgress, type ProgressMode } from '../run/progress.ts';
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
import { DISK_ERRORS, WorkerProcess } from './workerProcess.ts';

const POLL_INTERVAL_MS = 300;

export interface RunSweepOptions {
  readonly directory: string;
  /** Worker processes. Default: number of cores. */
  readonly workers?: number | undefined;
  /** Maximum wall time of a run, s. */
  readonly timeout?: number | undefined;
  readonly checkpointEvery?: number | undefined;
  /** True to ignore locks of other machines; correct only if their processes are dead. */
  readonly takeOver?: boolean;
  /** Selects runs of the plan; default: all. */
  readonly only?: ((run: PlannedRun) => boolean) | undefined;
  readonly retry?: boolean;
  readonly progress?: ProgressMode;
  /** Label of the progress output; default: sweep. */
  readonly label?: string;
  readonly signal?: AbortSignal;
  readonly onWarnings?: ((run: string, warnings: readonly string[]) => void) | undefined;
}

interface ExplainedRun {
  readonly index: number;
  readonly reason: string;
}

export interface SweepOutcome {
  readonly doneCount: number;
  readonly failed: readonly ExplainedRun[];
  /** Runs locked by another process, possibly by a dead process of another machine. */
  readonly lockedRuns: readonly ExplainedRun[];
  /** Number of unfinished runs that are neither failed nor locked: interrupted, or beyond the budget. */
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
  if (toDo.length > 0) await new SweepRunner(plan, o, toDo, wanted.length).run();
  return summariseOutcome(plan, wanted);
}

export function summariseOutcome(plan: Plan, wanted: readonly PlannedRun[]): SweepOutcome {
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

class SweepRunner {
  readonly #plan: Plan;
  readonly #options: RunSweepOptions;
  readonly #signal: AbortSignal;
  readonly #queue: PlannedRun[];
  /** Runs that other processes of this machine compute. */
  #externalRuns: PlannedRun[] = [];
  readonly #runCount: number;
  readonly #active = new Set<WorkerProcess>();
  readonly #started = performance.now();
  #endedRunCount: number;
  #failureCount = 0;
  #firstError: unknown;

  constructor(plan: Plan, options: RunSweepOptions, toDo: readonly PlannedRun[], total: number) {
    this.#plan = plan;
    this.#options = options;
    this.#signal = options.signal ?? new AbortController().signal;
    this.#queue = [...toDo];
    this.#runCount = total;
    this.#endedRunCount = total - toDo.length;
  }

  async run() {
    const { progress: mode = 'none', label = 'sweep', workers = availableParallelism() } = this.#options;
    const progress = createProgress({ label, total: this.#runCount, unit: 'points', mode });
    const report = () => progress.update(this.#endedRunCount, () => this.#describeState());
    report();
    const stop = () => {
      for (const worker of this.#active) worker.stopProcess();
    };
    this.#signal.addEventListener('abort', stop);
    try {
      await Promise.all(Array.from({ length: Math.min(workers, this.#queue.length) }, () => this.#runWorker(report)));
    } finally {
      this.#signal.removeEventListener('abort', stop);
      progress.stop(this.#describeState());
      stop();
      await Promise.all([...this.#active].map((worker) => worker.endPromise));
    }
    if (this.#firstError instanceof UserError)
      throw new UserError(`the sweep stopped; finished runs are kept: ${this.#firstError.message}`, {
        cause: this.#firstError,
      });
    if (this.#firstError !== undefined) throw this.#firstError;
  }

  #describeState(): string {
    const isWaiting = this.#externalRuns.length > 0 && this.#queue.length === 0;
    return [
      ...(this.#failureCount > 0 ? [`${this.#failureCount} failed`] : []),
      ...(isWaiting ? [`waiting for ${this.#externalRuns.length} points of other processes`] : []),
    ].join(', ');
  }

  get #shouldStop() {
    const { hours } = this.#plan.facts.sweep.budget;
    const isSpent = hours !== undefined && performance.now() - this.#started > hours * 3_600_000;
    return this.#signal.aborted || this.#firstError !== undefined || isSpent;
  }

  async #runWorker(report: () => void) {
    let worker: WorkerProcess | undefined;
    for (let run = await this.#takeNextRun(); run; run = await this.#takeNextRun()) {
      if (!worker?.isReusable) {
        worker = new WorkerProcess();
        this.#active.add(worker);
      }
      try {
        await this.#computeRun(worker, run);
      } catch (error) {
        this.#firstError ??= error;
      }
      report();
      if (!worker.isReusable) this.#active.delete(worker);
    }
  }

  /** Takes a run from the queue. If only runs of other processes are left, waits for them. */
  async #takeNextRun(): Promise<PlannedRun | undefined> {
    while (!this.#shouldStop) {
      const run = this.#queue.shift();
      if (run || this.#externalRuns.length === 0) return run;
      await setTimeout(POLL_INTERVAL_MS);
      const held = this.#externalRuns;
      this.#externalRuns = [];
      const states = readRunStates({ ...this.#plan, runs: held });
      held.forEach((one, i) => {
        const { state } = states[i]!;
        if (state === 'running') this.#externalRuns.push(one);
        else if (state === 'missing') this.#queue.push(one);
        else this.#endedRunCount++;
      });
    }
    return undefined;
  }

  async #computeRun(worker: WorkerProcess, run: PlannedRun) {
    const { directory, facts } = this.#plan;
    const { timeout, checkpointEvery, takeOver = false } = this.#options;
    const job = { directory, sweep: facts.sweep, sweepFile: facts.file, run, checkpointEvery, takeOver };
    const found = await worker.computeRun(job, getSweepPaths(directory).log(run.index), timeout);
    switch (found.outcome) {
      case 'held':
        if (found.holder.host === hostname()) this.#externalRuns.push(run);
        return;
      case 'interrupted':
        return;
      case 'died': {
        const { reason, exitStatus, signal } = found;
        if (this.#signal.aborted && signal !== 'SIGKILL') return; // interrupted before it could answer
        writeFailureRecord(directory, { index: run.index, reason, exit: exitStatus, signal });
        this.#failureCount++;
        break;
      }
      case 'failed':
        if (DISK_ERRORS.includes(found.code)) throw new UserError(found.reason);
        this.#failureCount++;
        break;
      case 'done':
        this.#options.onWarnings?.(`run ${run.index} of ${directory}`, found.warnings);
    }
    this.#endedRunCount++;
  }
}
