import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { flag, integer, number, object, optional, text } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import { weightsParameters } from '../look/weights/options.ts';
import { formatWeightsAnalysis } from '../look/weights/text.ts';
import { analyseWeights } from '../look/weights/weights.ts';
import { isMemspikeDirectory, overwriteOption } from '../output/file.ts';
import { ResultDirectory } from '../output/results.ts';
import { command, UsageError } from './command.ts';
import { optionalText } from './options.ts';
import { pictureOptions, usePictures } from './pictureOptions.ts';
import { printNextStepOf } from './terminal.ts';

/** Numbers separated by commas. */
function numbers(option: string, words: string | undefined, kind: string, allowed: (x: number) => boolean) {
  if (words === undefined) return undefined;
  const found = words.split(',').map((word) => (word.trim() === '' ? Number.NaN : Number(word)));
  if (!found.every(allowed))
    throw new UsageError(`weights: --${option} is ${show(words)}, but must be ${kind} separated by commas.`);
  return found;
}

/** Where the log is, beside what else is there; or a directory of its own. */
function resultsIn(out: string | undefined, path: string, overwrite: boolean): ResultDirectory {
  const beside = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : dirname(path);
  const own = { command: 'weights', mark: 'weights.json' };
  return out === undefined || resolve(out) === resolve(beside)
    ? new ResultDirectory(beside, { ...own, shared: { replace: overwrite || isMemspikeDirectory(beside) } })
    : new ResultDirectory(out, own);
}

export default command({
  positionals: object({ path: text({ help: 'run directory, or a log of weights (.arrows)' }) }),
  options: object({
    projection: optionalText('which projection; needed where several were recorded'),
    times: optionalText('moments to show, in ms, separated by commas; default: evenly chosen of those recorded'),
    from: optional(number({ min: 0, unit: 'ms', help: 'only what was recorded from here on' })),
    to: optional(number({ min: 0, unit: 'ms', help: 'only what was recorded up to here' })),
    rows: optional(
      integer({
        min: 1,
        help: 'rows of the image that the presynaptic neurons form; default: as the run says',
      }),
    ),
    columns: optional(integer({ min: 1, help: 'columns of that image' })),
    neurons: optionalText('postsynaptic neurons of the film strip, separated by commas; default: the first six'),
    ...weightsParameters,
    ...pictureOptions,
    out: optionalText('directory for pictures, weights.json and tables; default: where the log is'),
    overwrite: overwriteOption,
    json: flag({ help: 'print JSON instead of a table' }),
  }),
  examples: [
    'weights runs/mnist-400-seed1',
    "weights runs/first --projection 'noise->output' --times 0,500,1000 --out pictures",
    'weights run/weights.arrows --rows 28',
  ],
  handler: async ({ path, times, neurons, out, overwrite, json, width, format, font, panel, ...options }) => {
    usePictures({ width, format, font, panel });
    const directory = resultsIn(out, path, overwrite);
    const study = analyseWeights(path, {
      ...options,
      times: numbers('times', times, 'times (ms)', (t) => t >= 0 && Number.isFinite(t)),
      neurons: numbers('neurons', neurons, 'neurons', (n) => Number.isInteger(n) && n >= 0),
    });
    const { summariseWeights, writeWeightsAnalysis } = await import('../look/weights/write.ts');
    const written = writeWeightsAnalysis(study, directory).join(', ');
    if (json) console.log(JSON.stringify(summariseWeights(study), null, 2));
    else console.log(`${formatWeightsAnalysis(study)}\nWrote ${written} in ${directory.path}`);
    study.requireWhole();
    if (!json) printNextStepOf(path);
  },
});
