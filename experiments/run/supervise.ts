import { parentPort, Worker } from 'node:worker_threads';
import { interruptFlag, saveCount, sharedFlags } from './interruption.ts';

/**
 * Signals that interrupt a command, with its exit status: 130 as in shells after Ctrl-C; 75 (EX_TEMPFAIL of sysexits.h)
 * asks a batch system to requeue the job.
 */
export const SIGNALS = { SIGINT: 130, SIGTERM: 75, SIGHUP: 75, SIGUSR1: 75 } as const;
export type Signal = keyof typeof SIGNALS;
const NAMES = Object.keys(SIGNALS) as Signal[];

const MAX_ANSWER_MS = 1500;
const MESSAGE_INTERVAL_MS = 100;

/**
 * Computing thread of a command. The first signal requests an orderly end; if the thread does not respond within
 * MAX_ANSWER_MS and is not saving, the signal ends the process.
 */
export class SupervisedThread {
  readonly thread: Worker;
  readonly exitStatus: Promise<number>;
  readonly #onSecondSignal: (name: Signal) => void;
  #messageTimer: NodeJS.Timeout | undefined;
  #answeredAt = 0;

  /** Starts the thread. @param script module of the thread; handles interruptions with `onInterruption` */
  constructor(script: URL, onSecondSignal: (name: Signal) => void = endProcess) {
    this.#onSecondSignal = onSecondSignal;
    this.thread = new Worker(script, { argv: process.argv.slice(2), workerData: { sharedFlags } });
    this.thread.on('message', (message) => {
      if (typeof message === 'string') this.#answeredAt = performance.now();
    });
    for (const name of NAMES) process.on(name, this.interrupt);
    this.exitStatus = new Promise<number>((resolve, reject) =>
      this.thread.once('error', reject).once('exit', resolve),
    ).finally(() => {
      clearInterval(this.#messageTimer);
      for (const name of NAMES) process.off(name, this.interrupt);
    });
  }

  readonly interrupt = (name: Signal): void => {
    if (this.#messageTimer !== undefined) {
      this.#onSecondSignal(name);
      return;
    }
    Atomics.store(interruptFlag, 0, 1);
    this.#answeredAt = performance.now();
    const send = () => {
      if (Atomics.load(saveCount, 0) > 0) this.#answeredAt = performance.now();
      if (performance.now() - this.#answeredAt > MAX_ANSWER_MS) endProcess(name);
      else this.thread.postMessage(name);
    };
    this.#messageTimer = setInterval(send, MESSAGE_INTERVAL_MS);
    send();
  };
}

/** Ends the process immediately by a signal; `process.exit` would wait for the threads. */
function endProcess(name: Signal) {
  if (process.stderr.isTTY) process.stderr.write('\x1b[?7h\n'); // restores line wrap, which a progress bar turns off
  process.removeAllListeners(name);
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, name === 'SIGUSR1' ? 'SIGTERM' : name); // SIGUSR1 would open the debugger of Node
}

/** Calls `act` in the computing thread at an interruption, then every MESSAGE_INTERVAL_MS until the thread ends. */
export function onInterruption(act: (name: Signal) => void) {
  parentPort!.on('message', (name: unknown) => {
    if (typeof name !== 'string') return;
    parentPort!.postMessage(name);
    act(name as Signal);
  });
}
