import * as z from 'zod/mini';
import { UsageError, UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { validate } from '../../../core/declare/validate.ts';
import { parseConfig } from '../../data/parse.ts';
import { loadConfigModels } from '../extensions.ts';
import { applyAssignments, isMapping, type Mapping } from './override.ts';
import { readTextFile } from './text.ts';

/** Sources of configuration values, each overriding the previous one: schema defaults, file, `--set`, flags. */
interface ConfigSources {
  readonly file?: string | undefined;
  readonly set?: readonly string[] | undefined;
  /** Adds defaults that depend on other values; called before `--set` changes nested values. */
  readonly addDefaults?: ((given: Mapping) => Mapping) | undefined;
  /** Sections whose `model` determines defaults, so that `--set section.model=…` is applied before `addDefaults`. */
  readonly modelSections?: readonly string[] | undefined;
  /** Sections whose values all determine other defaults; `--set` may create them. */
  readonly earlySections?: readonly string[] | undefined;
  /** Values of command-line flags, by top-level key; undefined values are ignored. */
  readonly flagValues?: Readonly<Record<string, unknown>> | undefined;
}

export function readConfig(file: string): Mapping {
  const value = parseConfig(readTextFile(file), file);
  const found = value === null ? 'is empty' : `holds ${show(value)}`;
  if (!isMapping(value)) throw new UserError(`${file} ${found}, but must be a mapping of keys to values.`);
  loadConfigModels(value, file);
  return value;
}

/** Loads and validates a configuration. @param configName name in errors if there is no file */
export function loadConfig<S extends z.core.$ZodType>(
  schema: S,
  {
    file,
    set = [],
    flagValues = {},
    addDefaults = (mapping) => mapping,
    modelSections = [],
    earlySections = [],
  }: ConfigSources,
  configName: string,
): z.output<S> {
  const read = file === undefined ? {} : readConfig(file);
  const given = Object.fromEntries(Object.entries(flagValues).filter(([, value]) => value !== undefined));
  const pathOf = (assignment: string) => assignment.split('=')[0]!.trim();
  const names = modelSections.map((section) => `${section}.model`);
  const isEarly = (path: string) => names.includes(path) || earlySections.includes(path.split('.')[0]!);
  const isAtTop = (assignment: string) => !pathOf(assignment).includes('.') || isEarly(pathOf(assignment));
  const sections = [...modelSections, ...earlySections].filter((section) =>
    set.some((assignment) => isEarly(pathOf(assignment)) && pathOf(assignment).startsWith(`${section}.`)),
  );
  const emptySections = Object.fromEntries(sections.map((section) => [section, {}]));
  const resolve = (assignments: readonly string[]) => {
    const [atTop, nested] = [assignments.filter(isAtTop), assignments.filter((one) => !isAtTop(one))];
    const begun = atTop.length > 0 ? { ...emptySections, ...read } : read;
    return applyAssignments(addDefaults({ ...applyAssignments(begun, atTop), ...given }), nested);
  };
  const all = { ...resolve(set), ...given };
  if (set.length === 0) return validate(schema, all, file ?? configName);
  return validateAssignedConfig(schema, all, () => ({ ...resolve([]), ...given }), file ?? configName);
}

/**
 * Validates a configuration after `--set`.
 * @param getUnassigned returns the configuration without `--set`
 * @throws UsageError if only `--set` makes the configuration invalid; otherwise UserError
 */
export function validateAssignedConfig<S extends z.core.$ZodType>(
  schema: S,
  value: unknown,
  getUnassigned: () => unknown,
  what: string,
): z.output<S> {
  try {
    return validate(schema, value, `${what} with --set`);
  } catch (error) {
    const ofCommandLine = error instanceof UserError && z.safeParse(schema, getUnassigned()).success;
    throw ofCommandLine ? new UsageError(error.message) : error;
  }
}
