import { show, showPath } from '../../../core/declare/show.ts';
import { isMapping } from './override.ts';

/** Where two configurations differ, each place as `populations.output.tau is 20, but 10 there`. */
export function* differences(here: unknown, there: unknown, path: readonly string[] = []): Generator<string> {
  if ((isMapping(here) && isMapping(there)) || (Array.isArray(here) && Array.isArray(there))) {
    for (const key of new Set([...Object.keys(here), ...Object.keys(there)])) {
      yield* differences(Reflect.get(here, key), Reflect.get(there, key), [...path, key]);
    }
  } else if (!Object.is(here, there)) {
    const written = (value: unknown) => (value === undefined ? 'not set' : show(value));
    yield `${path.length > 0 ? showPath(path) : 'the whole'} is ${written(here)}, but ${written(there)} there`;
  }
}
