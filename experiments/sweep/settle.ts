import type * as z from 'zod';
import { UserError } from '../../core/declare/errors.ts';
import { showPath } from '../../core/declare/show.ts';
import { validate } from '../../core/declare/validate.ts';
import { type Mapping, withValue } from '../network/config/override.ts';
import type { Setting } from './experiment.ts';

/**
 * Puts settings over a base and validates: those of the top level first, so that `complete` (defaults that depend on the
 * rest, presets by name) sees them, then those of the parts, over the defaults of the schema. An error names its setting.
 * @param decisive sections whose model those defaults depend on: it counts as one of the top level
 */
export function settle<S extends z.core.$ZodType>(
  schema: S,
  base: Mapping,
  settings: readonly Setting[],
  where: string,
  complete: (given: Mapping) => Mapping = (given) => given,
  decisive: readonly string[] = [],
): z.output<S> {
  const isModel = ({ path }: Setting) => path.length === 2 && path[1] === 'model' && decisive.includes(path[0]!);
  const isTop = (s: Setting) => s.path.length === 1 || isModel(s);
  const put = (config: Mapping, { path, value, where: whose }: Setting) => withValue(config, path, value, whose);
  let config = validate(schema, complete(base), where) as Mapping;
  const top = settings.filter(isTop);
  if (top.length > 0) {
    const sections = top.filter(isModel).map(({ path }) => [path[0]!, {}]);
    const given = top.reduce(put, { ...Object.fromEntries(sections), ...base });
    config = validate(schema, complete(given), top.map((s) => s.where).join(', ')) as Mapping;
  }
  for (const setting of settings.filter((s) => !isTop(s)))
    config = validate(schema, put(config, setting), setting.where) as Mapping;
  return config as z.output<S>;
}

/** The path of a setting, `device.alphaUp` in its parts. */
export function pathOf(text: string, where: string): string[] {
  const path = text.split('.');
  if (path.includes('')) throw new UserError(`${where}: the path ${showPath([text])} has an empty part.`);
  return path;
}
