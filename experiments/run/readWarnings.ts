import { readRunJson } from './runJson.ts';

/** Warnings in the `run.json` of a finished run; none if a study of the user's does not write any. */
export function readWarnings(run: string): readonly string[] {
  return readRunJson(run).warnings ?? [];
}
