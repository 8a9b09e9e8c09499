import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { object, text } from '../../core/declare/params.ts';
import { analyseWeights, weightAnalysisParameters } from '../look/weights/weights.ts';
import { formatWeightsAnalysis, summariseWeights, writeWeightsAnalysis } from '../look/weights/write.ts';
import { isMemspikeDirectory, overwriteOption } from '../output/file.ts';
import { ResultDirectory } from '../output/results.ts';
import { defineCommand } from './command.ts';
import { defineCountOption, defineTextOption, jsonOption, parseNumberList, timeWindowOptions } from './options.ts';
import { pictureOptions } from './pictureOptions.ts';
import { printJson, printNextStepForPath } from './terminal.ts';

function openResults(out: string | undefined, path: string, overwrite: boolean): ResultDirectory {
  const logDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : dirname(path);
  const isOwn = out !== undefined && resolve(out) !== resolve(logDirectory);
  const sharedDirectory = isOwn ? undefined : { replace: overwrite || isMemspikeDirectory(logDirectory) };
  const options = { command: 'weights', markFile: 'weights.json', sharedDirectory };
  return new ResultDirectory(isOwn ? out : logDirectory, options);
}

export default defineCommand({
  positionals: object({ path: text({ help: 'run directory, or a weight log (.arrows)' }) }),
  options: object({
    projection: defineTextOption('projection to draw; required if several were recorded'),
    times: defineTextOption('times to show, ms, separated by commas; default: an even selection of the recorded times'),
    ...timeWindowOptions('log'),
    rows: defineCountOption('number of rows of the presynaptic image; default: as in run.json'),
    columns: defineCountOption('number of columns of the presynaptic image; default: as in run.json'),
    neurons: defineTextOption('postsynaptic neurons of the film strip, separated by commas; default: the first six'),
    ...weightAnalysisParameters,
    ...pictureOptions,
    out: defineTextOption('directory for pictures, weights.json and tables; default: the directory of the log'),
    overwrite: overwriteOption,
    json: jsonOption,
  }),
  handler: ({ path, times, neurons, out, overwrite, json, width, format, font, panel, ...options }) => {
    const directory = openResults(out, path, overwrite);
    const study = analyseWeights(path, {
      ...options,
      times: parseNumberList('weights: --times', times, 'times (ms)', (t) => t >= 0 && Number.isFinite(t)),
      neurons: parseNumberList('weights: --neurons', neurons, 'neurons', (n) => Number.isInteger(n) && n >= 0),
    });
    const written = writeWeightsAnalysis(study, directory).join(', ');
    if (json) printJson(summariseWeights(study));
    else console.log(`${formatWeightsAnalysis(study)}\nWrote ${written} in ${directory.path}`);
    study.requireIntact();
    if (!json) printNextStepForPath(path);
  },
});
