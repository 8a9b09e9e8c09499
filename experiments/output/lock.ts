import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { int } from '../../core/declare/ranged.ts';
import { writeNewFile } from '../../core/log/file.ts';
import { hasErrorCode, withFileErrors } from '../../core/log/fileError.ts';

const HOLDER = z.object({
  pid: int({ min: 1 }),
  host: z.string(),
  since: z.string(),
  /** Start time of the process, kernel ticks since boot (null if unknown); distinguishes processes with equal pids. */
  ticks: z.catch(z.nullable(z.string()), null),
});
export type LockHolder = Readonly<z.output<typeof HOLDER>>;

function parseHolder(path: string, text: string): LockHolder {
  try {
    return HOLDER.parse(JSON.parse(text));
  } catch {
    throw new UserError(
      `${path} does not name the process that holds the lock; if no run writes there, delete this file`,
    );
  }
}

export class LockHeldError extends UserError {
  readonly holder: LockHolder;

  constructor(claimed: string, lock: string, holder: LockHolder) {
    super(
      `${claimed} is in use by process ${holder.pid} on ${holder.host} since ${holder.since}; wait for it, or choose ` +
        `another directory (if it is certain that no run writes there, delete ${lock})`,
    );
    this.holder = holder;
  }
}

export interface DirectoryLock {
  unlock(): void;
}

/**
 * Locks a directory for this process by a file named `lock`. A lock of a dead process on this host is replaced.
 * @throws LockHeldError if another process holds the lock
 */
export function lockDirectory(directory: string): DirectoryLock {
  return acquireLock(join(directory, 'lock'), directory);
}

/** Locks by creating the file `path`. @param claimed name of the locked directory in error messages */
export function acquireLock(path: string, claimed: string): DirectoryLock {
  const ticks = processStat(process.pid)?.ticks ?? null;
  const own: LockHolder = { pid: process.pid, host: hostname(), since: new Date().toISOString(), ticks };
  const text = `${JSON.stringify(own)}\n`;
  withFileErrors('lock', claimed, () => {
    while (!createExclusive(path, text)) removeStaleLock(claimed, path);
  });
  return {
    unlock: () => withFileErrors('unlock', claimed, () => readIfThere(path) === text && rmSync(path)),
  };
}

/** Process that holds a lock file and is alive; undefined if there is none. */
export function readLockHolder(path: string): LockHolder | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const holder = parseHolder(path, text);
  return isAlive(holder) ? holder : undefined;
}

/** Removes a stale lock, one process at a time, because a second process could remove the new lock of the first one. */
function removeStaleLock(claimed: string, path: string) {
  const guard = `${path}.takeover`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
    throw new UserError(`another process is replacing ${path}; if this error persists, delete ${guard}`);
  }
  try {
    const text = readIfThere(path);
    if (text === undefined) return;
    const holder = parseHolder(path, text);
    if (isAlive(holder)) throw new LockHeldError(claimed, path, holder);
    rmSync(path);
  } finally {
    rmdirSync(guard);
  }
}

function isAlive({ pid, host, ticks }: LockHolder) {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process is alive, but belongs to another user.
    if (hasErrorCode(error, 'ESRCH')) return false;
    if (!hasErrorCode(error, 'EPERM')) throw error;
  }
  const stat = processStat(pid);
  if (stat === undefined) return true;
  return stat.state !== 'Z' && (ticks === null || stat.ticks === ticks);
}

/** State letter and start time of a process; undefined on systems without /proc and for hidden processes. */
function processStat(pid: number): { state: string; ticks: string } | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // a process name may have spaces and brackets: proc(5)
  return { state: fields[0]!, ticks: fields[19]! };
}

/** Creates a file with a text; returns false if the file exists. */
function createExclusive(path: string, text: string) {
  const temporary = `${path}.${randomUUID()}.tmp`;
  writeNewFile(temporary, text);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    // ENOENT: another process mistook the temporary lock file for a leftover of an aborted process, and removed it.
    if (hasErrorCode(error, 'EEXIST') || hasErrorCode(error, 'ENOENT')) return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') || hasErrorCode(error, 'ESRCH')) return undefined;
    throw error;
  }
}
