import { readJson } from '../run/runDirectory.ts';

/** Tells on standard error what `run.json` warns of. */
export function warn(run: string): void {
  const { warnings } = readJson(run, 'run.json') as { readonly warnings: readonly string[] };
  for (const warning of warnings) console.error(`Warning: ${warning}`);
}
