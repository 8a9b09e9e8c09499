import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { UserError } from '../../core/declare/errors.ts';

/** One timed run. Times in s, biological time in ms. */
export interface Outcome {
  readonly wall: number;
  readonly cpu: number;
  readonly biological: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Counts that are means over stretches of the run, with their values there, which tell the standard errors. */
  readonly blocks?: Readonly<Record<string, readonly number[]>>;
}

/** A process that answers each line with one JSON line, kept between runs so that nothing is built or compiled twice. */
export class Rival {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #what: string;
  #errors = '';

  constructor(what: string, command: readonly string[], core: number | null) {
    const [program, ...args] = core === null ? command : ['taskset', '-c', String(core), ...command];
    this.#what = what;
    this.#child = spawn(program!, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr!.on('data', (chunk) => {
      this.#errors = `${this.#errors}${chunk}`.slice(-2000);
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  /** The next JSON line; other output, such as a compiler's, is passed over. */
  async next(): Promise<unknown> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new UserError(`${this.#what} ended without a result: ${this.#errors.trim().split('\n').at(-1)}`);
      if (value.startsWith('{')) return JSON.parse(value);
    }
  }

  /** One run more, and what it answers. */
  run<T = Outcome>(): Promise<T> {
    this.#child.stdin!.write('run\n');
    return this.next() as Promise<T>;
  }

  /** Lets the process clean up after itself and waits for its end. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.on('exit', resolve));
    this.#child.stdin!.end();
    await ended;
  }
}

/** The highest core that this process may use; null where processes cannot be pinned. */
export function coreToPinTo(): number | null {
  const { stdout } = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' });
  const last = /(\d+)\s*$/.exec(stdout ?? '')?.[1];
  return last === undefined ? null : Number(last);
}
