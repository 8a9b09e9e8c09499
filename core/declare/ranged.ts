import * as z from 'zod/mini';

export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  readonly exclusiveMin?: boolean;
  readonly exclusiveMax?: boolean;
}

const toJsonSchemaKeywords = ({ min, max, exclusiveMin, exclusiveMax }: NumberRange) => ({
  ...(min === undefined ? {} : { [exclusiveMin ? 'exclusiveMinimum' : 'minimum']: min }),
  ...(max === undefined ? {} : { [exclusiveMax ? 'exclusiveMaximum' : 'maximum']: max }),
});

/** Schema of a finite number in a range, with metadata `about`. One zod check instead of one per limit loads faster. */
export function rangedNumber(range: NumberRange, about: z.core.GlobalMeta = {}, isInteger = false): z.ZodMiniNumber {
  const { min = -Infinity, max = Infinity, exclusiveMin, exclusiveMax } = range;
  const isInRange = (value: number) =>
    (exclusiveMin ? value > min : value >= min) &&
    (exclusiveMax ? value < max : value <= max) &&
    (!isInteger || Number.isSafeInteger(value));
  const check = z.check<number>(({ value, issues }) => {
    // `continue: false` makes zod's error for a union (such as number or list) name all alternatives.
    if (!isInRange(value)) issues.push({ code: 'invalid_type', expected: 'number', input: value, continue: false });
  });
  const schema = new z.ZodMiniNumber({ type: 'number', checks: [check] });
  z.globalRegistry.add(schema, { ...about, ...(isInteger ? { type: 'integer' } : {}), ...toJsonSchemaKeywords(range) });
  return schema;
}

export const int = (range: NumberRange = {}, about?: z.core.GlobalMeta) => rangedNumber(range, about, true);

const hasLength = ({ value }: { readonly value: unknown }) =>
  (value as { readonly length?: number } | null | undefined)?.length !== undefined;

export const minLength = (minimum: number) =>
  z.check<{ readonly length: number }>(
    ({ value: input, issues }) => {
      if (input.length < minimum) issues.push({ code: 'too_small', origin: 'array', minimum, input, continue: true });
    },
    { check: 'min_length', minimum, when: hasLength } as { readonly when: typeof hasLength },
  );

export const nonEmptyText = () => z.string().check(minLength(1));
