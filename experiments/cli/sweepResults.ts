import { extname, join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { flag, object, optional } from '../../core/declare/params.ts';
import { formatCount } from '../../core/declare/show.ts';
import { writePicture } from '../look/plots/write.ts';
import { makeSubdirectory } from '../output/directory.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { readPlan, readRunStates } from '../sweep/directory.ts';
import { drawSweepPictures } from '../sweep/pictures.ts';
import { isLowerBetter, toDisplayName } from '../sweep/quantities.ts';
import {
  findMetricIndex,
  hashResults,
  readRunResults,
  readSweepResults,
  requireMetrics,
  type SweepResults,
} from '../sweep/results.ts';
import { tabulateBestPoints, writeSweepTables } from '../sweep/resultTables.ts';
import { defineCommand } from './command.ts';
import { defineListOption, defineTextOption, jsonOption } from './options.ts';
import { pictureOptions } from './pictureOptions.ts';
import { sweepPositionals } from './sweepRun.ts';
import { printJson, printNextStep } from './terminal.ts';

const metric = defineListOption('path of a number in run.json, such as energy.write; default: metrics of the sweep');

export const collectCommand = defineCommand({
  positionals: sweepPositionals,
  options: object({ metric, json: jsonOption }),
  handler: ({ directory, metric, json }) => {
    const collected = writeSweepTables(directory, metric);
    if (json) {
      printJson(summariseSweep(collected));
      return requireMetrics(collected);
    }
    const { plan, results, summary } = collected;
    const { runs } = plan.facts;
    const rest = results.length < runs ? ` (${runs - results.length} of ${runs} are not done)` : '';
    console.log(
      `${formatCount(results.length, 'run')}${rest} in results.arrow and results.csv, ${formatCount(summary.length, 'point')} in summary.arrow and summary.csv, in ${directory}.`,
    );
    requireMetrics(collected);
    printNextStep('sweep', 'plot', directory);
  },
});

interface RankingOptions {
  readonly metrics?: readonly string[];
  readonly rankingMetric?: string | undefined;
  /** True if lower values of the metric are better; default: determined from its name. */
  readonly isLowestBest?: boolean | undefined;
  readonly json?: boolean;
}

const summariseSweep = ({ plan, summary, resultsSha256 }: SweepResults) => ({
  resultsSha256,
  points: summary.map(({ metrics, ...point }) => ({
    ...point,
    metrics: Object.fromEntries(metrics.map((metric, m) => [plan.facts.metrics[m]!.name, metric])),
  })),
});

/** Draws a sweep's pictures; prints its best points. @throws UserError if no run is finished or metrics are missing */
export function drawSweep(
  directory: string,
  { metrics = [], rankingMetric: best, isLowestBest: lowest, json = false }: RankingOptions = {},
): void {
  const collected = readSweepResults(directory, metrics);
  if (collected.results.length === 0)
    throw new UserError(`${directory} has no finished run, so there is nothing to draw.`);
  const measured = collected.plan.facts.metrics.findIndex((_, m) =>
    collected.summary.some(({ metrics: own }) => Number.isFinite(own[m]!.mean)),
  );
  const ranking = best === undefined ? measured : findMetricIndex(collected.plan, best);
  const plots = makeSubdirectory(join(directory, 'plots'));
  for (const { fileStem, svg } of drawSweepPictures(collected)) {
    const written = writePicture(join(plots, fileStem), svg).map((path, i) => (i === 0 ? path : extname(path)));
    if (!json) console.log(`Wrote ${written.join(' and ')}`);
  }
  if (json) printJson(summariseSweep(collected));
  else if (ranking >= 0) {
    const { name } = collected.plan.facts.metrics[ranking]!;
    const ascending = lowest ?? isLowerBetter(name);
    console.log(`\nThe points with the ${ascending ? 'lowest' : 'highest'} ${toDisplayName(name)}:\n`);
    console.log(formatColumns(tabulateBestPoints(collected, ranking, ascending)));
  }
  requireMetrics(collected);
}

export const plotCommand = defineCommand({
  positionals: sweepPositionals,
  options: object({
    metric,
    best: defineTextOption('metric that ranks the points; default: the first metric'),
    lowest: optional(
      flag({
        help: 'rank points from the lowest value of the metric to the highest; default for energies, times, memory, errors, wear',
      }),
    ),
    json: jsonOption,
    ...pictureOptions,
  }),
  handler: ({ directory, metric, best, lowest, json }) => {
    drawSweep(directory, { metrics: metric, rankingMetric: best, isLowestBest: lowest, json });
    if (!json) printNextStep('report', directory);
  },
});

const STATES = ['done', 'running', 'failed', 'missing'] as const;
const MAX_LISTED_RUNS = 20;

export const statusCommand = defineCommand({
  positionals: sweepPositionals,
  options: object({ json: jsonOption }),
  handler: ({ directory, json }) => {
    const plan = readPlan(directory);
    const states = readRunStates(plan).map((state, index) => ({ index, ...state }));
    const counts = Object.fromEntries(STATES.map((s) => [s, states.filter(({ state }) => state === s).length]));
    if (json) {
      const notDone = states.filter(({ state }) => state !== 'done');
      const resultsSha256 = hashResults(plan, readRunResults(plan));
      return printJson({ ...counts, runs: states.length, resultsSha256, notDone });
    }
    console.log(formatColumns(STATES.map((state) => [state, String(counts[state])])));
    for (const state of ['running', 'failed', 'missing'] as const) {
      const listed = states.filter((s) => s.state === state && s.reason !== 'not started');
      if (listed.length === 0) continue;
      console.log(`\n${state}:`);
      const rows = listed.slice(0, MAX_LISTED_RUNS);
      console.log(formatColumns(rows.map((s) => [`  ${s.index}`, 'reason' in s ? s.reason : ''])));
      if (listed.length > MAX_LISTED_RUNS)
        console.log(`  and ${listed.length - MAX_LISTED_RUNS} more (--json lists all)`);
    }
    console.log();
    printNextStep('sweep', counts.failed! > 0 ? 'retry' : counts.missing! > 0 ? 'run' : 'plot', directory);
  },
});
