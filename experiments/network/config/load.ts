import * as z from 'zod/mini';
import { UsageError, UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { validate } from '../../../core/declare/validate.ts';
import { parseConfig } from '../../data/parse.ts';
import { loadConfigModels } from '../extensions.ts';
import { applyAssignments, isMapping, type Mapping } from './override.ts';
import { readText } from './text.ts';

/** Where the values of a configuration come from; later ones win: defaults of the schema, file, `--set`, flags. */
export interface Sources {
  /** YAML or JSON. Without a file everything but the defaults comes from `set` and `flags`. */
  readonly file?: string | undefined;
  readonly set?: readonly string[] | undefined;
  /** Puts defaults that depend on the rest under what file and flags give, so that `--set` finds them. */
  readonly complete?: ((given: Mapping) => Mapping) | undefined;
  /** Sections whose model those defaults depend on: `--set section.model=…` is heard before them too. */
  readonly decisive?: readonly string[] | undefined;
  /** Top-level keys; undefined means not given. */
  readonly flags?: Readonly<Record<string, unknown>> | undefined;
}

/** The mapping in a YAML or JSON file, not validated. The models that it names under `models` are known from then on. */
export function readConfig(file: string): Mapping {
  const value = parseConfig(readText(file), file);
  if (value === null) throw new UserError(`${file} is empty.`);
  if (!isMapping(value)) throw new UserError(`${file} holds ${show(value)}, but must be a mapping of keys to values.`);
  loadConfigModels(value, file);
  return value;
}

/**
 * Puts a configuration together from its sources and validates it.
 * @param what what it is called in errors when there is no file.
 */
export function loadConfig<S extends z.core.$ZodType>(
  schema: S,
  { file, set = [], flags = {}, complete = (mapping) => mapping, decisive = [] }: Sources,
  what: string,
): z.output<S> {
  const read = file === undefined ? {} : readConfig(file);
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const pathOf = (assignment: string) => assignment.split('=')[0]!.trim();
  const names = decisive.map((section) => `${section}.model`);
  const atTop = set.filter((assignment) => !pathOf(assignment).includes('.') || names.includes(pathOf(assignment)));
  const sections = decisive.filter((section) => set.some((assignment) => pathOf(assignment) === `${section}.model`));
  const begun = { ...Object.fromEntries(sections.map((section) => [section, {}])), ...read };
  const of = (atTop: readonly string[], set: readonly string[]) => ({
    ...applyAssignments(complete({ ...applyAssignments(atTop.length > 0 ? begun : read, atTop), ...given }), set),
    ...given,
  });
  const all = of(atTop, set);
  if (set.length === 0) return validate(schema, all, file ?? what);
  return validateSet(schema, all, () => of([], []), file ?? what);
}

/**
 * Validates what `--set` has made of a configuration.
 * @param without the configuration without it: if that is right, the mistake is one of the command line. @throws UsageError then
 */
export function validateSet<S extends z.core.$ZodType>(
  schema: S,
  value: unknown,
  without: () => unknown,
  what: string,
): z.output<S> {
  try {
    return validate(schema, value, `${what} with --set`);
  } catch (error) {
    const ofCommandLine = error instanceof UserError && z.safeParse(schema, without()).success;
    throw ofCommandLine ? new UsageError(error.message) : error;
  }
}
