import { UserError } from '../declare/errors.ts';

/** What the system's error codes mean to the one who runs a simulation; others keep the system's own words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  EIO: 'the disk reports an input/output error',
  EFBIG: 'the file would grow past the size limit (ulimit -f) or what the file system can hold',
  EBADF: 'the file has been closed',
};

/** Runs a file operation; an error of the system comes out as a UserError: `cannot write run/spikes.arrows: the disk is full (ENOSPC)`. */
export function withFileErrors<T>(verb: string, path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw fileError(verb, path, error);
  }
}

/** An error of the system as the UserError that `attempt` throws; any other as it is. */
export function fileError(verb: string, path: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  const reason = REASONS[error.code] ?? error.message.replace(/^\w+: |, \w+.*$/g, '');
  return new UserError(`cannot ${verb} ${path}: ${reason} (${error.code})`, { cause: error });
}

export function hasCode(error: unknown, code: string): boolean {
  return isSystemError(error) && error.code === code;
}

function isSystemError(error: unknown): error is Error & { code: string; errno: number } {
  return error instanceof Error && 'code' in error && 'errno' in error;
}
