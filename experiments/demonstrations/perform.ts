import { setImmediate } from 'node:timers/promises';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { writeTables } from '../devices/characterise/tables.ts';
import { pictureFiles, writePicture } from '../look/plots/write.ts';
import { createProgress, type ProgressMode } from '../run/progress.ts';
import { RunDirectory } from '../run/runDirectory.ts';
import { estimateMean } from '../statistics/estimate.ts';
import { VERSION } from '../version.ts';
import { type Demonstration, Interrupted, type Stage } from './demonstration.ts';
import type { Figure, Findings } from './findings.ts';

interface PerformOptions {
  readonly demonstration: Demonstration;
  /** Validated. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly out: string;
  readonly progress: ProgressMode;
  readonly signal: AbortSignal;
}

export interface Summary {
  readonly mean: number;
  /** Standard deviation over the seeds; null for a single value. */
  readonly sd: number | null;
}

export const summarise = ({ values }: Figure): Summary => ({
  mean: mean([...values]),
  sd: values.length > 1 ? sampleStandardDeviation([...values]) : null,
});

/**
 * Runs a demonstration and writes its directory: `config.json`, tables, pictures and, last, `run.json` with the claim,
 * every figure seed by seed, and what was expected to show. Returns null when it was interrupted, with nothing left behind
 * but `config.json`.
 */
export async function perform(o: PerformOptions): Promise<Findings | null> {
  const { demonstration: demo, parameters } = o;
  const directory = new RunDirectory(o.out, { demonstration: demo.name, ...parameters }, true);
  const progress = createProgress({ label: demo.name, total: demo.steps(parameters), unit: 'steps', mode: o.progress });
  let begun = 0;
  const stage: Stage = {
    signal: o.signal,
    step: async (text) => {
      progress.update(begun++, text);
      await setImmediate();
      if (o.signal.aborted) throw new Interrupted();
    },
  };
  try {
    const findings = await demo.run(parameters, stage);
    if (o.signal.aborted) return null;
    progress.update(begun, '');
    write(directory, demo, parameters, findings);
    return findings;
  } catch (error) {
    if (error instanceof Interrupted) return null;
    throw error;
  } finally {
    progress.stop();
    directory.close();
  }
}

function write(
  directory: RunDirectory,
  { name, title, claim, source }: Demonstration,
  parameters: Readonly<Record<string, unknown>>,
  { figures, expectations, tables, pictures }: Findings,
): void {
  const facts = { demonstration: name, configSha256: directory.configSha256, version: VERSION };
  const written = Object.entries(tables).map(([table, columns]) => [
    table,
    writeTables(directory.path, table, { columns }, facts),
  ]);
  for (const [picture, svg] of Object.entries(pictures)) writePicture(directory.file(picture), svg);
  directory.finish({
    demonstration: name,
    title,
    claim,
    source,
    seed: parameters.seed,
    figures: Object.fromEntries(
      Object.entries(figures).map(([figure, found]) => [
        figure,
        { ...summarise(found), ...(found.isDifference && estimateMean(found.values)), ...found },
      ]),
    ),
    expectations: Object.entries(expectations).map(([text, shown]) => ({ text, shown })),
    warnings: Object.entries(expectations).flatMap(([text, shown]) => (shown ? [] : [`Not shown: ${text}.`])),
    tables: Object.fromEntries(written),
    pictures: Object.keys(pictures).flatMap(pictureFiles),
  });
}
