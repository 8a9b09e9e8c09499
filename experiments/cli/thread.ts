import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { saving } from '../run/unhurried.ts';
import type { Context } from './command.ts';

/**
 * Signals that interrupt a command, and its exit status when it came to an orderly end then: 130 is the shell's after
 * Ctrl-C; 75 ("try again later", EX_TEMPFAIL of sysexits.h) tells a batch system that is about to end the job to queue it again.
 */
const SIGNALS = { SIGINT: 130, SIGTERM: 75, SIGHUP: 75, SIGUSR1: 75 } as const;
type Signal = keyof typeof SIGNALS;
const NAMES = Object.keys(SIGNALS) as Signal[];

/** How long an interrupted command may go without an answer, ms; and how often it is asked. */
const PATIENCE = 1500;
const ASK = 100;

/**
 * Runs the command line again in a thread, so that this one is free to see signals, which no loop does that computes.
 * The first one asks the command for an orderly end; a second one, or no answer for as long as PATIENCE, ends the process,
 * as the same signal does in one that handles none. A command that saves may take its time.
 * @param script the module that calls `main`
 * @returns the exit status
 */
export async function inThread(script: string): Promise<number> {
  const thread = new Worker(new URL(script), { argv: process.argv.slice(2), workerData: { saving } });
  let asking: NodeJS.Timeout | undefined;
  let answered = 0;
  const interrupt = (name: Signal): void => {
    if (asking !== undefined) {
      end(name);
      return;
    }
    answered = performance.now();
    const ask = () => {
      if (Atomics.load(saving, 0) > 0) answered = performance.now();
      if (performance.now() - answered > PATIENCE) end(name);
      else thread.postMessage(name);
    };
    asking = setInterval(ask, ASK);
    ask();
  };
  thread.on('message', () => (answered = performance.now()));
  for (const name of NAMES) process.on(name, interrupt);
  try {
    return await new Promise<number>((resolve, reject) => thread.once('error', reject).once('exit', resolve));
  } finally {
    clearInterval(asking);
    for (const name of NAMES) process.off(name, interrupt);
  }
}

/** Ends the process at once, whatever its threads are at; `process.exit` would wait for them. */
function end(name: Signal): void {
  if (process.stderr.isTTY) process.stderr.write('\x1b[?7h\n'); // lines wrap again, which a progress bar turns off
  process.removeAllListeners(name);
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, name === 'SIGUSR1' ? 'SIGTERM' : name); // which would open Node's debugger
}

/** The context of one call; `status` is that of the signal that interrupted it, 0 if none did. */
export class Call implements Context {
  status = 0;
  readonly #controller = new AbortController();

  constructor() {
    if (isMainThread) return; // where signals end a command at once
    parentPort!
      .on('message', (name: Signal) => {
        parentPort!.postMessage(name);
        this.status = SIGNALS[name];
        this.#controller.abort();
      })
      .unref();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }
}
