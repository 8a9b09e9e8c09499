import { createRequire } from 'node:module';
import { UserError } from '../../../core/declare/errors.ts';

const require = createRequire(import.meta.url);

/** An optional package that writes `format`. UserError, in one sentence, where it was left out. */
export function optionalPackage<T>(name: string, format: string): T {
  try {
    return require(name) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new UserError(
      `${format} needs the optional package ${name}, which is not installed here: install it (npm install ${name}) or write SVG.`,
      { cause: error },
    );
  }
}

/** Whether it is there. */
export function hasOptional(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
