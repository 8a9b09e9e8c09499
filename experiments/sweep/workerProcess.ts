import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { withFileErrors } from '../../core/log/fileError.ts';
import type { Holder } from '../output/lock.ts';
import type { Sweep } from './experiment.ts';
import type { PlannedRun } from './plan.ts';

/** What a worker is asked to compute. */
export interface Job {
  readonly directory: string;
  readonly sweep: Sweep;
  /** What errors call the sweep. */
  readonly file: string;
  readonly run: PlannedRun;
  readonly checkpointEvery: number | undefined;
  /** Whether a claim of another machine is void. */
  readonly takeOver: boolean;
}

export type Outcome =
  | { readonly outcome: 'done'; readonly warnings: readonly string[] }
  /** Another process computes it. */
  | { readonly outcome: 'held'; readonly holder: Holder }
  /** `code`: that of the system's error behind it, such as ENOSPC. */
  | { readonly outcome: 'failed'; readonly reason: string; readonly code: string | undefined }
  | { readonly outcome: 'interrupted' };

export interface Answer {
  readonly outcome: Outcome;
  /** Memory of the process, bytes. */
  readonly rss: number;
}

/** What the thread of a worker tells the thread that sees signals. */
export interface Computed {
  readonly answer: Answer;
  /** For the log of the point. */
  readonly said: string | undefined;
}

/** The disk, not the point, is at fault: nothing can be written, so nothing is marked. */
export const DISK_ERRORS: readonly (string | undefined)[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EFBIG'];

const WORKER = fileURLToPath(new URL('./sweepWorker.js', import.meta.url));
/** How long a process may take for its last checkpoint, ms. */
const GRACE = 20_000;
/** A process that has grown so much over its first point is not used again. */
const GROWTH = 2;
/** How much of what a process said last is kept to tell why it died, characters. */
const TAIL = 65_536;

/** How a process ended. */
interface End {
  readonly exit: number | null;
  readonly signal: string | null;
}

/** How a process died with its point. */
interface Death {
  readonly outcome: 'died';
  readonly reason: string;
  readonly exit: number | null;
  readonly signal: string | null;
}

/** The parent's side of a worker: a process that computes one point after the other, each with a log of its own. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  /** Settles when it has ended and all that it said has come in. */
  readonly ended: Promise<End>;
  #log: { readonly fd: number; readonly path: string } | undefined;
  #fault: unknown;
  #tail = '';
  #firstRss = 0;
  #answer: (answer: Answer) => void = () => {};
  /** Whether it can take another point. */
  usable = true;

  constructor() {
    this.#child = fork(WORKER, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (exit, signal) => resolve({ exit, signal }));
      this.#child.on('error', (error) => {
        this.#tail += `\n${error.message}`; // it could not be started: there is no close then
        if (this.#child.pid === undefined) resolve({ exit: null, signal: null });
      });
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.on('data', (chunk: Buffer) => this.#write(chunk));
    this.#child.on('message', (answer: unknown) => this.#answer(answer as Answer));
  }

  /** Computes a point; what its process says goes to the end of `log`. */
  async compute(job: Job, log: string, timeout: number | undefined): Promise<Outcome | Death> {
    this.#log = { fd: withFileErrors('write', log, () => openSync(log, 'a')), path: log };
    this.#tail = '';
    let late = false;
    const timer =
      timeout === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            this.stop();
          }, 1000 * timeout);
    try {
      const answered = new Promise<Answer>((resolve) => {
        this.#answer = resolve;
      });
      this.#child.send(job, () => {}); // that it died is told below
      const answer = await Promise.race([answered, this.ended.then(() => null)]);
      if (answer === null || (late && answer.outcome.outcome === 'interrupted')) {
        this.usable = false;
        const { exit, signal } = await this.ended;
        const reason = late ? `ran longer than ${timeout} s` : this.#reason(exit, signal);
        return { outcome: 'died', reason, exit, signal };
      }
      await setImmediate(); // what it wrote before it answered has come in by then
      this.#firstRss ||= answer.rss;
      if (answer.outcome.outcome === 'interrupted' || answer.rss > GROWTH * this.#firstRss) this.stop();
      if (this.#fault !== undefined) throw this.#fault;
      return answer.outcome;
    } finally {
      clearTimeout(timer);
      closeSync(this.#log.fd);
      this.#log = undefined;
    }
  }

  /** Lets it come to an orderly end, with a checkpoint of what it computes; where that is not possible it ends itself soon. */
  stop(): void {
    this.usable = false;
    this.#child.kill('SIGTERM');
    const killed = setTimeout(() => this.#child.kill('SIGKILL'), GRACE);
    this.ended.then(() => clearTimeout(killed));
  }

  #write(chunk: Buffer): void {
    this.#tail = (this.#tail + chunk.toString()).slice(-TAIL);
    if (this.#log === undefined) return;
    const { fd, path } = this.#log;
    try {
      withFileErrors('write', path, () => writeSync(fd, chunk));
    } catch (error) {
      this.#fault ??= error;
    }
  }

  #reason(exit: number | null, signal: string | null): string {
    if (/heap out of memory|Array buffer allocation failed/.test(this.#tail))
      return 'ran out of memory (NODE_OPTIONS=--max-old-space-size=MB sets how much a process may take)';
    if (signal === 'SIGKILL') return 'was killed (SIGKILL), as the system does when memory runs out';
    if (signal !== null) return `was ended by ${signal}`;
    const last = this.#tail.trim().split('\n').at(-1);
    return `its process ended with exit status ${exit}${last ? `: ${last}` : ''}`;
  }
}
