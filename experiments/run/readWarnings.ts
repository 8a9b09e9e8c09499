import { readJson } from './readJson.ts';

/** Warnings in the `run.json` of a finished run; none if a study of the user's does not write any. */
export function readWarnings(run: string): readonly string[] {
  const { warnings = [] } = readJson(run, 'run.json') as { readonly warnings?: unknown };
  return Array.isArray(warnings) ? warnings.filter((warning) => typeof warning === 'string') : [];
}
