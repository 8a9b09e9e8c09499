import { UserError } from '../declare/errors.ts';

const ERROR_REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  EIO: 'the disk reports an input/output error',
  EFBIG: 'the file would grow past the size limit (ulimit -f) or what the file system can hold',
  EBADF: 'the file is closed',
};

/** Runs a file operation and converts system errors to user errors: `cannot write run/spikes.arrows: the disk is full (ENOSPC)`. */
export function withFileErrors<T>(verb: string, path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw toFileError(verb, path, error);
  }
}

export function toFileError(verb: string, path: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  const reason = ERROR_REASONS[error.code] ?? error.message.replace(/^\w+: |, \w+.*$/g, '');
  return new UserError(`cannot ${verb} ${path}: ${reason} (${error.code})`, { cause: error });
}

export function hasErrorCode(error: unknown, code: string): boolean {
  return isSystemError(error) && error.code === code;
}

function isSystemError(error: unknown): error is Error & { code: string; errno: number } {
  return error instanceof Error && 'code' in error && 'errno' in error;
}
