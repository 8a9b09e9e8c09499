import { extname, join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { flag, object, optional, text } from '../../core/declare/params.ts';
import { writePicture } from '../look/plots/write.ts';
import { makeSubdirectory } from '../output/directory.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { tabulateBestPoints } from '../sweep/best.ts';
import { readSweepResults, requireMetrics } from '../sweep/collect.ts';
import { displayName, isLowerBetter } from '../sweep/names.ts';
import { sweepPictures } from '../sweep/pictures.ts';
import { findMetric } from '../sweep/results.ts';
import { command } from './command.ts';
import { tellNext } from './next.ts';
import { optionalText, texts } from './options.ts';
import { pictureOptions, usePictures } from './pictureOptions.ts';

export const metric = texts(
  'path of a number in run.json, in place of the metrics of the sweep: energy.write (repeatable)',
);

/** Writes the pictures of a sweep into its directory and prints its best points. UserError if no run is done or metrics are missing. */
export function drawAndTell(directory: string, metrics: readonly string[] = [], best?: string, asked?: boolean): void {
  const collected = readSweepResults(directory, metrics);
  if (collected.results.length === 0)
    throw new UserError(`${directory} has no run that is done; there is nothing to draw.`);
  const measured = collected.plan.facts.metrics.findIndex((_, m) =>
    collected.summary.some(({ metrics: own }) => Number.isFinite(own[m]!.mean)),
  );
  const metric = best === undefined ? measured : findMetric(collected.plan, best);
  const plots = makeSubdirectory(join(directory, 'plots'));
  for (const { name: file, svg } of sweepPictures(collected)) {
    const written = writePicture(join(plots, file), svg).map((path, i) => (i === 0 ? path : extname(path)));
    console.log(`Wrote ${written.join(' and ')}`);
  }
  if (metric >= 0) {
    const { name } = collected.plan.facts.metrics[metric]!;
    const lowest = asked ?? isLowerBetter(name);
    console.log(`\nThe points with the ${lowest ? 'lowest' : 'highest'} ${displayName(name)}:\n`);
    console.log(formatColumns(tabulateBestPoints(collected, metric, lowest)));
  }
  requireMetrics(collected);
}

export default command({
  positionals: object({ directory: text({ help: 'directory of the plan' }) }),
  options: object({
    metric,
    best: optionalText('metric by which the best points are told; default: the first'),
    lowest: optional(
      flag({
        help: 'the best points are those with the lowest values; default: for energies, times, memory, errors and wear',
      }),
    ),
    ...pictureOptions,
  }),
  examples: ['sweep plot runs/sweep', 'sweep plot runs/sweep --best energy.write --lowest'],
  handler: ({ directory, metric, best, lowest, ...pictures }) => {
    usePictures(pictures);
    drawAndTell(directory, metric, best, lowest);
    tellNext('on one page', 'report', directory);
  },
});
