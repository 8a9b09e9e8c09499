import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { whole } from '../../core/declare/ranged.ts';
import { writeNew } from '../../core/log/file.ts';
import { hasCode, withFileErrors } from '../../core/log/fileError.ts';

/** Process that holds a lock, as written in the lock file. */
const HOLDER = z.object({
  pid: whole({ min: 1 }),
  host: z.string(),
  /** Time of locking, ISO 8601. */
  since: z.string(),
  /** Start of the process, kernel ticks since boot; null if unknown. It distinguishes processes with the same pid. */
  ticks: z.catch(z.nullable(z.string()), null),
});
export type LockHolder = Readonly<z.output<typeof HOLDER>>;

function parseHolder(path: string, text: string): LockHolder {
  const { success, data } = HOLDER.safeParse(parseJson(text));
  if (!success) throw new UserError(`${path} does not name its process; if no run writes there, delete it`);
  return data;
}

/** Error for a lock of another process that is, or may be, alive. */
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

/** Parses state letter and start time of /proc/PID/stat, whose second field may contain spaces and brackets (proc(5)). */
function parseStat(stat: string): { state: string; ticks: string } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0]!, ticks: fields[19]! };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface DirectoryLock {
  /** Removes the lock file. */
  unlock(): void;
}

/**
 * Locks a directory for this process with the file `lock`. The lock of a dead process of this host is replaced.
 * @throws LockHeldError if another process holds the lock
 */
export function lockDirectory(directory: string): DirectoryLock {
  return lockFile(join(directory, 'lock'), directory);
}

/** Locks with a lock file of any name. @param claimed name of the locked directory in errors */
export function lockFile(path: string, claimed: string): DirectoryLock {
  const ticks = processStat(process.pid)?.ticks ?? null;
  const own: LockHolder = { pid: process.pid, host: hostname(), since: new Date().toISOString(), ticks };
  const text = `${JSON.stringify(own)}\n`;
  withFileErrors('lock', claimed, () => {
    while (!createExclusive(path, text)) takeOver(claimed, path);
  });
  return {
    unlock: () => withFileErrors('unlock', claimed, () => readIfThere(path) === text && rmSync(path)),
  };
}

/** Living process that holds a lock file; undefined if there is none. */
export function readLockHolder(path: string): LockHolder | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const holder = parseHolder(path, text);
  return isAlive(holder) ? holder : undefined;
}

/** Removes a stale lock, one process at a time: a second process could remove the new lock of the first. */
function takeOver(claimed: string, path: string): void {
  const guard = `${path}.takeover`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
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

function isAlive({ pid, host, ticks }: LockHolder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is alive, but belongs to another user.
    if (hasCode(error, 'ESRCH')) return false;
    if (!hasCode(error, 'EPERM')) throw error;
  }
  const stat = processStat(pid);
  if (stat === undefined) return true;
  return stat.state !== 'Z' && (ticks === null || stat.ticks === ticks);
}

/** Undefined on systems without /proc and for processes hidden there. */
function processStat(pid: number): { state: string; ticks: string } | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : parseStat(stat);
}

/** Creates a file with its text atomically; false if it exists. */
function createExclusive(path: string, text: string): boolean {
  const temporary = `${path}.${randomUUID()}.tmp`;
  writeNew(temporary, text);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    // ENOENT: the holder of the directory removed the temporary file as a leftover of a killed process.
    if (hasCode(error, 'EEXIST') || hasCode(error, 'ENOENT')) return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ESRCH')) return undefined;
    throw error;
  }
}
