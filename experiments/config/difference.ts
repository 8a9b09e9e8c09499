import { show, showPath } from '../../core/show.ts';
import { isMapping } from './override.ts';

/** The first place where two configurations differ, as `populations.output.tau is 20, but 10 there`; undefined if nowhere. */
export function difference(here: unknown, there: unknown, path: readonly string[] = []): string | undefined {
  const nested = (isMapping(here) && isMapping(there)) || (Array.isArray(here) && Array.isArray(there));
  if (!nested) {
    if (Object.is(here, there)) return undefined;
    const written = (value: unknown) => (value === undefined ? 'not set' : show(value));
    return `${path.length > 0 ? showPath(path) : 'the whole'} is ${written(here)}, but ${written(there)} there`;
  }
  for (const key of new Set([...Object.keys(here), ...Object.keys(there)])) {
    const found = difference(Reflect.get(here, key), Reflect.get(there, key), [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
