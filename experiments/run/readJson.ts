import { join } from 'node:path';
import * as z from 'zod/mini';
import { validate } from '../../core/declare/validate.ts';
import { readRegular } from '../../core/log/file.ts';
import { parseJson } from '../network/config/parse.ts';

/** Schema of a `config.json` or `run.json` of any program. */
export const configSchema = z.looseObject({});

/** Schema of a mapping from any names to values of one kind. */
export const mappingOf = <V extends z.core.$ZodType>(value: V) => z.catchall(z.object({}), value);

/** Reads a JSON file that memspike wrote, such as `run.json`, and validates it. @throws UserError if it is damaged or was edited */
export function readJson(path: string, name: string): unknown;
export function readJson<S extends z.core.$ZodType>(path: string, name: string, schema: S): z.output<S>;
export function readJson(path: string, name: string, schema: z.core.$ZodType = z.unknown()): unknown {
  const file = join(path, name);
  return validate(schema, parseJson(new TextDecoder().decode(readRegular(file)), file), file);
}
