import { object, text } from '../../core/declare/params.ts';
import { analyseSpikes } from '../look/analyse/analyseSpikes.ts';
import { spikeAnalysisParameters } from '../look/analyse/options.ts';
import { formatAnalysis, writeAnalysis } from '../look/analyse/write.ts';
import { MNIST_PHASES } from '../look/imageLog.ts';
import { ResultDirectory } from '../output/results.ts';
import { defineCommand } from './command.ts';
import {
  defineChoiceOption,
  defineOptionalListOption,
  defineTextOption,
  jsonOption,
  parseNumberList,
  timeWindowOptions,
} from './options.ts';
import { pictureOptions } from './pictureOptions.ts';
import { printNextStepForPath } from './terminal.ts';

export default defineCommand({
  positionals: object({ path: text({ help: 'run directory, or a spike log (.arrows)' }) }),
  options: object({
    population: defineOptionalListOption('population to analyse; default: all populations with spikes'),
    ...timeWindowOptions('run'),
    ...spikeAnalysisParameters,
    trigger: defineTextOption('trigger of the PSTH: images, every=PERIOD, or times in ms separated by commas'),
    phase: defineChoiceOption(
      MNIST_PHASES,
      'phase (train, label or test) whose images trigger the PSTH with --trigger images; default: all phases',
    ),
    neurons: defineTextOption('neurons to compare pairwise, separated by commas; default: the first ten with spikes'),
    ...pictureOptions,
    json: jsonOption,
    out: defineTextOption('directory for analysis.json, Arrow tables and pictures'),
  }),
  handler: ({ path, population, neurons, json, out, width, format, font, panel, ...options }) => {
    const directory =
      out === undefined ? undefined : new ResultDirectory(out, { command: 'analyse', markFile: 'analysis.json' });
    const analysis = analyseSpikes(path, {
      ...options,
      populations: population,
      neurons: parseNumberList(
        'analyse: --neurons',
        neurons,
        'two or more different neurons',
        (n, i, all) => Number.isInteger(n) && n >= 0 && all.indexOf(n) === i && all.length > 1,
      ),
    });
    if (directory) writeAnalysis(analysis, directory);
    console.log(json ? JSON.stringify(analysis, null, 2) : formatAnalysis(analysis));
    analysis.requireIntact();
    if (!json) printNextStepForPath(path);
  },
});
