import { availableParallelism } from 'node:os';
import { toUsageError, UserError } from '../../core/declare/errors.ts';
import { choice, flag, integer, object, optional, text } from '../../core/declare/params.ts';
import { plural } from '../../core/declare/show.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { quoteForShell } from '../output/quoteForShell.ts';
import { describeDifference } from '../statistics/estimate.ts';
import { RULES_WITH_RECIPE } from '../training/unsupervised/recipes.ts';
import { parseDuration } from '../tune/budget.ts';
import type { TuningResult } from '../tune/report.ts';
import { tuneDevice } from '../tune/tune.ts';
import { defineCommand } from './command.ts';
import { resolveDevice } from './device.ts';
import { data, models, progress, quiet, registerModels } from './options.ts';
import { formatCommand } from './terminal.ts';
import { WarningCollector } from './warnings.ts';

/** Round to four significant digits. */
const formatNumber = (value: number): string => String(Number(value.toPrecision(4)));

/** Describes accuracy and gain of the tuned recipe in a sentence. */
function describeGain({ gain, accuracy }: TuningResult): string {
  const meanText = (values: readonly number[]) => `${(values.reduce((a, b) => a + b, 0) / values.length).toFixed(1)} %`;
  const difference = describeDifference(gain, 'points', 'not significantly different');
  return `${meanText(accuracy.best)} on the validation split in place of ${meanText(accuracy.common)}, ${plural(accuracy.best.length, 'seed')} that the search has not seen: ${difference}`;
}

/** Prints the tuned parameters, the gain and the command of the test. */
function printTuning(tuning: TuningResult, out: string, data: string | undefined): void {
  const rows = tuning.changed.map(({ path, common, best }) => [path, formatNumber(common), formatNumber(best)]);
  console.log(formatColumns([['', 'common', 'tuned'], ...rows]));
  console.log(`\nTuned: ${describeGain(tuning)}.`);
  const { device, neurons, epochs, train } = tuning;
  const sizes = ['--neurons', neurons, '--epochs', epochs, '--train', train].map(String);
  const dataOption = data === undefined ? [] : ['--data', data];
  console.log(`In ${out}: recipe.yaml, trials.csv, trials.arrows, tune.json, tune.svg, tune.png. Test it with:`);
  const recipe = ['--device', device, '--recipe', `${out}/recipe.yaml`];
  console.log(`  ${formatCommand('mnist', ...recipe, ...sizes, ...dataOption)}`);
}

export default defineCommand({
  positionals: object({ name: text({ help: 'preset (memspike device list), device file or device model' }) }),
  options: object({
    out: text({
      help: 'directory for recipe.yaml, the trials (trials.csv, .arrows), tune.json and the picture (.svg, .png)',
    }),
    neurons: integer({ default: 100, min: 1, max: 65535, help: 'number of output neurons' }),
    images: integer({ default: 15000, min: 8, help: 'number of presentations per training; may exceed an epoch' }),
    budget: text({
      default: '5m',
      help: 'approximate duration of the search, such as 90s, 5m or 2h, which determines the number of candidates',
    }),
    trials: optional(
      integer({
        min: 1,
        max: 1000,
        help: 'number of candidates in place of --budget; the recipe then does not depend on the machine',
      }),
    ),
    rule: choice(RULES_WITH_RECIPE, { default: 'postTriggered', help: 'plasticity rule' }),
    seed: integer({ default: 1, help: 'seed of candidates and trials' }),
    models,
    data,
    workers: optional(
      integer({ min: 1, max: 256, help: 'number of concurrent runs (no effect on results); default: one per core' }),
    ),
    progress,
    quiet,
    json: flag({ help: 'print tune.json instead of text' }),
  }),
  examples: [
    'device tune pt-hbn-ag --out tuned/pt-hbn-ag',
    'device tune mine.yaml --neurons 400 --images 60000 --budget 1h --out tuned/mine',
  ],
  handler: async (args, { signal }) => {
    registerModels(args.models);
    const { name, out, json, workers = availableParallelism(), ...others } = args;
    const budget = toUsageError(() => parseDuration(args.budget, 'device tune: --budget'), UserError);
    const warnings = new WarningCollector();
    const tuning = await tuneDevice({
      ...others,
      onWarnings: warnings.add,
      device: resolveDevice(name),
      budget,
      out,
      workers: Math.min(workers, 4 * availableParallelism()),
      signal,
      say: json ? () => {} : (sentence) => console.log(sentence),
    });
    warnings.print(args);
    if (tuning === null) {
      console.error(
        `Stopped; results so far are in ${out}. The same command resumes: memspike device tune ${quoteForShell(name)} … --out ${quoteForShell(out)}`,
      );
    } else if (json) console.log(JSON.stringify(tuning, null, 2));
    else printTuning(tuning, out, args.data);
  },
});
