import * as z from 'zod/mini';

export interface Range {
  readonly min?: number;
  readonly max?: number;
  /** Whether `min` (`max`) itself is refused. */
  readonly exclusiveMin?: boolean;
  readonly exclusiveMax?: boolean;
}

/** The range in the words of JSON Schema, from which errors and help tell it. */
const limits = ({ min, max, exclusiveMin, exclusiveMax }: Range) => ({
  ...(min === undefined ? {} : { [exclusiveMin ? 'exclusiveMinimum' : 'minimum']: min }),
  ...(max === undefined ? {} : { [exclusiveMax ? 'exclusiveMaximum' : 'maximum']: max }),
});

/**
 * A finite number in its range, with what `about` says of it. One schema with one check, where zod's own limits take two
 * schemas and a check each: hundreds of numbers are declared while memspike is loaded.
 */
export function ranged(range: Range, about: z.core.GlobalMeta = {}, whole = false): z.ZodMiniNumber {
  const { min = -Infinity, max = Infinity, exclusiveMin, exclusiveMax } = range;
  const holds = (value: number) =>
    (exclusiveMin ? value > min : value >= min) &&
    (exclusiveMax ? value < max : value <= max) &&
    (!whole || Number.isSafeInteger(value));
  const check = z.check<number>(({ value, issues }) => {
    // Without `continue: false` a union would report only this range and not its other alternatives.
    if (!holds(value)) issues.push({ code: 'invalid_type', expected: 'number', input: value, continue: false });
  });
  const schema = new z.ZodMiniNumber({ type: 'number', checks: [check] });
  z.globalRegistry.add(schema, { ...about, ...(whole ? { type: 'integer' } : {}), ...limits(range) });
  return schema;
}

/** An integer of at most 2^53 - 1. zod's own kind of number for it brings along those for three other ones. */
export const whole = (range: Range = {}, about?: z.core.GlobalMeta) => ranged(range, about, true);

const hasLength = ({ value }: { readonly value: unknown }): boolean =>
  (value as { readonly length?: number } | null | undefined)?.length !== undefined;

/** Of a text or a list that is not shorter. zod's own check counts characters, of which a text that is not empty has one. */
export const minLength = (minimum: number) =>
  z.check<{ readonly length: number }>(
    ({ value: input, issues }) => {
      if (input.length < minimum) issues.push({ code: 'too_small', origin: 'array', minimum, input, continue: true });
    },
    { check: 'min_length', minimum, when: hasLength } as { readonly when: typeof hasLength },
  );

export const notEmpty = () => z.string().check(minLength(1));
