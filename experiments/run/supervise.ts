import { parentPort, Worker } from 'node:worker_threads';
import { interrupted, saving, shared } from './interruption.ts';

/**
 * Signals that interrupt a command, and its exit status when it came to an orderly end then: 130 is the shell's after
 * Ctrl-C; 75 ("try again later", EX_TEMPFAIL of sysexits.h) tells a batch system that is about to end the job to queue it again.
 */
export const SIGNALS = { SIGINT: 130, SIGTERM: 75, SIGHUP: 75, SIGUSR1: 75 } as const;
export type Signal = keyof typeof SIGNALS;
const NAMES = Object.keys(SIGNALS) as Signal[];

/** How long an interrupted thread may go without an answer, ms; and how often it is asked. */
const PATIENCE = 1500;
const ASK = 100;

/**
 * A thread that computes, so that this one is free to see signals, which no loop does that computes. The first one asks it for
 * an orderly end; no answer for as long as PATIENCE ends the process, as the same signal does in one that handles none. A
 * thread that saves may take its time.
 */
export class Supervised {
  readonly thread: Worker;
  /** Its exit status. */
  readonly ended: Promise<number>;
  readonly #again: (name: Signal) => void;
  #asking: NodeJS.Timeout | undefined;
  #answered = 0;

  /**
   * @param script the module that the thread runs; what it does when interrupted it says with `onInterruption`
   * @param again what a second signal does; by default it ends the process at once
   */
  constructor(script: URL, again: (name: Signal) => void = end) {
    this.#again = again;
    this.thread = new Worker(script, { argv: process.argv.slice(2), workerData: { shared } });
    this.thread.on('message', (said) => {
      if (typeof said === 'string') this.#answered = performance.now();
    });
    for (const name of NAMES) process.on(name, this.interrupt);
    this.ended = new Promise<number>((resolve, reject) =>
      this.thread.once('error', reject).once('exit', resolve),
    ).finally(() => {
      clearInterval(this.#asking);
      for (const name of NAMES) process.off(name, this.interrupt);
    });
  }

  readonly interrupt = (name: Signal): void => {
    if (this.#asking !== undefined) {
      this.#again(name);
      return;
    }
    Atomics.store(interrupted, 0, 1);
    this.#answered = performance.now();
    const ask = () => {
      if (Atomics.load(saving, 0) > 0) this.#answered = performance.now();
      if (performance.now() - this.#answered > PATIENCE) end(name);
      else this.thread.postMessage(name);
    };
    this.#asking = setInterval(ask, ASK);
    ask();
  };
}

/** Ends the process at once, whatever its threads are at; `process.exit` would wait for them. */
function end(name: Signal): void {
  if (process.stderr.isTTY) process.stderr.write('\x1b[?7h\n'); // lines wrap again, which a progress bar turns off
  process.removeAllListeners(name);
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, name === 'SIGUSR1' ? 'SIGTERM' : name); // which would open Node's debugger
}

/** In the thread: calls `act` as long as it is interrupted, again and again. */
export function onInterruption(act: (name: Signal) => void): void {
  parentPort!.on('message', (name: unknown) => {
    if (typeof name !== 'string') return;
    parentPort!.postMessage(name);
    act(name as Signal);
  });
}
