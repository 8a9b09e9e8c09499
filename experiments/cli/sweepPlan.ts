import { join } from 'node:path';
import * as z from 'zod/mini';
import { described, object, text } from '../../core/declare/params.ts';
import { formatCount } from '../../core/declare/show.ts';
import { readJson } from '../logs/runJson.ts';
import { getSweepPaths } from '../sweep/directory.ts';
import { planSweep } from '../sweep/planSweep.ts';
import { readSweepResults, requireMetrics } from '../sweep/results.ts';
import { runSweep } from '../sweep/run.ts';
import { defineCommand } from './command.ts';
import { jsonOption, progressOptions } from './options.ts';
import { printJson, printNextStep } from './terminal.ts';
import { collectWarnings, printWarnings } from './warnings.ts';

function formatDuration(seconds: number): string {
  if (seconds < 1) return `${Math.ceil(1000 * seconds)} ms`;
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60).toLocaleString('en-US')} h ${minutes % 60} min`;
}

const costSchema = z.object({ wallSeconds: z.number(), peakRssBytes: z.number() });

export default defineCommand({
  positionals: object({ file: text({ help: 'sweep file (YAML, JSON, or a module with a default export)' }) }),
  options: object({
    out: text({ help: 'directory for the plan and the results' }),
    timed: described(z._default(z.boolean(), true), {
      description: 'compute the first run now, to estimate time and memory of the sweep; its result is kept',
    }),
    ...progressOptions,
    json: jsonOption,
  }),
  examples: ['sweep plan sweep.yaml --out runs/sweep', 'sweep plan study.ts --out runs/study --no-timed'],
  handler: async ({ file, out, timed, progress, quiet, json }, { signal }) => {
    const { facts } = await planSweep(file, out);
    const { points, replicates, runs } = facts;
    const print = json ? () => {} : console.log;
    print(
      `${formatCount(points, 'point')} x ${formatCount(replicates, 'replicate')} = ${formatCount(runs, 'run')}, planned in ${out}.`,
    );
    if (timed) {
      const only = ({ index }: { readonly index: number }) => index === 0;
      const { doneCount: done, failed } = await collectWarnings({ progress, quiet }, (onWarnings) =>
        runSweep({ directory: out, workers: 1, only, progress, signal, onWarnings }),
      );
      if (done > 0) {
        const { wallSeconds, peakRssBytes } = readJson(getSweepPaths(out).run(0), 'run.json', costSchema);
        print(
          `The first run took ${formatDuration(wallSeconds)} and ${Math.ceil(peakRssBytes / 2 ** 20)} MB; all are estimated to take ${formatDuration(wallSeconds * runs)} on one core.`,
        );
      } else if (failed.length > 0) {
        print(`The first run failed: ${failed[0]!.reason} (${join(out, 'points')} holds its log).`);
      }
    }
    if (signal.aborted) return;
    const collected = readSweepResults(out);
    requireMetrics(collected);
    if (!timed && collected.results.length === 0)
      printWarnings(
        [
          'The metrics are not checked, because --no-timed computes no run. `sweep collect` and `sweep plot` take other metrics with --metric.',
        ],
        { progress, quiet },
      );
    if (json) printJson({ directory: out, points, replicates, runs });
    else printNextStep('sweep', 'run', out);
  },
});
