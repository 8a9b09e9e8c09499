import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../../core/declare/errors.ts';

/** Endings of modules; those of TypeScript are compiled on the way, whatever Node's version. */
const JAVASCRIPT = ['.js', '.mjs', '.cjs'];
const TYPESCRIPT = ['.ts', '.mts', '.cts'];

export const isModule = (file: string): boolean => [...JAVASCRIPT, ...TYPESCRIPT].includes(extname(file));

/** The exports of a module of the user's. */
export async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new UserError(`${file}: there is no such file.`);
  try {
    if (JAVASCRIPT.includes(extname(file))) return await import(pathToFileURL(file).href);
    const { createJiti } = await import('jiti');
    // No cache: what lies in a shared temporary directory could be anybody's.
    return (await createJiti(import.meta.url, { fsCache: false }).import(file)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UserError(`${file} cannot be loaded: ${reason}`, { cause: error });
  }
}
