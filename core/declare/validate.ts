import type { z } from 'zod';
import { allowed } from './allowed.ts';
import { UserError } from './errors.ts';
import { toJsonSchema } from './jsonSchema.ts';
import { show, showPath } from './show.ts';
import { didYouMean } from './suggest.ts';

type Issue = z.core.$ZodIssue;
/** How a path is written in a sentence. */
type Spell = (path: readonly PropertyKey[]) => string;

const known = new WeakMap<z.core.$ZodType, string>();

/** What `schema` takes, in words; remembered, because one bad list can hold a million bad entries. */
function allowedBy(schema: z.core.$ZodType): string {
  const text = known.get(schema) ?? allowed(toJsonSchema(schema));
  known.set(schema, text);
  return text;
}

/** How the sentence goes on after "X is Y, but must be …"; for an unknown key, after "X is unknown". */
function explain(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const shape =
      issue.schema && 'shape' in issue.schema._zod.def ? Object.keys(issue.schema._zod.def.shape as object) : [];
    return didYouMean(issue.keys[0] ?? '', shape, 'known here');
  }
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    const found: unknown = Reflect.get(Object(issue.input), issue.discriminator);
    return oneOfNames(found, (issue.options as readonly unknown[] | undefined) ?? []);
  }
  if (issue.code === 'invalid_value' && issue.values.length > 1) return oneOfNames(issue.input, issue.values);
  return `${issue.schema ? allowedBy(issue.schema) : 'something else'}.`;
}

function oneOfNames(found: unknown, options: readonly unknown[]): string {
  const hint = typeof found === 'string' ? didYouMean(found, options.map(String), '') : '.';
  return `one of ${options.map((option) => show(option)).join(', ')}${hint.endsWith('?') ? hint : '.'}`;
}

/** Of a union's alternatives the one that was meant: the value has its kind, and the fault lies within. */
function meant(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const inside = (e: Issue) => e.path.length > 0 || e.code === 'unrecognized_keys' || e.code === 'custom';
  const candidates = issue.errors.filter((errors) => errors.some(inside)).sort((a, b) => a.length - b.length);
  if (candidates[0] === undefined) return [issue];
  return candidates[0].flatMap((e) => meant({ ...e, path: [...issue.path, ...e.path] }));
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (v, key) => (typeof v === 'object' && v !== null && Object.hasOwn(v, key) ? Reflect.get(v, key) : undefined),
    value,
  );
}

/** A key with a typing error makes its right name go missing: tell of the error, not of the gap. */
function foremost(issues: readonly Issue[]): Issue | undefined {
  const parent = showPath(issues[0]?.path.slice(0, -1) ?? []);
  return issues.find((e) => e.code === 'unrecognized_keys' && showPath(e.path) === parent) ?? issues[0];
}

const stopped = (message: string) => (/[.?]$/.test(message) ? message : `${message}.`);

function sentence(issue: Issue, value: unknown, spell: Spell): string {
  const path = spell(issue.path);
  const found = at(value, issue.path);
  const message = stopped(issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? 'another one') : issue.message);
  if (issue.code === 'unrecognized_keys') return `${spell([...issue.path, issue.keys[0] ?? ''])} is unknown${message}`;
  if (issue.code === 'invalid_key') return `${path} is not a possible name: it must be ${message}`;
  if (path === '') return `${show(found)} is not possible here: it must be ${message}`;
  if (found !== undefined) return `${path} is ${show(found)}, but must be ${message}`;
  return issue.code === 'custom' ? `${path} must be ${message}` : `${path} is missing: it must be ${message}`;
}

/**
 * Checks `value` and returns it typed, defaults filled in.
 * @param where what the value belongs to: a file, a command, a model.
 * @param spell how paths are written; the command line has its options' names instead.
 * @throws UserError with one sentence on the first problem: path, value found, what is allowed, and how many more there are.
 *   The message of a schema's own `.refine` completes "must be …".
 */
export function validate<S extends z.ZodType>(
  schema: S,
  value: unknown,
  where: string,
  spell: Spell = showPath,
): z.output<S> {
  const result = schema.safeParse(value, { error: explain });
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap(meant);
  const first = foremost(issues);
  if (first === undefined) throw result.error;
  const more = issues.reduce((sum, e) => sum + (e.code === 'unrecognized_keys' ? e.keys.length : 1), 0) - 1;
  const rest = more > 0 ? ` (and ${more} more problem${more > 1 ? 's' : ''})` : '';
  throw new UserError(`${where}: ${sentence(first, value, spell)}${rest}`);
}
