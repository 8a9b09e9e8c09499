import { validate } from '../../../core/declare/validate.ts';
import type { Findings } from '../../../experiments/demonstrations/demonstration.ts';
import { DEMONSTRATIONS } from '../../../experiments/demonstrations/index.ts';

/** What a demonstration comes to, run without a directory; parameters that are not given have their defaults. */
export async function findingsOf(name: string, given: Readonly<Record<string, unknown>> = {}): Promise<Findings> {
  const { default: demo } = await DEMONSTRATIONS[name]!();
  const stage = { signal: new AbortController().signal, step: async () => {} };
  return demo.run(validate(demo.parameters, given, name), stage);
}
