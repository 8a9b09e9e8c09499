import { UserError } from '../../../core/declare/errors.ts';
import type { CallControl, CallMessage, WorkerCalls, WorkerRequest } from '../worker/worker.ts';

/** Awaits `work`. If it fails with a user error, writes the message to `shown` and returns undefined. */
export async function showUserErrors<T>(
  work: Promise<T>,
  shown: { value: string | undefined },
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    shown.value = error.message;
    return undefined;
  }
}

/** Returns a function that runs `work` without overlap; all calls during a run together cause one further run. */
export function runSerially(work: () => Promise<void>): () => Promise<void> {
  let [isRunning, isRequested] = [false, false];
  return async () => {
    isRequested = true;
    if (isRunning) return;
    isRunning = true;
    try {
      while (isRequested) {
        isRequested = false;
        await work();
      }
    } finally {
      isRunning = false;
    }
  };
}

export interface CallHandle<T> {
  readonly result: Promise<T>;
  control(request: CallControl): void;
}

const WORKER_ENDED =
  'The worker that computes has ended; the browser may be short of memory. Close other tabs or take fewer neurons, and start again.';
const WORKER_NOT_LOADED = 'The simulator cannot be loaded; is the lab still served? Start again, or reload the page.';

/** Calls a worker. If the worker ends, pending calls fail; the next call starts a new worker. */
export class WorkerClient {
  #worker: Worker | undefined;
  /** Functions that reject the results of pending calls. */
  readonly #pending = new Set<(error: UserError) => void>();

  call<K extends keyof WorkerCalls>(
    call: K,
    args: Parameters<WorkerCalls[K]>[0],
    onUpdate: (update: never) => void = () => {},
  ): CallHandle<ReturnType<WorkerCalls[K]>> {
    this.#worker ??= this.#startWorker();
    const { port1: port, port2 } = new MessageChannel();
    this.#worker.postMessage({ call, args } satisfies WorkerRequest, [port2]);
    const result = new Promise<ReturnType<WorkerCalls[K]>>((resolve, reject) => {
      this.#pending.add(reject);
      port.onmessage = ({ data }: MessageEvent<CallMessage>) => {
        if (!this.#pending.has(reject)) return; // the call has already failed
        if ('update' in data) return onUpdate(data.update as never);
        this.#pending.delete(reject);
        port.close();
        if ('result' in data) resolve(data.result as never);
        else reject(new UserError(data.isUnexpected ? explain(data.errorMessage) : data.errorMessage));
      };
    });
    return { result, control: (request) => port.postMessage(request) };
  }

  terminate(reason = 'The worker was ended.') {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const reject of this.#pending) reject(new UserError(reason));
    this.#pending.clear();
  }

  #startWorker(): Worker {
    const name = `memspike ${Math.random()}`;
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name });
    let isStarted = false;
    const onEnd = (reason: string) => this.#worker === worker && this.terminate(reason);
    worker.onmessage = () => {
      isStarted = true;
      // Some browsers do not report that a worker has ended, but all browsers release the lock of an ended worker. The page
      // therefore waits for this lock.
      void navigator.locks?.request(name, () => void onEnd(WORKER_ENDED));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      onEnd(isStarted ? WORKER_ENDED : WORKER_NOT_LOADED);
    };
    return worker;
  }
}

const explain = (message: string): string =>
  /memory|allocation/i.test(message)
    ? `The browser grants no more memory (${message}); take fewer neurons.`
    : `Unexpected error: ${message}.`;
