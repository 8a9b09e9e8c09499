import { validate } from '../../../core/declare/validate.ts';
import { loadDemonstration } from '../../../experiments/demonstrations/index.ts';

/** What a demonstration comes to, run without a directory; parameters that are not given have their defaults. It expects three things or more, one of them a control. */
export async function findingsOf(name: string, given: Readonly<Record<string, unknown>> = {}) {
  const demo = await loadDemonstration(name);
  const stage = { signal: new AbortController().signal, reportProgress: async () => {} };
  const { expectations, tables, ...findings } = await demo.run(validate(demo.parameters, given, name), stage);
  const texts = Object.keys(expectations);
  if (texts.length < 3 || !texts.some((text) => /\bcontrol\b/.test(text)))
    throw new Error(`${name} expects ${texts.join('; ')}`);
  return {
    ...findings,
    tables: Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.toTable()])),
    expectations: Object.entries(expectations).map(([text, shown]) => ({ text, shown })),
  };
}
