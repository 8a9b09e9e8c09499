import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { readRegular } from '../../core/log/file.ts';

/** `config.json` or `run.json` of a run directory. */
export function readJson(path: string, name: 'config.json' | 'run.json'): unknown {
  const file = join(path, name);
  const text = new TextDecoder().decode(readRegular(file));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file} is damaged: it is not JSON.`, { cause: error });
  }
}
