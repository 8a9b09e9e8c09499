import { setImmediate } from 'node:timers/promises';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { listPictureFileNames, writePicture } from '../look/plots/write.ts';
import { writeTables } from '../output/results.ts';
import { createProgressOutput, type ProgressMode } from '../run/progress.ts';
import { RunDirectory } from '../run/runDirectory.ts';
import { estimateMean } from '../statistics/estimate.ts';
import { VERSION } from '../version.ts';
import { type DemonstrationContext, InterruptedError } from './demonstration.ts';
import { type FigureOfMerit, type Findings, judgeClaim } from './findings.ts';
import type { Demonstration } from './index.ts';

export const summariseFigureOfMerit = ({ values }: FigureOfMerit) => ({
  mean: mean([...values]),
  sd: values.length > 1 ? sampleStandardDeviation([...values]) : null,
});

/** Runs a demonstration; writes `config.json`, tables, pictures and finally `run.json`. Returns null if interrupted. */
export async function runDemonstration(o: {
  readonly name: string;
  readonly demonstration: Demonstration;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly out: string;
  readonly progressMode: ProgressMode;
  readonly signal: AbortSignal;
}): Promise<Findings | null> {
  const { name, demonstration, parameters } = o;
  const { title, claim, source, verdict } = demonstration;
  const directory = new RunDirectory(o.out, { demonstration: name, ...parameters }, true);
  const total = Number(parameters.seeds ?? 1);
  const uneven = { hasUnevenSpeed: true }; // a seed can take minutes
  const progress = createProgressOutput({ label: name, total, unit: 'seeds', mode: o.progressMode, ...uneven });
  let [done, heading] = [0, ''];
  const context: DemonstrationContext = {
    signal: o.signal,
    reportProgress: async (text, seedsDone) => {
      if (seedsDone !== undefined) [done, heading] = [seedsDone, `${text}: `];
      progress.update(done, seedsDone === undefined ? heading + text : text);
      await setImmediate();
      if (o.signal.aborted) throw new InterruptedError();
    },
  };
  try {
    const findings = await demonstration.run(parameters, context);
    if (o.signal.aborted) return null;
    progress.update(total, '');
    const results = writeFindings(directory, name, findings);
    const own = judgeClaim(findings.expectations, verdict === 'by construction');
    directory.finishRun({ demonstration: name, title, claim, source, verdict: own, seed: parameters.seed, ...results });
    return findings;
  } catch (error) {
    if (error instanceof InterruptedError) return null;
    throw error;
  } finally {
    progress.stop();
    directory.close();
  }
}

function writeFindings(directory: RunDirectory, demonstration: string, findings: Findings) {
  const facts = { demonstration, configSha256: directory.configSha256, version: VERSION };
  const figures = Object.entries(findings.figures).map(([name, figure]) => {
    const interval = figure.unit === 'points' && estimateMean(figure.values);
    return [name, { ...summariseFigureOfMerit(figure), ...interval, ...figure }];
  });
  const expectations = Object.entries(findings.expectations).map(([text, shown]) => ({ text, shown }));
  const tables = Object.entries(findings.tables).map(([name, table]) => {
    return [name, writeTables(directory.path, name, { columns: table.toTable() }, facts)];
  });
  for (const [name, svg] of Object.entries(findings.pictures)) writePicture(directory.getFilePath(name), svg);
  return {
    figures: Object.fromEntries(figures),
    expectations,
    warnings: expectations.flatMap(({ text, shown }) =>
      shown ? [] : [`${shown === null ? 'Not tested' : 'Not shown'}: ${text}.`],
    ),
    tables: Object.fromEntries(tables),
    pictures: Object.keys(findings.pictures).flatMap(listPictureFileNames),
  };
}
