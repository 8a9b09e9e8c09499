import { isMainThread, parentPort } from 'node:worker_threads';
import { onInterruption, SIGNALS, SupervisedThread } from '../run/supervise.ts';
import type { Context } from './command.ts';

/**
 * Runs the command line again in a thread, which a first signal asks for an orderly end; a second one ends the process.
 * @param script the module that calls `main`
 * @returns the exit status
 */
export const inThread = (script: string): Promise<number> => new SupervisedThread(new URL(script)).ended;

/** The context of one call; `status` is that of the signal that interrupted it, 0 if none did. */
export class Call implements Context {
  status = 0;
  readonly #controller = new AbortController();

  constructor() {
    if (isMainThread) return; // where signals end a command at once
    onInterruption((name) => {
      this.status = SIGNALS[name];
      this.#controller.abort();
    });
    parentPort!.unref();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }
}
