/**
 * Declares parameters: default, range, unit and meaning, once. The zod schema that comes out drives validation
 * (`validate.ts`), the text of errors, `--help`, the JSON Schema for editors and the reference tables of the docs.
 * All numbers refuse NaN, and refuse Infinity unless asked to take it.
 */
import * as z from 'zod/mini';
import { describeAllowed } from './allowed.ts';
import type { Distribution } from './distribution.ts';
import { UserError } from './errors.ts';
import { convert, toJsonSchema } from './jsonSchema.ts';
import { notEmpty, type Range, ranged, whole } from './ranged.ts';
import { show } from './show.ts';

export type Param<T> = z.ZodMiniType<T, T>;
export type Defaulted<T> = z.ZodMiniDefault<Param<T>>;
/** Parameters by their names. */
export type Shape = z.core.$ZodShape;
/** What `object` returns. */
export type Mapping<S extends Shape = Shape> = z.ZodMiniObject<S, z.core.$strict>;

type Named<V extends z.core.$ZodType> = z.ZodMiniObject<Record<never, never>, z.core.$catchall<V>>;

/** A parameter that may be left out. */
export const optional = z.optional;

interface Meaning {
  /** One line: what it is. */
  readonly help: string;
  /** A pure number, such as a share, has the unit '1'. */
  readonly unit?: string;
}

export interface NumberSpec extends Meaning, Range {
  readonly default?: number;
  /** Takes Infinity too: `.inf` in YAML, the text "Infinity" in JSON. */
  readonly infinity?: boolean;
}

const meta = ({ help, unit }: Meaning) => ({ description: help, ...(unit === undefined ? {} : { unit }) });

/** The same schema with what else errors, help and the JSON Schema say of it. */
export const described = <S extends z.ZodMiniType>(schema: S, about: z.core.GlobalMeta): S => {
  const copy = z.clone(schema);
  z.globalRegistry.add(copy, { ...z.globalRegistry.get(schema), ...about });
  return copy;
};

/** The same for a schema that is nobody else's: without a copy, which costs as much as the schema. */
const own = <S extends z.ZodMiniType>(schema: S, about: z.core.GlobalMeta): S => {
  z.globalRegistry.add(schema, about);
  return schema;
};

/** A parameter that has this value where it is left out. zod's own `_default` copies the value each time; nobody changes it. */
export function withDefault<S extends z.core.$ZodType>(innerType: S, value: z.output<S>): z.ZodMiniDefault<S> {
  const made: z.ZodMiniType = new z.ZodMiniDefault({ type: 'default', innerType, defaultValue: value as object });
  return made as z.ZodMiniDefault<S>;
}

/** That a default is possible is checked by the mapping that it stands in, which knows its name. */
const param = (schema: z.ZodMiniType, value: unknown): z.ZodMiniType =>
  value === undefined ? schema : withDefault(schema, value);

const unbounded = z.literal(['Infinity', Infinity]).check((found) => {
  found.value = Infinity;
});

/** A finite number (float64) in its range, or Infinity where `infinity` is set. Required unless it has a default. */
export function number(spec: NumberSpec & { readonly default: number }): Defaulted<number>;
export function number(spec: NumberSpec): Param<number>;
export function number(spec: NumberSpec): z.ZodMiniType {
  const about = meta(spec);
  const schema = spec.infinity ? own(z.union([ranged(spec), unbounded]), about) : ranged(spec, about);
  return param(schema, spec.default);
}

/** A number >= 0. */
export const fromZero = (initial: number, unit: string, help: string) =>
  number({ default: initial, min: 0, unit, help });

/** A number > 0. */
export const positive = (initial: number, unit: string, help: string) =>
  number({ default: initial, min: 0, exclusiveMin: true, unit, help });

/** A number from 0 to 1: a share or a probability. */
export const share = (initial: number, help: string) => number({ default: initial, min: 0, max: 1, unit: '1', help });

/** A whole number of at most 2^53 - 1. */
export function integer(spec: Omit<NumberSpec, 'infinity'> & { readonly default: number }): Defaulted<number>;
export function integer(spec: Omit<NumberSpec, 'infinity'>): Param<number>;
export function integer(spec: Omit<NumberSpec, 'infinity'>): z.ZodMiniType {
  return param(whole(spec, meta(spec)), spec.default);
}

/** One of a few names. */
export function choice<const C extends string>(
  names: readonly C[],
  spec: Meaning & { readonly default: NoInfer<C> },
): Defaulted<C>;
export function choice<const C extends string>(names: readonly C[], spec: Meaning): Param<C>;
export function choice(names: readonly string[], spec: Meaning & { readonly default?: string }): z.ZodMiniType {
  return param(own(z.literal(names), meta(spec)), spec.default);
}

/** true or false, false by default. */
export function flag(spec: Meaning & { readonly default?: boolean }): Defaulted<boolean> {
  return param(own(new z.ZodMiniBoolean({ type: 'boolean' }), meta(spec)), spec.default ?? false) as Defaulted<boolean>;
}

/** A text that is not empty. */
export function text(spec: Meaning & { readonly default: string }): Defaulted<string>;
export function text(spec: Meaning): Param<string>;
export function text(spec: Meaning & { readonly default?: string }): z.ZodMiniType {
  return param(own(notEmpty(), meta(spec)), spec.default);
}

/** Where every random draw comes from: an integer or a text, 1 by default. */
export const seedOption = (help = 'integer or text; decides every random draw') =>
  described(withDefault(z.union([whole(), notEmpty()]), 1), { description: help });

/** A check of its own; `goOn`: others follow where it fails. What is wrong with a value "must be" its message. */
export const refine = <T>(test: (value: T) => boolean, message: string, goOn = true) =>
  z.check<T>(({ value: input, issues }) => {
    if (!test(input)) issues.push({ code: 'custom', input, message, continue: goOn });
  });

/** What no file can hold, such as an array of floats: whatever passes the test. */
export const customValue = <T = unknown>(test: (value: unknown) => boolean, message: string) =>
  new z.ZodMiniUnknown({ type: 'unknown', checks: [refine(test, message, false)] }) as z.ZodMiniType as z.ZodMiniCustom<
    T,
    T
  >;

/** A list of two. zod's own kind for it takes any number of them, and half a per cent of the engine's bundle. */
export function pair<A, B>(first: Param<A>, second: Param<B>): Param<[A, B]> {
  const parts: z.ZodMiniType[] = [first, second];
  const check = z.check<unknown[]>(({ value: input, issues }) => {
    if (input.length !== 2) return void issues.push({ code: 'invalid_type', expected: 'tuple', input });
    parts.forEach((part, i) => {
      const found = part._zod.run({ value: input[i], issues: [] }, {}) as z.core.ParsePayload;
      input[i] = found.value;
      for (const issue of found.issues) issues.push({ ...issue, path: [i, ...(issue.path ?? [])] });
    });
  });
  const element = new z.ZodMiniUnknown({ type: 'unknown' });
  const schema: z.ZodMiniType = new z.ZodMiniArray({ type: 'array', element, checks: [check] });
  const about = { items: parts.map(convert), additionalItems: false, minItems: 2, maxItems: 2 };
  return own(schema as Param<[A, B]>, about);
}

/** Two numbers of which the second is not below the first. */
export const ascending = (first: Param<number>, second = first) =>
  pair(first, second).check(refine(([low, high]) => low <= high, 'a list of two numbers, the lower one first'));

const NAME = /^[A-Za-z][\w-]*$/;
const A_NAME = 'a letter, then letters, digits, _ or -';

/** A name that the user chooses. */
export const nameSchema = own(z.string().check(refine((name) => NAME.test(name), A_NAME)), { pattern: NAME.source });

/** Of names whose values are wrong, too. */
const byNames = z.check<object>(
  ({ value, issues }) => {
    for (const key of Object.keys(Object(value)))
      if (!NAME.test(key))
        issues.push({ code: 'invalid_key', origin: 'record', path: [key], input: key, issues: [], message: A_NAME });
  },
  { when: () => true },
);

/** A mapping from names that the user chooses (a letter, then letters, digits, _ or -) to values of one kind. */
export function named<V extends z.core.$ZodType>(value: V, help: string): Named<V> {
  const schema: z.ZodMiniType = new z.ZodMiniObject({ type: 'object', shape: {}, catchall: value, checks: [byNames] });
  return own(schema, { description: help, propertyNames: { type: 'string', pattern: NAME.source } }) as Named<V>;
}

/** @throws UserError if a default is outside its own range. */
function checkDefault(key: string, { _zod: { def } }: z.core.$ZodType): void {
  if (def.type !== 'default') return;
  const { innerType, defaultValue } = def as z.core.$ZodDefaultDef;
  if (!z.safeParse(innerType, defaultValue).success)
    throw new UserError(
      `the default of ${key} is ${show(defaultValue)}, but must be ${describeAllowed(toJsonSchema(innerType))}.`,
    );
}

/** One for all mappings; zod's `strictObject` makes one each. */
const NOTHING_ELSE = new z.ZodMiniNever({ type: 'never' });

function strict<S extends Shape>(shape: S, about?: z.core.GlobalMeta, checks?: z.core.$ZodCheck<never>[]): Mapping<S> {
  const schema: z.ZodMiniType = new z.ZodMiniObject({ type: 'object', shape, catchall: NOTHING_ELSE, checks });
  return (about === undefined ? schema : own(schema, about)) as Mapping<S>;
}

/** A mapping with these keys and no others. @throws UserError for a default outside its own range. */
export function object<S extends Shape>(shape: S, help?: string): Mapping<S> {
  for (const [key, schema] of Object.entries(shape)) checkDefault(key, schema);
  return strict(shape, help === undefined ? undefined : { description: help });
}

/** Keys that are no keys of a mapping, but that people look for there: how the sentence goes on after "X is unknown". */
export const KEYS_ELSEWHERE = z.registry<Readonly<Record<string, string>>>();

type OneOf<S extends Shape, Out extends 'input' | 'output'> = {
  [K in keyof S]: { [P in K]: Out extends 'input' ? z.input<S[K]> : z.output<S[K]> };
}[keyof S];

/** That of these keys one is given, and no second one. */
export const exactlyOne = (names: readonly string[]) =>
  z.check<object>(({ value, issues }) => {
    // A key that is unknown or has a wrong value has been told already.
    if (issues.length > 0 || names.filter((name) => Reflect.get(value, name) !== undefined).length === 1) return;
    issues.push({
      code: 'custom',
      input: value,
      message: `a mapping with exactly one of the keys ${names.join(', ')}`,
    });
  });

/** A mapping with exactly one of these keys: `{ uniform: [0, 1] }`. */
export function oneOf<S extends Shape>(shape: S, spec: Meaning): z.ZodMiniType<OneOf<S, 'output'>, OneOf<S, 'input'>> {
  const names = Object.keys(shape);
  const each = Object.fromEntries(names.map((name) => [name, z.optional(shape[name]!)]));
  const about = { ...meta(spec), minProperties: 1, maxProperties: 1 };
  return strict(each, about, [exactlyOne(names)]) as z.ZodMiniType as z.ZodMiniType<
    OneOf<S, 'output'>,
    OneOf<S, 'input'>
  >;
}

type DistributionSpec = Omit<NumberSpec, 'infinity' | 'default'> & { readonly default?: Distribution };

/**
 * A number, or how to draw one for each element: `{ uniform: [low, high] }`, `{ normal: { mean, sd } }` or
 * `{ lognormal: { mean, sd } }`; mean and sd are always those of the drawn values. Constants, limits and means keep the range.
 */
export function distribution(spec: DistributionSpec & { readonly default: Distribution }): Defaulted<Distribution>;
export function distribution(spec: DistributionSpec): Param<Distribution>;
export function distribution(spec: DistributionSpec): z.ZodMiniType {
  const { default: initial, help, ...range } = spec;
  const value = number({ ...range, help });
  const mean = { ...range, help: 'mean of the drawn values' };
  const sd = number({ min: 0, unit: spec.unit, help: 'standard deviation of the drawn values' });
  const min = Math.max(0, range.min ?? 0);
  const exclusiveMin = min === 0 || range.exclusiveMin;
  const drawn = oneOf(
    {
      uniform: ascending(value),
      normal: object({ mean: number(mean), sd }),
      lognormal: object({ mean: number({ ...mean, min, exclusiveMin }), sd }),
    },
    spec,
  );
  return param(own(z.union([value, drawn]), meta(spec)), initial);
}

/** What `distribution` takes, or a list with a value for each element. */
export function ofEach(
  spec: DistributionSpec & { readonly default: Distribution },
): Defaulted<Distribution | readonly number[]> {
  const { default: initial, help, ...range } = spec;
  const one = distribution({ ...range, help });
  const list = z.array(number({ ...range, help }));
  return withDefault(own(z.union([one, list]), meta(spec)), initial) as never;
}
