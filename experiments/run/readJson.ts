import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { requireRegular } from '../../core/log/file.ts';
import { attempt } from '../../core/log/fileError.ts';

/** `config.json` or `run.json` of a run directory. */
export function readJson(path: string, name: 'config.json' | 'run.json'): unknown {
  const file = join(path, name);
  requireRegular(file);
  const text = attempt('read', file, () => readFileSync(file, 'utf8'));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file} is damaged: it is not JSON.`, { cause: error });
  }
}
