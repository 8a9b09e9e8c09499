import type { WorkerCalls, WorkerRequest, WorkerResponse } from '../worker/worker.ts';

/** Error with a message that is shown to the user. */
export class LabError extends Error {}

export async function reportErrors(work: Promise<void>, shown: { value: string | undefined }) {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    shown.value = error.message;
  }
}

/** Runs `work` without overlap; all calls during a run cause one further run. */
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
  pause(): void;
  resume(): void;
  stop(): void;
}

interface PendingCall {
  readonly onUpdate: (update: never) => void;
  readonly resolve: (result: never) => void;
  readonly reject: (error: LabError) => void;
}

const WORKER_ENDED =
  'The worker that computes has ended; the browser may be short of memory. Close other tabs or take fewer neurons, and start again.';
const WORKER_NOT_LOADED = 'The simulator cannot be loaded; is the lab still served? Start again, or reload the page.';

/** Calls a worker. If the worker ends, pending calls fail; the next call starts a new worker. */
export class WorkerClient {
  #worker: Worker | undefined;
  #nextId = 0;
  readonly #pending = new Map<number, PendingCall>();
  readonly #storedFiles: Readonly<Record<string, Uint8Array>>[] = [];

  /** Copies files to the in-memory file system of the worker, and of any worker that replaces it. */
  async putFiles(files: Readonly<Record<string, Uint8Array>>) {
    this.#storedFiles.push(files);
    if (this.#worker) await this.call('putFiles', files).result;
  }

  call<K extends keyof WorkerCalls>(
    call: K,
    args: Parameters<WorkerCalls[K]>[0],
    onUpdate: (update: never) => void = () => {},
  ): CallHandle<ReturnType<WorkerCalls[K]>> {
    const id = this.#nextId++;
    const done = new Promise<ReturnType<WorkerCalls[K]>>((resolve, reject) => {
      this.#pending.set(id, { onUpdate, resolve, reject });
    });
    this.#post({ id, call, args });
    const control = (control: 'stop' | 'pause' | 'resume') => () => this.#worker?.postMessage({ id, control });
    return { result: done, pause: control('pause'), resume: control('resume'), stop: control('stop') };
  }

  terminate(reason = 'The worker was ended.') {
    this.#worker?.terminate();
    this.#worker = undefined;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(new LabError(reason));
  }

  #post(request: WorkerRequest) {
    this.#worker ??= this.#startWorker();
    this.#worker.postMessage(request);
  }

  #startWorker(): Worker {
    const name = `memspike ${Math.random()}`;
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name });
    let isStarted = false;
    const onEnd = (reason: string) => this.#worker === worker && this.terminate(reason);
    worker.onmessage = ({ data }: MessageEvent<WorkerResponse>) => {
      if (!('started' in data)) {
        this.#receive(data);
        return;
      }
      isStarted = true;
      // Some browsers do not report that a worker has ended, but all release the lock of an ended worker. The page
      // therefore waits for this lock.
      void navigator.locks?.request(name, () => void onEnd(WORKER_ENDED));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      onEnd(isStarted ? WORKER_ENDED : WORKER_NOT_LOADED);
    };
    for (const files of this.#storedFiles) worker.postMessage({ id: this.#nextId++, call: 'putFiles', args: files });
    return worker;
  }

  #receive(response: Exclude<WorkerResponse, { started: true }>) {
    const pending = this.#pending.get(response.id);
    if (pending === undefined) return;
    if ('update' in response) {
      pending.onUpdate(response.update as never);
      return;
    }
    this.#pending.delete(response.id);
    if ('errorMessage' in response)
      pending.reject(new LabError(response.isUnexpected ? explain(response.errorMessage) : response.errorMessage));
    else pending.resolve(response.result as never);
  }
}

const explain = (message: string): string =>
  /memory|allocation/i.test(message)
    ? `The browser grants no more memory (${message}); take fewer neurons.`
    : `Unexpected error: ${message}.`;
