import { extname, join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { flag, object, optional, text } from '../../core/declare/params.ts';
import { writePicture } from '../look/plots/write.ts';
import { ownDirectory } from '../output/directory.ts';
import { bestPoints } from '../sweep/best.ts';
import { gather } from '../sweep/collect.ts';
import { metricIndex } from '../sweep/metricIndex.ts';
import { humanName, lessIsBetter } from '../sweep/names.ts';
import { sweepPictures } from '../sweep/pictures.ts';
import { columns } from './columns.ts';
import { command } from './command.ts';
import { tellNext } from './next.ts';
import { optionalText } from './options.ts';
import { pictureOptions, usePictures } from './pictureOptions.ts';

/** Writes the pictures of a sweep into its directory and prints its best points. UserError if no run is done or metrics are missing. */
export function drawAndTell(directory: string, best?: string, asked?: boolean): void {
  const collected = gather(directory);
  if (collected.results.length === 0)
    throw new UserError(`${directory} has no run that is done; there is nothing to draw.`);
  const metric = metricIndex(collected.plan, best);
  const { name } = collected.plan.facts.metrics[metric]!;
  const lowest = asked ?? lessIsBetter(name);
  const plots = ownDirectory(join(directory, 'plots'));
  for (const { name: file, svg } of sweepPictures(collected)) {
    const written = writePicture(join(plots, file), svg).map((path, i) => (i === 0 ? path : extname(path)));
    console.log(`Wrote ${written.join(' and ')}`);
  }
  console.log(`\nThe points with the ${lowest ? 'lowest' : 'highest'} ${humanName(name)}:\n`);
  console.log(columns(bestPoints(collected, metric, lowest)));
  if (collected.lacking.length > 0) throw new UserError(`${directory}: ${collected.lacking.join('; ')}.`);
}

export default command({
  positionals: object({ directory: text({ help: 'directory of the plan' }) }),
  options: object({
    best: optionalText('metric by which the best points are told; default: the first'),
    lowest: optional(
      flag({
        help: 'the best points are those with the lowest values; default: for energies, times, memory, errors and wear',
      }),
    ),
    ...pictureOptions,
  }),
  examples: ['sweep plot runs/sweep', 'sweep plot runs/sweep --best energy.write --lowest'],
  handler: ({ directory, best, lowest, ...pictures }) => {
    usePictures(pictures);
    drawAndTell(directory, best, lowest);
    tellNext('on one page', 'report', directory);
  },
});
