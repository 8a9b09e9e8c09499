import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { writeNew } from '../../core/log/file.ts';
import { hasCode, withFileErrors } from '../../core/log/fileError.ts';
import { Held, type Holder, parseHolder, parseStat } from './holder.ts';

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
  const own: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString(), ticks };
  const text = `${JSON.stringify(own)}\n`;
  withFileErrors('lock', claimed, () => {
    while (!createExclusive(path, text)) takeOver(claimed, path);
  });
  return {
    unlock: () => withFileErrors('unlock', claimed, () => readIfThere(path) === text && rmSync(path)),
  };
}

/** The process that holds a lock file; undefined if there is none, or none that lives. */
export function holderOf(path: string): Holder | undefined {
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
    if (isAlive(holder)) throw new Held(claimed, path, holder);
    rmSync(path);
  } finally {
    rmdirSync(guard);
  }
}

function isAlive({ pid, host, ticks }: Holder): boolean {
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
