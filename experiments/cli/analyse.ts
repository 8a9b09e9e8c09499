import { choice, flag, object, optional, text } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import { analyse } from '../look/analyse/analyse.ts';
import { analysisParameters } from '../look/analyse/options.ts';
import { formatAnalysis } from '../look/analyse/write.ts';
import { PHASES } from '../look/imageLog.ts';
import { ResultDirectory } from '../output/results.ts';
import { defineCommand, UsageError } from './command.ts';
import { optionalTextListOption, optionalTextOption, timeWindow } from './options.ts';
import { pictureOptions, usePictures } from './pictureOptions.ts';
import { printNextStepOf } from './terminal.ts';

function parseNeurons(words: string): number[] {
  const neurons = words.split(',').map((word) => (word.trim() === '' ? Number.NaN : Number(word)));
  if (neurons.some((n) => !Number.isInteger(n) || n < 0) || new Set(neurons).size < Math.max(2, neurons.length))
    throw new UsageError(
      `analyse: --neurons is ${show(words)}, but must be two or more different neurons, such as 0,3,7.`,
    );
  return neurons;
}

export default defineCommand({
  positionals: object({ path: text({ help: 'run directory, or a spike log (.arrows)' }) }),
  options: object({
    population: optionalTextListOption('population to analyse (repeatable); default: all populations with spikes'),
    ...timeWindow('run'),
    ...analysisParameters,
    trigger: optionalTextOption('trigger of the PSTH: images, every=PERIOD, or times in ms separated by commas'),
    phase: optional(choice(PHASES, { help: 'image phase used with --trigger images; default: all phases' })),
    neurons: optionalTextOption('neurons to compare pairwise, separated by commas; default: the first ten with spikes'),
    ...pictureOptions,
    json: flag({ help: 'print results as JSON instead of a table' }),
    out: optionalTextOption('directory for analysis.json, Arrow tables and pictures'),
  }),
  examples: [
    'analyse runs/first',
    'analyse runs/first --population output --from 200 --out runs/first-analysis',
    'analyse runs/digits --trigger images --phase test --after 350',
  ],
  handler: async ({ path, population, neurons, json, out, width, format, font, panel, ...options }) => {
    usePictures({ width, format, font, panel });
    const directory =
      out === undefined ? undefined : new ResultDirectory(out, { command: 'analyse', mark: 'analysis.json' });
    const analysis = analyse(path, {
      ...options,
      populations: population,
      neurons: neurons === undefined ? undefined : parseNeurons(neurons),
    });
    const { writeAnalysis } = await import('../look/analyse/write.ts');
    if (directory) writeAnalysis(analysis, directory);
    console.log(json ? JSON.stringify(analysis, null, 2) : formatAnalysis(analysis));
    analysis.requireWhole();
    if (!json) printNextStepOf(path);
  },
});
