import type { Calls, Request, Response } from '../worker/worker.ts';

/** Error whose message is a sentence for the user. */
export class LabError extends Error {}

/** Waits for work; the message of a LabError goes to `shown`. */
export async function reportErrors(work: Promise<void>, shown: { value: string | undefined }): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    shown.value = error.message;
  }
}

/** Call that a worker is computing. */
export interface RunningCall<T> {
  readonly done: Promise<T>;
  pause(): void;
  resume(): void;
  /** Asks the call to come to an orderly end. */
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

/** A worker and its pending calls. If the worker ends, each pending call fails with one sentence, and the next call starts a new worker. */
export class WorkerClient {
  #worker: Worker | undefined;
  #nextId = 0;
  readonly #pending = new Map<number, PendingCall>();
  readonly #files: Readonly<Record<string, Uint8Array>>[] = [];

  /** Puts files on the disk of the worker, and of each worker that replaces it. */
  async putFiles(files: Readonly<Record<string, Uint8Array>>): Promise<void> {
    this.#files.push(files);
    if (this.#worker) await this.call('putFiles', files).done;
  }

  call<K extends keyof Calls>(
    call: K,
    args: Parameters<Calls[K]>[0],
    onUpdate: (update: never) => void = () => {},
  ): RunningCall<ReturnType<Calls[K]>> {
    const id = this.#nextId++;
    const done = new Promise<ReturnType<Calls[K]>>((resolve, reject) => {
      this.#pending.set(id, { onUpdate, resolve, reject });
    });
    this.#post({ id, call, args });
    const control = (control: 'stop' | 'pause' | 'resume') => () => this.#worker?.postMessage({ id, control });
    return { done, pause: control('pause'), resume: control('resume'), stop: control('stop') };
  }

  /** Ends the worker at once; pending calls fail. */
  terminate(reason = 'The worker was ended.'): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(new LabError(reason));
  }

  #post(request: Request): void {
    this.#worker ??= this.#startWorker();
    this.#worker.postMessage(request);
  }

  #startWorker(): Worker {
    const name = `memspike ${Math.random()}`;
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name });
    let isStarted = false;
    const onEnd = (reason: string) => this.#worker === worker && this.terminate(reason);
    worker.onmessage = ({ data }: MessageEvent<Response>) => {
      if (!('started' in data)) {
        this.#receive(data);
        return;
      }
      isStarted = true;
      // Not every worker reports its end; the end releases the lock of the worker.
      void navigator.locks?.request(name, () => void onEnd(WORKER_ENDED));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      onEnd(isStarted ? WORKER_ENDED : WORKER_NOT_LOADED);
    };
    for (const files of this.#files) worker.postMessage({ id: this.#nextId++, call: 'putFiles', args: files });
    return worker;
  }

  #receive(response: Exclude<Response, { started: true }>): void {
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

/** Sentence on an unexpected error: advice if memory is refused. */
const explain = (message: string): string =>
  /memory|allocation/i.test(message)
    ? `The browser grants no more memory (${message}); take fewer neurons.`
    : `Unexpected error: ${message}.`;
