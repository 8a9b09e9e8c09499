import * as z from 'zod/mini';
import { joinMessages, MAX_REPORTED_PROBLEMS, UserError } from './errors.ts';
import { describeAllowedValues, toJsonSchema } from './jsonSchema.ts';
import { UNKNOWN_KEY_HINTS } from './params.ts';
import { formatKeyPath, show } from './show.ts';
import { didYouMean, joinFirstNames, OTHER_SIMULATOR_NAME_HINTS } from './suggest.ts';

type Issue = z.core.$ZodIssue;
type PathFormatter = (path: readonly PropertyKey[]) => string;

const descriptions = new WeakMap<z.core.$ZodType, string>();

/** Describes the values that `schema` allows; cached, because one list can have a million wrong entries. */
function describeCached(schema: z.core.$ZodType) {
  const text = descriptions.get(schema) ?? describeAllowedValues(toJsonSchema(schema));
  descriptions.set(schema, text);
  return text;
}

/** End of the error message about a wrong value, "X is Y, but must be …"; one line "X is unknown …" per unknown key. */
function explainIssue(issue: z.core.$ZodRawIssue) {
  if (issue.code === 'unrecognized_keys') {
    const shape =
      issue.schema && 'shape' in issue.schema._zod.def ? Object.keys(issue.schema._zod.def.shape as object) : [];
    const elsewhere = issue.schema ? UNKNOWN_KEY_HINTS.get(issue.schema) : undefined;
    return issue.keys
      .map((key, i) => {
        if (i >= MAX_REPORTED_PROBLEMS) return '';
        return elsewhere && Object.hasOwn(elsewhere, key) ? elsewhere[key]! : didYouMean(key, shape, 'known here');
      })
      .join('\n');
  }
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    const found: unknown = Reflect.get(Object(issue.input), issue.discriminator);
    return explainNames(found, (issue.options as readonly unknown[] | undefined) ?? []);
  }
  if (issue.code === 'invalid_value' && issue.values.length > 1) return explainNames(issue.input, issue.values);
  return `${issue.schema ? describeCached(issue.schema) : 'something else'}.`;
}

/** End of the error message about a value that is not one of several allowed names. */
function explainNames(found: unknown, options: readonly unknown[]) {
  const foreignHint = typeof found === 'string' ? OTHER_SIMULATOR_NAME_HINTS.get(found.toLowerCase()) : undefined;
  if (foreignHint !== undefined) return foreignHint;
  const hint = typeof found === 'string' ? didYouMean(found, options.map(String), '') : '.';
  return `one of ${joinFirstNames(options.map((option) => show(option)))}${hint.endsWith('?') ? hint : '.'}`;
}

/** Errors of one alternative of a union; if it is itself a union, the errors of each of its alternatives. */
function listAlternatives(errors: readonly Issue[]): readonly (readonly Issue[])[] {
  const [first] = errors;
  const isUnion = errors.length === 1 && first?.code === 'invalid_union' && first.path.length === 0;
  return isUnion && first.errors.length > 0 ? first.errors.flatMap(listAlternatives) : [errors];
}

/** Replaces the error of a union by the errors of the alternative that was probably intended. */
function selectAlternative(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const inside = (e: Issue) => e.path.length > 0 || e.code === 'unrecognized_keys' || e.code === 'custom';
  const countUnknownKeys = (errors: readonly Issue[]) => Number(errors.some((e) => e.code === 'unrecognized_keys'));
  const isMisspelt = (errors: readonly Issue[]) => errors.some(({ message }) => message.includes('did you mean'));
  const candidates = issue.errors
    .flatMap(listAlternatives)
    .filter((errors) => errors.some(inside))
    .sort(
      (a, b) =>
        countUnknownKeys(a) - countUnknownKeys(b) ||
        Number(isMisspelt(b)) - Number(isMisspelt(a)) ||
        a.length - b.length,
    );
  if (candidates[0] === undefined) return [issue];
  return candidates[0].flatMap((e) => selectAlternative({ ...e, path: [...issue.path, ...e.path] }));
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (v, key) => (typeof v === 'object' && v !== null && Object.hasOwn(v, key) ? Reflect.get(v, key) : undefined),
    value,
  );
}

interface Problem {
  readonly issue: Issue;
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function toProblems(issue: Issue): Problem[] {
  if (issue.code !== 'unrecognized_keys') return [{ issue, path: issue.path, message: issue.message }];
  const messages = issue.message.split('\n');
  return issue.keys.map((key, i) => ({ issue, path: [...issue.path, key], message: messages[i]! }));
}

/** Orders problems: unknown keys first. Omits a missing key if an unknown key is probably a misspelling of it. */
function orderProblems(problems: readonly Problem[], value: unknown): Problem[] {
  const groups = new Map<string, { unknown: Problem[]; others: Problem[] }>();
  for (const problem of problems) {
    const parent = formatKeyPath(problem.path.slice(0, -1));
    const group = groups.get(parent) ?? { unknown: [], others: [] };
    groups.set(parent, group);
    (problem.issue.code === 'unrecognized_keys' ? group.unknown : group.others).push(problem);
  }
  return [...groups.values()].flatMap(({ unknown, others }) => {
    const suggestions = new Set(unknown.map(({ message }) => message));
    const isMisspelt = ({ path }: Problem) =>
      valueAt(value, path) === undefined && suggestions.has(`, did you mean ${show(String(path.at(-1)))}?`);
    return [...unknown, ...others.filter((problem) => !isMisspelt(problem))];
  });
}

const endSentence = (message: string) => (/[.?]$/.test(message) ? message : `${message}.`);

function formatProblem({ issue, ...problem }: Problem, value: unknown, formatPath: PathFormatter) {
  const path = formatPath(problem.path);
  const found = valueAt(value, problem.path);
  const message = endSentence(problem.message);
  if (issue.code === 'unrecognized_keys') return `${path} is unknown${message}`;
  if (issue.code === 'invalid_key') return `${path} is not a valid name: it must be ${message}`;
  if (path === '') return `${show(found)} is not valid here: it must be ${message}`;
  if (found !== undefined) return `${path} is ${show(found)}, but must be ${message}`;
  return issue.code === 'custom' ? `${path} must be ${message}` : `${path} is missing: it must be ${message}`;
}

/**
 * Validates `value` and returns it typed, with defaults.
 * @param where owner of the value in messages: a file, a command, a model
 * @param formatPath formatter of paths; the command line formats them as options
 * @throws UserError with one sentence per problem, at most five: path, value, allowed values
 */
export function validate<S extends z.core.$ZodType>(
  schema: S,
  value: unknown,
  where: string,
  formatPath: PathFormatter = formatKeyPath,
): z.output<S> {
  const result = z.safeParse(schema, value, { error: explainIssue });
  if (result.success) return result.data;
  const problems = orderProblems(result.error.issues.flatMap(selectAlternative).flatMap(toProblems), value);
  const sentences = problems.map((problem, i) =>
    i < MAX_REPORTED_PROBLEMS ? formatProblem(problem, value, formatPath) : '',
  );
  throw new UserError(`${where}: ${joinMessages(sentences)}`);
}
