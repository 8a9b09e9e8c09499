import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';

export interface Lines {
  /** Lines that ran, as `module:line`. */
  readonly reached: readonly string[];
  /** Lines inside functions. */
  readonly all: readonly string[];
}

/** Lines that run between two calls of `take`, by V8's counters. */
export class LineCoverage {
  readonly #session = new Session();

  static async start(): Promise<LineCoverage> {
    const coverage = new LineCoverage();
    coverage.#session.connect();
    await coverage.#session.post('Profiler.enable');
    await coverage.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    return coverage;
  }

  async take(modules: readonly string[]): Promise<Lines> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    const [reached, all]: [string[], string[]] = [[], []];
    for (const { url, functions } of result) {
      const module = modules.find((part) => url.startsWith('file:') && url.includes(part));
      if (module === undefined) continue;
      const source = readFileSync(fileURLToPath(url), 'utf8');
      const name = url.slice(url.lastIndexOf('/') + 1);
      // Functions stand from outer to inner, so the last range that holds a place counts.
      const ranges = functions
        .filter(({ functionName, ranges: [whole] }) => functionName !== '' || whole!.startOffset > 0)
        .flatMap((one) => one.ranges);
      let at = 0;
      source.split('\n').forEach((line, k) => {
        const place = at + line.search(/\S/);
        at += line.length + 1;
        if (!/\w/.test(line) || /^\s*(\/\/|\/?\*)/.test(line)) return;
        const count = ranges.findLast(({ startOffset, endOffset }) => startOffset <= place && place < endOffset)?.count;
        if (count === undefined) return;
        all.push(`${name}:${k + 1}`);
        if (count > 0) reached.push(`${name}:${k + 1}`);
      });
    }
    return { reached, all };
  }
}
