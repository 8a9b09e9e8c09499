import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { whole } from '../../core/declare/ranged.ts';
import { writeNew } from '../../core/log/file.ts';
import { hasCode, withFileErrors } from '../../core/log/fileError.ts';

/** What a lock file says of the process that made it. */
const HOLDER = z.object({
  pid: whole({ min: 1 }),
  host: z.string(),
  /** When the lock was taken, ISO 8601. */
  since: z.string(),
  /** Start of the process in kernel ticks since boot, null where the system does not tell: a pid may be given out again. */
  ticks: z.catch(z.nullable(z.string()), null),
});
export type LockHolder = Readonly<z.output<typeof HOLDER>>;

function parseHolder(path: string, text: string): LockHolder {
  const { success, data } = HOLDER.safeParse(parseJson(text));
  if (!success) throw new UserError(`${path} does not say which process made it; if no run writes there, delete it`);
  return data;
}

/** The lock belongs to another process, which lives as far as can be told. */
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

/** State letter and start time out of /proc/PID/stat, whose second field may hold spaces and brackets (proc(5)). */
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
  /** Gives the directory free. */
  unlock(): void;
}

/**
 * Claims a directory for this process with the file `lock`. `Held` if another process has it; the lock of a process of
 * this host that no longer lives is taken over.
 */
export function lockDirectory(directory: string): DirectoryLock {
  return lockFile(join(directory, 'lock'), directory);
}

/** The same with a lock file of any name, for the thing called `claimed`. */
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

/** The process that holds a lock file; undefined if there is none, or none that lives. */
export function readLockHolder(path: string): LockHolder | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const holder = parseHolder(path, text);
  return isAlive(holder) ? holder : undefined;
}

/** Removes a stale lock, one process at a time: a second one might remove the lock that the first has just made. */
function takeOver(claimed: string, path: string): void {
  const guard = `${path}.takeover`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    throw new UserError(`another process takes over ${path} just now; if this stays so, delete ${guard}`);
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
    // EPERM: it lives, but is another user's.
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

/** Creates a file in one step, text and all, so that nobody reads half of it; false if it is there already. */
function createExclusive(path: string, text: string): boolean {
  const temporary = `${path}.${randomUUID()}.tmp`;
  writeNew(temporary, text);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    // ENOENT: who holds the directory has just cleared it of what kills left, and took this for such.
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
