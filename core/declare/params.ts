/**
 * Parameter schemas with default, range, unit and description: the source of validation, error messages, `--help`, the JSON
 * Schema for editors and the tables of the docs.
 */
import * as z from 'zod/mini';
import type { Distribution } from './distribution.ts';
import { UserError } from './errors.ts';
import { describeAllowedValues, toJsonSchema } from './jsonSchema.ts';
import { int, type NumberRange, nonEmptyText, rangedNumber } from './ranged.ts';
import { show } from './show.ts';

/** Schema of a parameter with values of type T. */
export type Param<T> = z.ZodMiniType<T, T>;
/** Schema of a parameter with a default value of type T. */
export type Defaulted<T> = z.ZodMiniDefault<Param<T>>;
/** Parameter schemas of a mapping, by parameter name. */
export type Shape = z.core.$ZodShape;
/** Schema of a mapping with fixed keys, the return value of `object`. */
export type Mapping<S extends Shape = Shape> = z.ZodMiniObject<S, z.core.$strict>;

type Named<V extends z.core.$ZodType> = z.ZodMiniObject<Record<never, never>, z.core.$catchall<V>>;

export type DeepReadonly<T> = T extends ArrayBufferView | ((...parameters: never) => unknown)
  ? T
  : { readonly [K in keyof T]: DeepReadonly<T[K]> };

/** Type of the values that a schema accepts, read-only at all levels, so that code may pass constant lists. */
export type ReadonlyInput<S extends z.core.$ZodType> = DeepReadonly<z.input<S>>;

/** Schema of a parameter that may be omitted; its value is then undefined. */
export const optional = z.optional;

interface ParamInfo {
  readonly help: string;
  /** Unit of the parameter; '1' for a dimensionless number. */
  readonly unit?: string;
}

interface NumberSpec extends ParamInfo, NumberRange {
  readonly default?: number;
  /** True to accept Infinity: `.inf` in YAML, the string "Infinity" in JSON. */
  readonly infinity?: boolean;
}

const meta = ({ help, unit }: ParamInfo) => ({ description: help, ...(unit === undefined ? {} : { unit }) });

/** Copies a schema and adds metadata for errors, help and the JSON Schema. */
export const described = <S extends z.ZodMiniType>(schema: S, about: z.core.GlobalMeta): S => {
  const copy = z.clone(schema);
  z.globalRegistry.add(copy, { ...z.globalRegistry.get(schema), ...about });
  return copy;
};

/** Adds metadata to a schema in place, not to a copy as `described` does. Only for schemas that no other code uses. */
const register = <S extends z.ZodMiniType>(schema: S, about: z.core.GlobalMeta): S => {
  z.globalRegistry.add(schema, about);
  return schema;
};

/** Schema with a default value, which must stay constant: the schema does not copy it, unlike `_default` of zod. */
export function withDefault<S extends z.core.$ZodType>(innerType: S, value: z.output<S>): z.ZodMiniDefault<S> {
  const made: z.ZodMiniType = new z.ZodMiniDefault({ type: 'default', innerType, defaultValue: value as object });
  return made as z.ZodMiniDefault<S>;
}

/** Adds a default value, if any, to a parameter schema; `object`, which knows the parameter's name, checks the value. */
const addDefault = (schema: z.ZodMiniType, value: unknown): z.ZodMiniType =>
  value === undefined ? schema : withDefault(schema, value);

const infinite = z.literal(['Infinity', Infinity]).check((found) => {
  found.value = Infinity;
});

/** Schema of a finite number (float64) in a range, or Infinity if `infinity` is set. Required unless it has a default. */
export function number(spec: NumberSpec & { readonly default: number }): Defaulted<number>;
export function number(spec: NumberSpec): Param<number>;
export function number(spec: NumberSpec): z.ZodMiniType {
  const about = meta(spec);
  const schema = spec.infinity ? register(z.union([rangedNumber(spec), infinite]), about) : rangedNumber(spec, about);
  return addDefault(schema, spec.default);
}

export const nonNegative = (initial: number, unit: string, help: string) =>
  number({ default: initial, min: 0, unit, help });

export const positive = (initial: number, unit: string, help: string) =>
  number({ default: initial, min: 0, exclusiveMin: true, unit, help });

export const fraction = (initial: number, help: string) =>
  number({ default: initial, min: 0, max: 1, unit: '1', help });

export const positiveFraction = (initial: number, help: string) =>
  number({ default: initial, min: 0, exclusiveMin: true, max: 1, unit: '1', help });

/** Schema of an integer up to 2^53 - 1. */
export function integer(spec: Omit<NumberSpec, 'infinity'> & { readonly default: number }): Defaulted<number>;
export function integer(spec: Omit<NumberSpec, 'infinity'>): Param<number>;
export function integer(spec: Omit<NumberSpec, 'infinity'>): z.ZodMiniType {
  return addDefault(int(spec, meta(spec)), spec.default);
}

/** Schema of a value that is one of several names. */
export function choice<const C extends string>(
  names: readonly C[],
  spec: ParamInfo & { readonly default: NoInfer<C> },
): Defaulted<C>;
export function choice<const C extends string>(names: readonly C[], spec: ParamInfo): Param<C>;
export function choice(names: readonly string[], spec: ParamInfo & { readonly default?: string }): z.ZodMiniType {
  return addDefault(register(z.literal(names), meta(spec)), spec.default);
}

/** Schema of a boolean, false by default. */
export function flag(spec: ParamInfo & { readonly default?: boolean }): Defaulted<boolean> {
  return addDefault(
    register(new z.ZodMiniBoolean({ type: 'boolean' }), meta(spec)),
    spec.default ?? false,
  ) as Defaulted<boolean>;
}

/** Schema of a non-empty string. */
export function text(spec: ParamInfo & { readonly default: string }): Defaulted<string>;
export function text(spec: ParamInfo): Param<string>;
export function text(spec: ParamInfo & { readonly default?: string }): z.ZodMiniType {
  return addDefault(register(nonEmptyText(), meta(spec)), spec.default);
}

export const seedOption = (help = 'seed of all random numbers, an integer or a text') =>
  described(withDefault(z.union([int(), nonEmptyText()]), 1), { description: help });

/**
 * Custom check of a schema, for values without other errors.
 * @param message end of the error message "X must be …"
 * @param continues true if further checks run after a failure
 */
export const refine = <T>(test: (value: T) => boolean, message: string, continues = true) =>
  z.check<T>(({ value: input, issues }) => {
    if (issues.length === 0 && !test(input)) issues.push({ code: 'custom', input, message, continue: continues });
  });

/** Schema of a value that passes a test, for values that files cannot contain, such as typed arrays. */
export const customValue = <T = unknown>(test: (value: unknown) => boolean, message: string) =>
  new z.ZodMiniUnknown({ type: 'unknown', checks: [refine(test, message, false)] }) as z.ZodMiniType as z.ZodMiniCustom<
    T,
    T
  >;

export const pair = <A, B>(first: Param<A>, second: Param<B>): Param<[A, B]> =>
  z.tuple([first, second]) as z.ZodMiniType as Param<[A, B]>;

export const ascendingPair = (first: Param<number>, second = first) =>
  pair(first, second).check(refine(([low, high]) => low <= high, 'a list of two numbers in ascending order'));

const NAME = /^[A-Za-z][\w-]*$/;
const NAME_HELP = 'a letter, then letters, digits, _ or -';

export const nameSchema = register(z.string().check(refine((name) => NAME.test(name), NAME_HELP)), {
  pattern: NAME.source,
});

/** Checks that the keys of a mapping are valid names, also if its values are invalid. */
const checkNames = z.check<object>(
  ({ value, issues }) => {
    for (const key of Object.keys(Object(value)))
      if (!NAME.test(key))
        issues.push({ code: 'invalid_key', origin: 'record', path: [key], input: key, issues: [], message: NAME_HELP });
  },
  { when: () => true },
);

/** Schema of a mapping from names that the user chooses to values. */
export function named<V extends z.core.$ZodType>(value: V, help: string): Named<V> {
  const schema: z.ZodMiniType = new z.ZodMiniObject({
    type: 'object',
    shape: {},
    catchall: value,
    checks: [checkNames],
  });
  return register(schema, { description: help, propertyNames: { type: 'string', pattern: NAME.source } }) as Named<V>;
}

function checkDefault(key: string, { _zod: { def } }: z.core.$ZodType) {
  if (def.type !== 'default') return;
  const { innerType, defaultValue } = def as z.core.$ZodDefaultDef;
  if (!z.safeParse(innerType, defaultValue).success)
    throw new UserError(
      `the default of ${key} is ${show(defaultValue)}, but must be ${describeAllowedValues(toJsonSchema(innerType))}.`,
    );
}

/** Schema that refuses unknown keys, shared by all mappings; `strictObject` of zod would create one per mapping. */
const NO_OTHER_KEYS = new z.ZodMiniNever({ type: 'never' });

/** Ends a union's trial of a mapping with unknown keys; otherwise zod reports these keys even if another alternative knows them. */
const stopAtUnknownKeys = z.check(({ issues }) => {
  for (const issue of issues) if (issue.code === 'unrecognized_keys') Object.assign(issue, { continue: false });
});

function strict<S extends Shape>(
  shape: S,
  about?: z.core.GlobalMeta,
  more: z.core.$ZodCheck<never>[] = [],
): Mapping<S> {
  const checks = [stopAtUnknownKeys, ...more];
  const schema: z.ZodMiniType = new z.ZodMiniObject({ type: 'object', shape, catchall: NO_OTHER_KEYS, checks });
  return (about === undefined ? schema : register(schema, about)) as Mapping<S>;
}

/** Schema of a mapping with the keys of `shape` only. @throws UserError for a default outside its range */
export function object<S extends Shape>(shape: S, help?: string): Mapping<S> {
  for (const [key, schema] of Object.entries(shape)) checkDefault(key, schema);
  return strict(shape, help === undefined ? undefined : { description: help });
}

/** Hints for unknown keys that users expect in a mapping: end of the error message "X is unknown …". */
export const UNKNOWN_KEY_HINTS = z.registry<Readonly<Record<string, string>>>();

type OneOf<S extends Shape, Out extends 'input' | 'output'> = {
  [K in keyof S]: { [P in K]: Out extends 'input' ? z.input<S[K]> : z.output<S[K]> };
}[keyof S];

export const requireExactlyOneKey = (names: readonly string[]) =>
  z.check<object>(({ value, issues }) => {
    // If a mapping has unknown keys or wrong values, only these are reported, not its wrong number of keys.
    if (issues.length > 0 || names.filter((name) => Reflect.get(value, name) !== undefined).length === 1) return;
    issues.push({
      code: 'custom',
      input: value,
      message: `a mapping with exactly one of the keys ${names.join(', ')}`,
    });
  });

/** Schema of a mapping with exactly one of the keys of `shape`: `{ uniform: [0, 1] }`. */
export function oneOf<S extends Shape>(
  shape: S,
  spec: ParamInfo,
): z.ZodMiniType<OneOf<S, 'output'>, OneOf<S, 'input'>> {
  const names = Object.keys(shape);
  const each = Object.fromEntries(names.map((name) => [name, z.optional(shape[name]!)]));
  const about = { ...meta(spec), minProperties: 1, maxProperties: 1 };
  return strict(each, about, [requireExactlyOneKey(names)]) as z.ZodMiniType as z.ZodMiniType<
    OneOf<S, 'output'>,
    OneOf<S, 'input'>
  >;
}

type DistributionSpec = Omit<NumberSpec, 'infinity' | 'default'> & { readonly default?: Distribution };

/**
 * Schema of a number, or of a distribution: `{ uniform: [low, high] }`, `{ normal: { mean, sd, min, max } }` or
 * `{ lognormal: { mean, sd } }`. Constants, limits and means must lie in the range.
 */
export function distribution(spec: DistributionSpec & { readonly default: Distribution }): Defaulted<Distribution>;
export function distribution(spec: DistributionSpec): Param<Distribution>;
export function distribution(spec: DistributionSpec): z.ZodMiniType {
  const { default: initial, help, ...range } = spec;
  const value = number({ ...range, help });
  const mean = { ...range, help: 'mean of the random values' };
  const sd = number({ min: 0, unit: spec.unit, help: 'standard deviation of the random values' });
  const min = Math.max(0, range.min ?? 0);
  const exclusiveMin = min === 0 || range.exclusiveMin;
  const drawn = oneOf(
    {
      uniform: ascendingPair(value),
      normal: object({ mean: number(mean), sd, ...truncation(spec.unit) }),
      lognormal: object({ mean: number({ ...mean, min, exclusiveMin }), sd }),
    },
    spec,
  );
  return addDefault(register(z.union([value, drawn]), meta(spec)), initial);
}

/** Parameter schemas of the limits of a truncated normal distribution. */
export const truncation = (unit: string | undefined) => ({
  min: optional(number({ unit, help: 'lower limit of a normal distribution: smaller values are drawn again' })),
  max: optional(number({ unit, help: 'upper limit of a normal distribution: larger values are drawn again' })),
});

/** Schema of a distribution, or of a list with one value per element. */
export function perElement(
  spec: DistributionSpec & { readonly default: Distribution },
): Defaulted<Distribution | readonly number[]> {
  const { default: initial, help, ...range } = spec;
  const one = distribution({ ...range, help });
  const list = z.array(number({ ...range, help }));
  return withDefault(register(z.union([one, list]), meta(spec)), initial) as never;
}
