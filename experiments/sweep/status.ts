import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { whole } from '../../core/declare/ranged.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { withFileErrors } from '../../core/log/fileError.ts';
import { readJson } from '../logs/runJson.ts';
import { readLockHolder } from '../output/lock.ts';
import { getSweepPaths, type Plan, parsePointFileName } from './directory.ts';

/** Schema of the failure records in `INDEX.failed.json`. */
const failureSchema = z.object({
  index: whole({ min: 0 }),
  reason: z.string(),
  exit: z.nullable(z.number()),
  signal: z.nullable(z.string()),
  /** ISO 8601 */
  at: z.string(),
});
type Failure = z.output<typeof failureSchema>;

/** State of a planned run. */
export type RunState =
  | { readonly state: 'done' }
  | { readonly state: 'running'; readonly reason: string }
  | { readonly state: 'failed'; readonly reason: string; readonly failure: Failure }
  | { readonly state: 'missing'; readonly reason: string };

export function markFailed(directory: string, failure: Omit<Failure, 'at'>): void {
  const all: Failure = { ...failure, at: new Date().toISOString() };
  writeFileAtomic(getSweepPaths(directory).failed(failure.index), `${JSON.stringify(all, null, 2)}\n`);
}

/** Removes the failure records of a plan, so that its failed runs are computed again. */
export function removeFailureRecords({ directory, runs }: Plan): void {
  const at = getSweepPaths(directory);
  for (const { index } of runs)
    withFileErrors('remove', at.failed(index), () => rmSync(at.failed(index), { force: true }));
}

/** Reads the current state of each run from the sweep directory; indexed like `runs`. */
export function readRunStates({ directory, runs }: Plan): RunState[] {
  const at = getSweepPaths(directory);
  const found = new Map<number, Set<string>>();
  for (const name of withFileErrors('read', at.points, () => readdirSync(at.points))) {
    const parts = parsePointFileName(name);
    if (parts) found.set(parts.index, (found.get(parts.index) ?? new Set()).add(parts.ending));
  }
  return runs.map(({ index }): RunState => {
    const has = found.get(index);
    if (has === undefined) return { state: 'missing', reason: 'not started' };
    if (has.has('') && existsSync(join(at.run(index), 'run.json'))) return { state: 'done' };
    const holder = has.has('.lock') ? readLockHolder(at.lock(index)) : undefined;
    if (holder) return { state: 'running', reason: `process ${holder.pid} on ${holder.host} since ${holder.since}` };
    if (has.has('.failed.json')) {
      const file = at.failed(index);
      const failure = readJson(dirname(file), basename(file), failureSchema);
      return { state: 'failed', reason: failure.reason, failure };
    }
    if (!has.has('')) return { state: 'missing', reason: 'started, nothing saved' };
    const saved = existsSync(join(at.run(index), 'checkpoint.bin'));
    return { state: 'missing', reason: saved ? 'interrupted, resumes from its checkpoint' : 'interrupted' };
  });
}
