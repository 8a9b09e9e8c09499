/** Runs mutants of files through their loaders in child processes, and adds up what came of them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a mutant may take at most: processor time, resident memory and the length of a message. */
export const LIMITS = { seconds: 5, megabytes: 1024, characters: 400 };

/** Exit status of a child whose valid files, or whose mutations, fail. */
export const BROKEN_LOADER_STATUS = 3;

/** What a child does; it begins with mutant number `skip` of all. */
export interface Job {
  readonly loaders: readonly string[];
  readonly tries: number;
  readonly seed: string;
  readonly skip: number;
  readonly coverage: boolean;
}

export interface Outcome {
  readonly seconds: number;
  readonly megabytes: number;
  /** Message of the refusal; empty if the file was loaded. */
  readonly message: string;
  readonly fault?: string;
}

export type Line =
  | ({ readonly kind: 'mutant' } & Outcome)
  | {
      readonly kind: 'lines';
      readonly loader: string;
      readonly reached: readonly string[];
      readonly all: readonly string[];
    };

export interface Result {
  readonly loader: string;
  tries: number;
  loaded: number;
  refused: number;
  readonly faults: string[];
  seconds: number;
  megabytes: number;
  readonly reached: Set<string>;
  readonly all: Set<string>;
}

const CHILD = fileURLToPath(new URL('./batch.child.js', import.meta.url));

/** Loads `tries` mutants of each loader, the same ones for the same seed. Mutants with faults stay in `keep`, if that is given. */
export function loadMutants(
  loaders: readonly string[],
  tries: number,
  seed: string,
  { coverage = false, keep = '' } = {},
): Result[] {
  const results = loaders.map(
    (loader): Result => ({
      loader,
      tries: 0,
      loaded: 0,
      refused: 0,
      faults: [],
      seconds: 0,
      megabytes: 0,
      reached: new Set(),
      all: new Set(),
    }),
  );
  const directory = keep || mkdtempSync(join(tmpdir(), 'memspike-fuzz-'));
  try {
    let done = 0;
    while (done < loaders.length * tries) {
      const job: Job = { loaders, tries, seed, skip: done, coverage };
      const child = spawnSync(process.execPath, [CHILD, JSON.stringify(job)], {
        cwd: directory,
        encoding: 'utf8',
        maxBuffer: 2 ** 30,
      });
      const before = done;
      for (const text of child.stdout.split('\n').filter(Boolean)) {
        const line = JSON.parse(text) as Line;
        if (line.kind === 'lines') {
          const result = results.find(({ loader }) => loader === line.loader)!;
          for (const place of line.reached) result.reached.add(place);
          for (const place of line.all) result.all.add(place);
        } else addOutcome(results[Math.floor(done / tries)]!, done++ % tries, line);
      }
      if (child.status === BROKEN_LOADER_STATUS || (child.status === 0 && done < loaders.length * tries))
        throw new Error(`a batch ended early: ${child.stderr}`);
      const last = results[Math.floor((done - 1) / tries)];
      const isNamed = done > before && last?.faults.at(-1)?.startsWith(`${(done - 1) % tries}: too`);
      if (child.status !== 0 && !isNamed) {
        const message = `${child.signal ?? child.status} ${child.stderr.slice(-2000)}`;
        addOutcome(results[Math.floor(done / tries)]!, done++ % tries, {
          seconds: 0,
          megabytes: 0,
          message,
          fault: 'process died',
        });
      }
    }
  } finally {
    if (keep === '') rmSync(directory, { recursive: true });
  }
  return results;
}

function addOutcome(result: Result, index: number, { seconds, megabytes, message, fault }: Outcome): void {
  result.tries++;
  if (fault !== undefined) result.faults.push(`${index}: ${fault} ${message}`);
  else if (message === '') result.loaded++;
  else result.refused++;
  result.seconds = Math.max(result.seconds, seconds);
  result.megabytes = Math.max(result.megabytes, megabytes);
}
