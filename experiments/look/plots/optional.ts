import { createRequire } from 'node:module';
import { UserError } from '../../../core/declare/errors.ts';

const require = createRequire(import.meta.url);

/** Loads an optional package needed to write files of a format. @throws UserError if it is not installed */
export function requireOptional<T>(name: string, format: string): T {
  try {
    return require(name) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new UserError(
      `${format} needs the optional package ${name}, which is not installed: install it (npm install ${name}) or write SVG.`,
      { cause: error },
    );
  }
}

/** True if the package is installed. */
export function hasPackage(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
