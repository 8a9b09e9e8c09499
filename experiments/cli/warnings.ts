import { readRunJson } from '../logs/runJson.ts';
import type { ProgressMode } from '../run/progress.ts';

export interface WarningOptions {
  readonly progress: ProgressMode;
  readonly quiet: boolean;
}

/** Prints warnings to stderr: one JSON object per line with `--progress json`, else one sentence per line. */
export function printWarnings(warnings: readonly string[], { progress, quiet }: WarningOptions): void {
  if (quiet) return;
  for (const warning of warnings)
    console.error(progress === 'json' ? JSON.stringify({ warning }) : `Warning: ${warning}`);
}

export const printRunWarnings = (run: string, options: WarningOptions, printed: readonly string[] = []): void =>
  printWarnings(
    (readRunJson(run).warnings ?? []).filter((warning) => !printed.includes(warning)),
    options,
  );

/** Runs `work` and prints the warnings that its runs report. Warnings that differ only in numbers are printed once. */
export async function printCollectedWarnings<T>(
  options: WarningOptions,
  work: (onWarnings: (run: string, warnings: readonly string[]) => void) => Promise<T>,
): Promise<T> {
  const found = new Map<string, { readonly text: string; readonly runCount: number }>();
  const result = await work((run, warnings) => {
    for (const warning of warnings) {
      const key = warning.replace(/\d[\d,.]*/g, '#');
      const { text, runCount } = found.get(key) ?? { text: `${run}: ${warning}`, runCount: 0 };
      found.set(key, { text, runCount: runCount + 1 });
    }
  });
  const sentences = [...found.values()].map(({ text, runCount }) =>
    runCount > 1 ? `${text} The same warning applies to ${runCount - 1} more.` : text,
  );
  printWarnings(sentences, options);
  return result;
}
