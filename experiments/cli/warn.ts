import type { ProgressMode } from '../run/progress.ts';
import { readJson } from '../run/readJson.ts';

/** Tells on standard error what `run.json` warns of, in the way that progress is told there. */
export function warn(run: string, mode: ProgressMode): void {
  if (mode === 'none') return;
  const { warnings } = readJson(run, 'run.json') as { readonly warnings: readonly string[] };
  for (const warning of warnings) console.error(mode === 'json' ? JSON.stringify({ warning }) : `Warning: ${warning}`);
}
