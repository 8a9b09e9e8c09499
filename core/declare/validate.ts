import * as z from 'zod/mini';
import { describeAllowed } from './allowed.ts';
import { UserError } from './errors.ts';
import { FOREIGN_NAME_HINTS } from './foreign.ts';
import { toJsonSchema } from './jsonSchema.ts';
import { joinMessages, MAX_REPORTED_PROBLEMS } from './mistakes.ts';
import { KEYS_ELSEWHERE } from './params.ts';
import { show, showPath } from './show.ts';
import { didYouMean } from './suggest.ts';

type Issue = z.core.$ZodIssue;
/** How a path is written in a sentence. */
type Spell = (path: readonly PropertyKey[]) => string;

const known = new WeakMap<z.core.$ZodType, string>();

/** What `schema` takes, in words; remembered, because one bad list can hold a million bad entries. */
function allowedBy(schema: z.core.$ZodType): string {
  const text = known.get(schema) ?? describeAllowed(toJsonSchema(schema));
  known.set(schema, text);
  return text;
}

/** How the sentence goes on after "X is Y, but must be …"; for unknown keys, a line each, after "X is unknown". */
function explain(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const shape =
      issue.schema && 'shape' in issue.schema._zod.def ? Object.keys(issue.schema._zod.def.shape as object) : [];
    const elsewhere = issue.schema ? KEYS_ELSEWHERE.get(issue.schema) : undefined;
    return issue.keys
      .map((key, i) => {
        if (i >= MAX_REPORTED_PROBLEMS) return '';
        return elsewhere && Object.hasOwn(elsewhere, key) ? elsewhere[key]! : didYouMean(key, shape, 'known here');
      })
      .join('\n');
  }
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    const found: unknown = Reflect.get(Object(issue.input), issue.discriminator);
    return oneOfNames(found, (issue.options as readonly unknown[] | undefined) ?? []);
  }
  if (issue.code === 'invalid_value' && issue.values.length > 1) return oneOfNames(issue.input, issue.values);
  return `${issue.schema ? allowedBy(issue.schema) : 'something else'}.`;
}

function oneOfNames(found: unknown, options: readonly unknown[]): string {
  const foreign = typeof found === 'string' ? FOREIGN_NAME_HINTS.get(found.toLowerCase()) : undefined;
  if (foreign !== undefined) return foreign;
  const hint = typeof found === 'string' ? didYouMean(found, options.map(String), '') : '.';
  return `one of ${options.map((option) => show(option)).join(', ')}${hint.endsWith('?') ? hint : '.'}`;
}

/** Of a union's alternatives the one that was meant: the value has its kind, and the fault lies within. */
function meant(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const inside = (e: Issue) => e.path.length > 0 || e.code === 'unrecognized_keys' || e.code === 'custom';
  const strange = (errors: readonly Issue[]) => Number(errors.some((e) => e.code === 'unrecognized_keys'));
  const candidates = issue.errors
    .filter((errors) => errors.some(inside))
    .sort((a, b) => strange(a) - strange(b) || a.length - b.length);
  if (candidates[0] === undefined) return [issue];
  return candidates[0].flatMap((e) => meant({ ...e, path: [...issue.path, ...e.path] }));
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (v, key) => (typeof v === 'object' && v !== null && Object.hasOwn(v, key) ? Reflect.get(v, key) : undefined),
    value,
  );
}

/** One problem: unknown keys are one each. */
interface Problem {
  readonly issue: Issue;
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function problemsOf(issue: Issue): Problem[] {
  if (issue.code !== 'unrecognized_keys') return [{ issue, path: issue.path, message: issue.message }];
  const messages = issue.message.split('\n');
  return issue.keys.map((key, i) => ({ issue, path: [...issue.path, key], message: messages[i]! }));
}

/** A key with a typing error makes its right name go missing: told is the error, before anything else there, and not the gap. */
function inOrder(problems: readonly Problem[], value: unknown): Problem[] {
  const groups = new Map<string, { unknown: Problem[]; others: Problem[] }>();
  for (const problem of problems) {
    const parent = showPath(problem.path.slice(0, -1));
    const group = groups.get(parent) ?? { unknown: [], others: [] };
    groups.set(parent, group);
    (problem.issue.code === 'unrecognized_keys' ? group.unknown : group.others).push(problem);
  }
  return [...groups.values()].flatMap(({ unknown, others }) => {
    const meant = new Set(unknown.map(({ message }) => message));
    const isGap = ({ path }: Problem) =>
      at(value, path) === undefined && meant.has(`, did you mean ${show(String(path.at(-1)))}?`);
    return [...unknown, ...others.filter((problem) => !isGap(problem))];
  });
}

const stopped = (message: string) => (/[.?]$/.test(message) ? message : `${message}.`);

function sentence({ issue, ...problem }: Problem, value: unknown, spell: Spell): string {
  const path = spell(problem.path);
  const found = at(value, problem.path);
  const message = stopped(problem.message);
  if (issue.code === 'unrecognized_keys') return `${path} is unknown${message}`;
  if (issue.code === 'invalid_key') return `${path} is not a possible name: it must be ${message}`;
  if (path === '') return `${show(found)} is not possible here: it must be ${message}`;
  if (found !== undefined) return `${path} is ${show(found)}, but must be ${message}`;
  return issue.code === 'custom' ? `${path} must be ${message}` : `${path} is missing: it must be ${message}`;
}

/**
 * Checks `value` and returns it typed, defaults filled in.
 * @param where what the value belongs to: a file, a command, a model.
 * @param spell how paths are written; the command line has its options' names instead.
 * @throws UserError with a sentence on each problem, up to five: path, value found, what is allowed; and how many more there are.
 *   The message of a schema's own `.refine` completes "must be …".
 */
export function validate<S extends z.core.$ZodType>(
  schema: S,
  value: unknown,
  where: string,
  spell: Spell = showPath,
): z.output<S> {
  const result = z.safeParse(schema, value, { error: explain });
  if (result.success) return result.data;
  const problems = inOrder(result.error.issues.flatMap(meant).flatMap(problemsOf), value);
  const sentences = problems.map((problem, i) => (i < MAX_REPORTED_PROBLEMS ? sentence(problem, value, spell) : ''));
  throw new UserError(`${where}: ${joinMessages(sentences)}`);
}
