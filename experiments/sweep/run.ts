import { availableParallelism, hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { UserError } from '../../core/declare/errors.ts';
import { createProgress, type ProgressMode } from '../run/progress.ts';
import { type Plan, paths, readPlan, requireVersion } from './directory.ts';
import type { PlannedRun } from './plan.ts';
import { forgetFailures, markFailed, statesOf } from './status.ts';
import { DISK_ERRORS, WorkerProcess } from './workerProcess.ts';

/** How often points of another process on this machine are looked at, ms. */
const LOOK = 300;

export interface RunSweepOptions {
  readonly directory: string;
  /** Processes; default: one a core. */
  readonly workers?: number | undefined;
  /** Seconds that a point may take. */
  readonly timeout?: number | undefined;
  readonly checkpointEvery?: number | undefined;
  /** Whether other machines that have claimed runs are dead. */
  readonly takeOver?: boolean;
  /** Which runs of the plan; default: all. */
  readonly only?: ((run: PlannedRun) => boolean) | undefined;
  /** Computes the failed ones, and no others. */
  readonly retry?: boolean;
  /** Default: none. */
  readonly progress?: ProgressMode;
  /** What the progress is called; default: sweep. */
  readonly label?: string;
  /** Aborted to bring all of it to an orderly end. */
  readonly signal?: AbortSignal;
  /** Called with the warnings of each run that was computed. */
  readonly onWarnings?: ((run: string, warnings: readonly string[]) => void) | undefined;
}

/** How the runs that were asked for stand in the end. */
export interface SweepOutcome {
  readonly done: number;
  readonly failed: readonly { readonly index: number; readonly reason: string }[];
  /** Computed by other machines, which may or may not live. */
  readonly elsewhere: readonly { readonly index: number; readonly reason: string }[];
  /** Neither: interrupted, or beyond the budget. */
  readonly left: number;
}

/** Computes what a sweep lacks, as many runs at a time as there are workers. What is done or has failed stays as it is. */
export async function runSweep(o: RunSweepOptions): Promise<SweepOutcome> {
  const plan = readPlan(o.directory);
  requireVersion(plan);
  const states = statesOf(plan);
  const wanted = plan.runs.filter(
    (run) => (o.only?.(run) ?? true) && (!o.retry || states[run.index]!.state === 'failed'),
  );
  if (o.retry) forgetFailures({ ...plan, runs: wanted });
  const toDo = wanted.filter(({ index }) => o.retry || ['missing', 'running'].includes(states[index]!.state));
  if (toDo.length > 0) {
    const { workers = availableParallelism(), progress = 'none', signal = new AbortController().signal } = o;
    await new Runner(plan, { ...o, workers, progress, signal }, toDo, wanted.length).run();
  }
  return outcomeOf(plan, wanted);
}

/** How runs stand. */
export function outcomeOf(plan: Plan, wanted: readonly PlannedRun[]): SweepOutcome {
  const states = statesOf(plan);
  const of = (state: string) => wanted.filter(({ index }) => states[index]!.state === state);
  const told = (state: string) =>
    of(state).map(({ index }) => ({ index, reason: (states[index] as { readonly reason: string }).reason }));
  const [failed, elsewhere] = [told('failed'), told('running')];
  return { done: of('done').length, failed, elsewhere, left: of('missing').length };
}

interface Settled extends RunSweepOptions {
  readonly workers: number;
  readonly progress: ProgressMode;
  readonly label?: string;
  readonly signal: AbortSignal;
}

class Runner {
  readonly #plan: Plan;
  readonly #o: Settled;
  readonly #queue: PlannedRun[];
  /** Computed by other processes of this machine. */
  #held: PlannedRun[] = [];
  readonly #total: number;
  readonly #active = new Set<WorkerProcess>();
  readonly #started = performance.now();
  #settled: number;
  #failures = 0;
  #fault: unknown;

  constructor(plan: Plan, o: Settled, toDo: readonly PlannedRun[], total: number) {
    this.#plan = plan;
    this.#o = o;
    this.#queue = [...toDo];
    this.#total = total;
    this.#settled = total - toDo.length;
  }

  async run(): Promise<void> {
    const { signal, progress: mode, workers } = this.#o;
    const progress = createProgress({ label: this.#o.label ?? 'sweep', total: this.#total, unit: 'points', mode });
    const told = () => progress.update(this.#settled, () => this.#words());
    told();
    const stop = () => {
      for (const worker of this.#active) worker.stop();
    };
    signal.addEventListener('abort', stop);
    try {
      await Promise.all(Array.from({ length: Math.min(workers, this.#queue.length) }, () => this.#work(told)));
    } finally {
      signal.removeEventListener('abort', stop);
      progress.stop(this.#words());
      stop();
      await Promise.all([...this.#active].map((worker) => worker.ended));
    }
    if (this.#fault instanceof UserError)
      throw new UserError(`the sweep stopped, with all that is done kept: ${this.#fault.message}`, {
        cause: this.#fault,
      });
    if (this.#fault !== undefined) throw this.#fault;
  }

  #words(): string {
    const others =
      this.#held.length > 0 && this.#queue.length === 0 ? `waiting for ${this.#held.length} of others` : '';
    return [this.#failures > 0 ? `${this.#failures} failed` : '', others].filter((text) => text !== '').join(', ');
  }

  get #over(): boolean {
    const { hours } = this.#plan.facts.sweep.budget;
    const spent = hours !== undefined && performance.now() - this.#started > hours * 3_600_000;
    return this.#o.signal.aborted || this.#fault !== undefined || spent;
  }

  async #work(told: () => void): Promise<void> {
    let worker: WorkerProcess | undefined;
    for (let run = await this.#next(); run; run = await this.#next()) {
      if (!worker?.usable) {
        worker = new WorkerProcess();
        this.#active.add(worker);
      }
      try {
        await this.#compute(worker, run);
      } catch (error) {
        this.#fault ??= error;
      }
      told();
      if (!worker.usable) this.#active.delete(worker);
    }
  }

  /** The next run to compute; once only those of others are left, waits for them. */
  async #next(): Promise<PlannedRun | undefined> {
    while (!this.#over) {
      const run = this.#queue.shift();
      if (run || this.#held.length === 0) return run;
      await setTimeout(LOOK);
      const held = this.#held;
      this.#held = [];
      const states = statesOf({ ...this.#plan, runs: held });
      held.forEach((one, i) => {
        const { state } = states[i]!;
        if (state === 'running') this.#held.push(one);
        else if (state === 'missing') this.#queue.push(one);
        else this.#settled++;
      });
    }
    return undefined;
  }

  async #compute(worker: WorkerProcess, run: PlannedRun): Promise<void> {
    const { directory, facts } = this.#plan;
    const { timeout, checkpointEvery, takeOver = false } = this.#o;
    const job = { directory, sweep: facts.sweep, file: facts.file, run, checkpointEvery, takeOver };
    const found = await worker.compute(job, paths(directory).log(run.index), timeout);
    switch (found.outcome) {
      case 'held':
        if (found.holder.host === hostname()) this.#held.push(run);
        return;
      case 'interrupted':
        return;
      case 'died': {
        const { reason, exit, signal } = found;
        if (this.#o.signal.aborted && signal !== 'SIGKILL') return; // before it could answer
        markFailed(directory, { index: run.index, reason, exit, signal });
        this.#failures++;
        break;
      }
      case 'failed':
        if (DISK_ERRORS.includes(found.code)) throw new UserError(found.reason);
        this.#failures++;
        break;
      case 'done':
        this.#o.onWarnings?.(`run ${run.index} of ${directory}`, found.warnings);
    }
    this.#settled++;
  }
}
