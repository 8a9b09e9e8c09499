import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { readRegular } from '../../core/log/file.ts';

/** A JSON file of a run directory, such as `run.json`. */
export function readJson(path: string, name: string): unknown {
  const file = join(path, name);
  const text = new TextDecoder().decode(readRegular(file));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file} is damaged: it is not JSON.`, { cause: error });
  }
}
