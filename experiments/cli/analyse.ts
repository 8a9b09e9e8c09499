import { z } from 'zod';
import { flag, integer, number, object, text } from '../../core/params.ts';
import { show } from '../../core/show.ts';
import { analyse } from '../analyse/analyse.ts';
import { analysisText } from '../analyse/text.ts';
import { command, UsageError } from './command.ts';

const ms = (help: string, initial: number) =>
  number({ default: initial, min: 0, exclusiveMin: true, unit: 'ms', help });

function neuronList(words: string): number[] {
  const neurons = words.split(',').map((word) => (word.trim() === '' ? Number.NaN : Number(word)));
  if (neurons.some((n) => !Number.isInteger(n) || n < 0) || new Set(neurons).size < Math.max(2, neurons.length))
    throw new UsageError(
      `analyse: --neurons is ${show(words)}, but must be two or more different neurons, such as 0,3,7.`,
    );
  return neurons;
}

export default command({
  positionals: object({ path: text({ help: 'run directory, or a log of spikes (.arrows)' }) }),
  options: object({
    population: z
      .array(z.string())
      .meta({ description: 'only this population; default: all that have spikes' })
      .optional(),
    from: number({ min: 0, unit: 'ms', help: 'start of the window; default: of the run' }).optional(),
    to: number({ min: 0, unit: 'ms', help: 'end of the window; default: of the run' }).optional(),
    bin: ms('width of bins for counts, correlations, spectrum and PSTH', 5),
    maxLag: ms('longest lag of correlograms', 100),
    fanoWindow: ms('windows whose spike counts the Fano factor compares', 100),
    burstInterval: ms('longest interval within a burst', 10),
    burstSpikes: integer({ default: 3, min: 2, help: 'fewest spikes of a burst' }),
    segment: integer({
      default: 256,
      min: 4,
      max: 2 ** 20,
      help: 'bins a segment of the power spectrum, a power of two',
    }).refine((n) => Number.isInteger(Math.log2(n)), 'a power of two'),
    trigger: text({
      help: 'what the PSTH follows: images, every=PERIOD, or times in ms separated by commas',
    }).optional(),
    after: ms('how long after a trigger the PSTH goes', 100),
    neurons: text({
      help: 'neurons to compare pairwise, separated by commas; default: the first ten that fire',
    }).optional(),
    tau: ms('time constant of the van Rossum distance', 20),
    cost: number({ default: 0.1, min: 0, unit: '1/ms', help: 'cost of moving a spike in the Victor-Purpura distance' }),
    json: flag({ help: 'print JSON instead of a table' }),
    out: text({ help: 'directory for analysis.json, Arrow tables and pictures' }).optional(),
  }),
  examples: [
    'analyse runs/first',
    'analyse runs/first --population output --from 200 --out runs/first-analysis',
    'analyse runs/digits --trigger images --after 350',
  ],
  handler: async ({ path, population, neurons, json, out, ...options }) => {
    const analysis = analyse(path, {
      ...options,
      populations: population,
      neurons: neurons === undefined ? undefined : neuronList(neurons),
    });
    const { analysisJson, writeAnalysis } = await import('../analyse/write.ts');
    if (out !== undefined) writeAnalysis(analysis, out);
    console.log(json ? analysisJson(analysis) : analysisText(analysis));
    analysis.requireWhole();
  },
});
