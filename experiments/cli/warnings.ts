import { readRunJson } from '../logs/runJson.ts';
import type { ProgressMode } from '../run/progress.ts';

export interface WarningOptions {
  readonly progress: ProgressMode;
  readonly quiet: boolean;
}

/** Prints warnings to standard error: one JSON object per line with `--progress json`, else one sentence per line. */
export function printWarnings(warnings: readonly string[], { progress, quiet }: WarningOptions): void {
  if (quiet) return;
  for (const warning of warnings)
    console.error(progress === 'json' ? JSON.stringify({ warning }) : `Warning: ${warning}`);
}

/** Prints the warnings of a finished run. @param printed warnings already printed before the run */
export const printRunWarnings = (run: string, options: WarningOptions, printed: readonly string[] = []): void =>
  printWarnings(
    (readRunJson(run).warnings ?? []).filter((warning) => !printed.includes(warning)),
    options,
  );

/** Calls `work` with a collector of warnings of many runs, which are printed afterwards. */
export async function collectWarnings<T>(
  options: WarningOptions,
  work: (onWarnings: WarningCollector['add']) => Promise<T>,
): Promise<T> {
  const warnings = new WarningCollector();
  const result = await work(warnings.add);
  warnings.print(options);
  return result;
}

/** Collects warnings of many runs; those that differ only in numbers are printed once. */
class WarningCollector {
  readonly #found = new Map<string, { readonly first: string; readonly warning: string; runCount: number }>();

  /** Adds the warnings of a run. @param run run name used in messages */
  readonly add = (run: string, warnings: readonly string[]): void => {
    for (const warning of warnings) {
      const key = warning.replace(/\d[\d,.]*/g, '#');
      const found = this.#found.get(key);
      if (found) found.runCount++;
      else this.#found.set(key, { first: run, warning, runCount: 1 });
    }
  };

  print(options: WarningOptions): void {
    const sentences = [...this.#found.values()].map(
      ({ first, warning, runCount }) =>
        `${first}: ${warning}${runCount > 1 ? ` The same warning applies to ${runCount - 1} more.` : ''}`,
    );
    printWarnings(sentences, options);
  }
}
