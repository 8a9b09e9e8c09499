import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { withFileErrors } from '../../core/log/fileError.ts';
import type { LockHolder } from '../output/lock.ts';
import type { PlannedRun } from './directory.ts';
import type { Sweep } from './experiment.ts';

export interface RunRequest {
  readonly sweepDirectory: string;
  readonly sweep: Sweep;
  readonly sweepFile: string; // for error messages
  readonly run: PlannedRun;
  readonly checkpointEvery: number | undefined;
  readonly ignoresForeignLocks: boolean;
}

export type RunRequestOutcome =
  | { readonly outcome: 'done'; readonly warnings: readonly string[] }
  | { readonly outcome: 'held'; readonly holder: LockHolder }
  /** `code`: code of the system error that caused the failure, such as ENOSPC. */
  | { readonly outcome: 'failed'; readonly reason: string; readonly code: string | undefined }
  | { readonly outcome: 'interrupted' }
  | { readonly outcome: 'died'; readonly reason: string; readonly end: ProcessEnd };

interface WorkerAnswer {
  readonly outcome: RunRequestOutcome;
  readonly rssBytes: number;
}

export interface WorkerMessage {
  readonly answer: WorkerAnswer;
  readonly logText: string | undefined;
}

/** Codes of write errors. They stop the sweep, but the run does not count as failed. */
export const DISK_ERROR_CODES: readonly (string | undefined)[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EFBIG'];

/** Exit status of a process, or the signal that ended it; one of the two is null. */
interface ProcessEnd {
  readonly exit: number | null;
  readonly signal: string | null;
}

const WORKER = fileURLToPath(new URL('./sweepWorker.js', import.meta.url));
/** Time that a worker process has to save its last checkpoint before it is killed, ms. */
const GRACE_MS = 20_000;
/** A process is replaced when its memory exceeds this multiple of its memory after its first run. */
const MAX_MEMORY_GROWTH = 2;
const MAX_TAIL_CHARACTERS = 65_536; // of the output, to explain why a process ended

export class WorkerProcess {
  readonly #child: ChildProcess;
  /** Promise that settles after the worker process has ended and its output has been read. */
  readonly endPromise: Promise<ProcessEnd>;
  #log: { readonly fd: number; readonly path: string } | undefined;
  #logError: unknown;
  #tail = '';
  #firstRss = 0;
  #receiveAnswer: (answer: WorkerAnswer) => void = () => {};
  isReusable = true;

  constructor() {
    this.#child = fork(WORKER, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.endPromise = new Promise((resolve) => {
      this.#child.on('close', (exit, signal) => resolve({ exit, signal }));
      this.#child.on('error', (error) => {
        this.#tail += `\n${error.message}`;
        if (this.#child.pid === undefined) resolve({ exit: null, signal: null }); // not started, so 'close' does not follow
      });
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.on('data', (chunk: Buffer) => this.#writeLog(chunk));
    this.#child.on('message', (answer: unknown) => this.#receiveAnswer(answer as WorkerAnswer));
  }

  /** Computes a run; appends its output to the file `log`. @param timeout time after which the process is stopped, s */
  async computeRun(job: RunRequest, log: string, timeout: number | undefined): Promise<RunRequestOutcome> {
    this.#log = { fd: withFileErrors('write', log, () => openSync(log, 'a')), path: log };
    this.#tail = '';
    let isLate = false;
    const stopLate = () => {
      isLate = true;
      this.stopProcess();
    };
    const timer = timeout === undefined ? undefined : setTimeout(stopLate, 1000 * timeout);
    try {
      const answered = new Promise<WorkerAnswer>((resolve) => {
        this.#receiveAnswer = resolve;
      });
      this.#child.send(job, () => {}); // a dead process is reported below
      const answer = await Promise.race([answered, this.endPromise.then(() => null)]);
      if (answer === null || (isLate && answer.outcome.outcome === 'interrupted')) {
        this.isReusable = false;
        const end = await this.endPromise;
        return { outcome: 'died', reason: isLate ? `ran longer than ${timeout} s` : this.#explainEnd(end), end };
      }
      await setImmediate(); // reads the output that was written before the answer
      this.#firstRss ||= answer.rssBytes;
      if (answer.outcome.outcome === 'interrupted' || answer.rssBytes > MAX_MEMORY_GROWTH * this.#firstRss)
        this.stopProcess();
      if (this.#logError !== undefined) throw this.#logError;
      return answer.outcome;
    } finally {
      clearTimeout(timer);
      closeSync(this.#log.fd);
      this.#log = undefined;
    }
  }

  /** Requests the process to save a checkpoint and end; kills it after a grace period. */
  stopProcess() {
    this.isReusable = false;
    this.#child.kill('SIGTERM');
    const killed = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
    this.endPromise.then(() => clearTimeout(killed));
  }

  #writeLog(chunk: Buffer) {
    this.#tail = (this.#tail + chunk.toString()).slice(-MAX_TAIL_CHARACTERS);
    if (this.#log === undefined) return;
    const { fd, path } = this.#log;
    try {
      withFileErrors('write', path, () => writeSync(fd, chunk));
    } catch (error) {
      this.#logError ??= error;
    }
  }

  #explainEnd({ exit, signal }: ProcessEnd): string {
    if (/heap out of memory|Array buffer allocation failed/.test(this.#tail))
      return 'ran out of memory (NODE_OPTIONS=--max-old-space-size=MB sets the memory limit of a process)';
    if (signal === 'SIGKILL') return 'was killed (SIGKILL), as the system does when memory runs out';
    if (signal !== null) return `was ended by ${signal}`;
    const last = this.#tail.trim().split('\n').at(-1);
    return `its process ended with exit status ${exit}${last ? `: ${last}` : ''}`;
  }
}
