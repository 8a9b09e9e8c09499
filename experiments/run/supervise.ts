import { parentPort, Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Signals that interrupt a command, with its exit status: 130 as in shells after Ctrl-C; 75 (EX_TEMPFAIL of sysexits.h)
 * asks a batch system to requeue the job.
 */
export const EXIT_STATUS_BY_SIGNAL = { SIGINT: 130, SIGTERM: 75, SIGHUP: 75, SIGUSR1: 75 } as const;
export type InterruptionSignal = keyof typeof EXIT_STATUS_BY_SIGNAL;
const NAMES = Object.keys(EXIT_STATUS_BY_SIGNAL) as InterruptionSignal[];

const MAX_ANSWER_MS = 1500;
const MESSAGE_INTERVAL_MS = 100;

interface SupervisionOptions extends WorkerOptions {
  /** Called at a second interruption. Default: the signal ends the process. */
  readonly onSecondSignal?: (name: InterruptionSignal) => void;
  /** True if the process computes several commands: its signals are not handled, and an interruption ends only the thread. */
  readonly isSharedProcess?: boolean;
}

/**
 * Computing thread of a command. The first signal requests an orderly end; if the thread does not respond within
 * MAX_ANSWER_MS and is not saving, the signal ends the process or, in a shared process, the thread.
 */
export class SupervisedThread {
  readonly thread: Worker;
  readonly exitStatus: Promise<number>;
  readonly #endNow: (name: InterruptionSignal) => void;
  readonly #onSecondSignal: (name: InterruptionSignal) => void;
  readonly #sharedFlags = new Int32Array(new SharedArrayBuffer(8)); // saveCount, interruptFlag of interruption.ts
  #messageTimer: NodeJS.Timeout | undefined;
  #answeredAt = 0;

  /** Starts the thread. @param script module of the thread; handles interruptions with `onInterruption` */
  constructor(
    script: URL,
    { onSecondSignal, isSharedProcess: isShared = false, workerData, ...options }: SupervisionOptions = {},
  ) {
    this.#endNow = isShared ? () => void this.thread.terminate() : endProcess;
    this.#onSecondSignal = onSecondSignal ?? this.#endNow;
    this.thread = new Worker(script, {
      argv: process.argv.slice(2),
      ...options,
      workerData: { ...workerData, sharedFlags: this.#sharedFlags },
    });
    this.thread.on('message', (message) => {
      if (typeof message === 'string') this.#answeredAt = performance.now();
    });
    if (!isShared) for (const name of NAMES) process.on(name, this.interrupt);
    this.exitStatus = new Promise<number>((resolve, reject) =>
      this.thread.once('error', reject).once('exit', resolve),
    ).finally(() => {
      clearInterval(this.#messageTimer);
      for (const name of NAMES) process.off(name, this.interrupt);
    });
  }

  readonly interrupt = (name: InterruptionSignal): void => {
    if (this.#messageTimer !== undefined) {
      this.#onSecondSignal(name);
      return;
    }
    const [saveCount, interruptFlag] = [this.#sharedFlags, this.#sharedFlags.subarray(1)];
    Atomics.store(interruptFlag, 0, 1);
    this.#answeredAt = performance.now();
    const send = () => {
      if (Atomics.load(saveCount, 0) > 0) this.#answeredAt = performance.now();
      if (performance.now() - this.#answeredAt > MAX_ANSWER_MS) this.#endNow(name);
      else this.thread.postMessage(name);
    };
    this.#messageTimer = setInterval(send, MESSAGE_INTERVAL_MS);
    send();
  };
}

/** Ends the process immediately by a signal; `process.exit` would wait for the threads. */
function endProcess(name: InterruptionSignal) {
  if (process.stderr.isTTY) process.stderr.write('\x1b[?7h\n'); // restores line wrap, which a progress bar turns off
  process.removeAllListeners(name);
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, name === 'SIGUSR1' ? 'SIGTERM' : name); // SIGUSR1 would open the debugger of Node
}

/** Calls `act` in the computing thread at an interruption, then every MESSAGE_INTERVAL_MS until the thread ends. */
export function onInterruption(act: (name: InterruptionSignal) => void) {
  parentPort!.on('message', (name: unknown) => {
    if (typeof name !== 'string') return;
    parentPort!.postMessage(name);
    act(name as InterruptionSignal);
  });
}
