import { withUsageErrors } from '../../core/declare/errors.ts';
import { object, text } from '../../core/declare/params.ts';
import { formatCount } from '../../core/declare/show.ts';
import { resolveDataSet } from '../data/dataSet.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { planSweep } from '../sweep/planSweep.ts';
import { writeSweepTables } from '../sweep/resultTables.ts';
import { runSweep } from '../sweep/run.ts';
import { findStudyFile, listStudies, readResearchQuestion, UnknownStudyError } from '../sweep/studies/shipped.ts';
import { defineCommand } from './command.ts';
import { dataDirectoryOption, defineListOption } from './options.ts';
import { pictureOptions } from './pictureOptions.ts';
import { drawSweep } from './sweepResults.ts';
import { describePlanSize, printSweepOutcome, workerOptions } from './sweepRun.ts';
import { printNextStep } from './terminal.ts';
import { printCollectedWarnings } from './warnings.ts';

export const listCommand = defineCommand({
  handler: () => {
    console.log(
      formatColumns([['name', 'question'], ...listStudies().map((name) => [name, readResearchQuestion(name)])]),
    );
    console.log();
    printNextStep('study', 'run', 'NAME', '--out', 'DIR');
  },
});

/** Runs `sweep plan`, `sweep run`, `sweep collect` and `sweep plot` for a study; a repeated call resumes an interrupted study. */
export const runCommand = defineCommand({
  positionals: object({ study: text({ help: 'built-in study (memspike study list), or your own sweep file' }) }),
  options: object({
    out: text({ help: 'directory for plan, runs, tables and pictures' }),
    set: defineListOption('setting of the sweep file: replicates=5, base.neurons=400, parameters.x.grid=[0, 1]'),
    data: dataDirectoryOption,
    ...workerOptions,
    ...pictureOptions,
  }),
  handler: async ({ study, out, set, data, ...options }, { signal }) => {
    const changes = [...set, ...(data === undefined ? [] : [`data=${JSON.stringify(resolveDataSet(data))}`])];
    const file = withUsageErrors(() => findStudyFile(study), UnknownStudyError);
    const { facts } = await planSweep(file, out, changes);
    const { json } = options;
    if (!json) console.log(`${describePlanSize(facts)} in ${out}.`);
    const outcome = await printCollectedWarnings(options, (onWarnings) =>
      runSweep({ ...options, directory: out, signal, onWarnings }),
    );
    if (signal.aborted)
      return console.error(
        `Stopped with ${formatCount(outcome.doneCount, 'run')} done, kept in ${out}. The same command resumes the study.`,
      );
    if (!json || outcome.failed.length > 0) printSweepOutcome(outcome, out, false, false);
    writeSweepTables(out);
    drawSweep(out, { json });
    if (!json) printNextStep('report', out);
  },
});
