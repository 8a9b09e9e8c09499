import * as z from 'zod/mini';

/** What JSON Schema calls it. */
export const INTEGER = { type: 'integer' };

/** An integer of at most 2^53 - 1. zod's own kind of number for it brings along those for three other ones. */
export function whole(): z.ZodMiniNumber {
  const schema = z.number().check(({ value, issues }) => {
    if (!Number.isSafeInteger(value))
      issues.push({ code: 'invalid_type', expected: 'int', input: value, continue: false });
  });
  z.globalRegistry.add(schema, INTEGER);
  return schema;
}
