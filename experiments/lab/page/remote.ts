import type { Answer, Calls, Order } from '../worker/worker.ts';

/** A sentence for people. */
export class Fault extends Error {}

export interface Running<T> {
  readonly done: Promise<T>;
  hold(): void;
  go(): void;
  /** Asks it to come to an orderly end. */
  stop(): void;
}

interface Waiting {
  readonly news: (news: never) => void;
  readonly resolve: (result: never) => void;
  readonly reject: (fault: Fault) => void;
}

const ENDED =
  'The worker that computes has ended; the browser may be short of memory. Close other tabs or take fewer neurons, and begin again.';
const NOT_BEGUN = 'The simulator cannot be loaded; is the lab still served? Begin again, or reload the page.';

/** A worker that computes, and the calls that wait for it. When it dies each of them fails in one sentence, and the next call begins a new one. */
export class Remote {
  #worker: Worker | undefined;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();
  readonly #files: Readonly<Record<string, Uint8Array>>[] = [];

  /** Puts files on the worker's disk, also on that of one that takes its place. */
  async put(files: Readonly<Record<string, Uint8Array>>): Promise<void> {
    this.#files.push(files);
    if (this.#worker) await this.call('put', files).done;
  }

  call<K extends keyof Calls>(
    call: K,
    args: Parameters<Calls[K]>[0],
    news: (news: never) => void = () => {},
  ): Running<ReturnType<Calls[K]>> {
    const id = this.#next++;
    const done = new Promise<ReturnType<Calls[K]>>((resolve, reject) => {
      this.#waiting.set(id, { news, resolve, reject });
    });
    this.#post({ id, call, args });
    const control = (control: 'stop' | 'hold' | 'go') => () => this.#worker?.postMessage({ id, control });
    return { done, hold: control('hold'), go: control('go'), stop: control('stop') };
  }

  /** Ends the worker at once; calls that wait fail. */
  end(why = 'It was ended.'): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new Fault(why));
  }

  #post(order: Order): void {
    if (this.#worker === undefined) {
      const name = `memspike ${Math.random()}`;
      const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name });
      this.#worker = worker;
      let begun = false;
      const gone = (why: string) => this.#worker === worker && this.end(why);
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if (!('begun' in data)) return this.#hear(data);
        begun = true;
        // Not every worker that dies says so; the lock that it held is free then.
        void navigator.locks?.request(name, () => void gone(ENDED));
      };
      worker.onerror = (event) => {
        event.preventDefault();
        gone(begun ? ENDED : NOT_BEGUN);
      };
      for (const files of this.#files) worker.postMessage({ id: this.#next++, call: 'put', args: files });
    }
    this.#worker.postMessage(order);
  }

  #hear(answer: Exclude<Answer, { begun: true }>): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    if (!('news' in answer)) this.#waiting.delete(answer.id);
    if ('news' in answer) waiting.news(answer.news as never);
    else if ('fault' in answer) waiting.reject(new Fault(worded(answer.fault, answer.unexpected)));
    else waiting.resolve(answer.result as never);
  }
}

/** Memory that is refused is nobody's mistake; other surprises are ours. */
function worded(fault: string, unexpected: boolean): string {
  if (!unexpected) return fault;
  if (/memory|allocation/i.test(fault)) return `The browser grants no more memory (${fault}); take fewer neurons.`;
  return `Unexpected error: ${fault}.`;
}
