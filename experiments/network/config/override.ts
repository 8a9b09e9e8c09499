import { UserError, withUsageErrors } from '../../../core/declare/errors.ts';
import { formatKeyPath, show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { parseConfig } from '../../data/parse.ts';

export type Mapping = { readonly [key: string]: unknown };

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Copies a configuration. The last key of `path` may be new; all other keys must exist. */
export function setConfigValue<T>(node: T, path: readonly string[], value: unknown, where: string, depth = 0): T {
  const key = path[depth] ?? '';
  const last = depth === path.length - 1;
  const here = depth === 0 ? 'the configuration' : formatKeyPath(path.slice(0, depth));
  if (Array.isArray(node)) {
    const index = /^\d{1,9}$/.test(key) ? Number(key) : Number.NaN;
    if (!(index < node.length)) {
      const entries = node.length > 0 ? `it has the entries 0 to ${node.length - 1}` : 'it is empty';
      throw new UserError(`${where}: the list ${here} has no entry ${show(key)}; ${entries}.`);
    }
    return node.with(index, last ? value : setConfigValue(node[index], path, value, where, depth + 1)) as T;
  }
  if (!isMapping(node)) throw new UserError(`${where}: ${here} is ${show(node)}, which has no key ${show(key)}.`);
  if (key === '__proto__') throw new UserError(`${where}: the key "__proto__" is not allowed.`);
  if (last) return { ...node, [key]: value };
  if (!Object.hasOwn(node, key)) {
    const hint = didYouMean(key, Object.keys(node), 'present keys');
    const isAddition = depth > 0 && !hint.endsWith('?');
    const advice = `; first set ${formatKeyPath(path.slice(0, depth + 1))} as a whole (in a sweep: in base)`;
    throw new UserError(`${where}: ${here} has no ${show(key)}${isAddition ? advice : ''}${hint}`);
  }
  return { ...node, [key]: setConfigValue(node[key], path, value, where, depth + 1) };
}

/**
 * Applies assignments such as `populations.output.tau=20` or `projections.0.delay=2` in order. Values are YAML, such
 * as `[1, 2]` or `{ x: 1 }`.
 * @throws UsageError that names the assignment
 */
export function applyAssignments(config: Mapping, assignments: readonly string[]): Mapping {
  return withUsageErrors(() => assignments.reduce(assign, config));
}

function assign(config: Mapping, assignment: string): Mapping {
  const equals = assignment.indexOf('=');
  const path = assignment.slice(0, Math.max(0, equals)).trim().split('.');
  if (equals < 0 || path.includes('')) {
    throw new UserError(
      `--set ${show(assignment)} must be a path, "=" and a value, such as populations.output.tau=20.`,
    );
  }
  const where = `--set ${formatKeyPath(path.slice(0, 8))}`;
  const text = assignment.slice(equals + 1);
  if (text.trim() === '') throw new UserError(`${where}: no value follows "="; an empty text is written ''.`);
  return setConfigValue(config, path, parseConfig(text, where), where);
}

/** Lists differences of the configurations `here` and `there`: `populations.output.tau is 20, but 10 there`. */
export function* listDifferences(here: unknown, there: unknown, path: readonly string[] = []): Generator<string> {
  if ((isMapping(here) && isMapping(there)) || (Array.isArray(here) && Array.isArray(there))) {
    for (const key of new Set([...Object.keys(here), ...Object.keys(there)])) {
      yield* listDifferences(Reflect.get(here, key), Reflect.get(there, key), [...path, key]);
    }
  } else if (!Object.is(here, there)) {
    const written = (value: unknown) => (value === undefined ? 'not set' : show(value));
    yield `${path.length > 0 ? formatKeyPath(path) : 'the whole'} is ${written(here)}, but ${written(there)} there`;
  }
}
