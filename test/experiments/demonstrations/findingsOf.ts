import { validate } from '../../../core/declare/validate.ts';
import { DEMONSTRATIONS } from '../../../experiments/demonstrations/index.ts';

/** What a demonstration comes to, run without a directory; parameters that are not given have their defaults. */
export async function findingsOf(name: string, given: Readonly<Record<string, unknown>> = {}) {
  const { default: demo } = await DEMONSTRATIONS[name]!();
  const stage = { signal: new AbortController().signal, step: async () => {} };
  const { expectations, ...findings } = await demo.run(validate(demo.parameters, given, name), stage);
  return { ...findings, expectations: Object.entries(expectations).map(([text, shown]) => ({ text, shown })) };
}
