import { availableParallelism } from 'node:os';
import { toUsageError, UserError } from '../../core/declare/errors.ts';
import { choice, flag, integer, object, optional, text } from '../../core/declare/params.ts';
import { plural } from '../../core/declare/show.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { quoteForShell } from '../output/quoteForShell.ts';
import { describeDifference } from '../statistics/estimate.ts';
import { RULES_WITH_RECIPE } from '../training/unsupervised/recipes.ts';
import { secondsOf } from '../tune/budget.ts';
import type { Tuning } from '../tune/report.ts';
import { tuneDevice } from '../tune/tune.ts';
import { command } from './command.ts';
import { deviceNamed } from './device.ts';
import { data, models, progress, quiet, registerModels } from './options.ts';
import { WarningCollector } from './warnings.ts';

/** Four significant digits. */
const figure = (value: number): string => String(Number(value.toPrecision(4)));

/** What was gained, in a sentence. */
function gainText({ gain, accuracy }: Tuning): string {
  const of = (values: readonly number[]) => `${(values.reduce((a, b) => a + b, 0) / values.length).toFixed(1)} %`;
  const by = describeDifference(gain, 'points', 'not significantly different');
  return `${of(accuracy.best)} on the validation split in place of ${of(accuracy.common)}, ${plural(accuracy.best.length, 'seed')} that the search has not seen: ${by}`;
}

function tell(tuning: Tuning, out: string, data: string | undefined): void {
  const rows = tuning.changed.map(({ path, common, best }) => [path, figure(common), figure(best)]);
  console.log(formatColumns([['', 'common', 'tuned'], ...rows]));
  console.log(`\nTuned: ${gainText(tuning)}.`);
  const { device, neurons, epochs, train } = tuning;
  const words = [
    '--device',
    quoteForShell(device),
    '--recipe',
    quoteForShell(`${out}/recipe.yaml`),
    '--neurons',
    neurons,
  ];
  const more = data === undefined ? '' : ` --data ${quoteForShell(data)}`;
  console.log(`In ${out}: recipe.yaml, trials.csv, trials.arrows, tune.json, tune.svg, tune.png. Test it with:`);
  console.log(`  memspike mnist ${words.join(' ')} --epochs ${epochs} --train ${train}${more}`);
}

export default command({
  positionals: object({ name: text({ help: 'preset (memspike device list), device file or device model' }) }),
  options: object({
    out: text({
      help: 'directory for recipe.yaml, the trials (trials.csv, .arrows), tune.json and the picture (.svg, .png)',
    }),
    neurons: integer({ default: 100, min: 1, max: 65535, help: 'output neurons' }),
    images: integer({ default: 15000, min: 8, help: 'presentations of a training; beyond the training set, epochs' }),
    budget: text({
      default: '5m',
      help: 'about how long it may take, such as 90s, 5m or 2h: it decides how many candidates there are',
    }),
    trials: optional(
      integer({
        min: 1,
        max: 1000,
        help: 'candidates, however long they take; any machine then comes to the same recipe',
      }),
    ),
    rule: choice(RULES_WITH_RECIPE, { default: 'postTriggered', help: 'plasticity rule' }),
    seed: integer({ default: 1, help: 'of candidates and trials' }),
    models,
    data,
    workers: optional(
      integer({ min: 1, max: 256, help: 'runs at a time; default: one a core; any number gives the same bits' }),
    ),
    progress,
    quiet,
    json: flag({ help: 'print tune.json in place of sentences' }),
  }),
  examples: [
    'device tune pt-hbn-ag --out tuned/pt-hbn-ag',
    'device tune mine.yaml --neurons 400 --images 60000 --budget 1h --out tuned/mine',
  ],
  handler: async (args, { signal }) => {
    registerModels(args.models);
    const { name, out, json, workers = availableParallelism(), ...others } = args;
    const budget = toUsageError(() => secondsOf(args.budget, 'device tune: --budget'), UserError);
    const warnings = new WarningCollector();
    const tuning = await tuneDevice({
      ...others,
      onWarnings: warnings.add,
      device: deviceNamed(name),
      budget,
      out,
      workers: Math.min(workers, 4 * availableParallelism()),
      signal,
      say: json ? () => {} : (sentence) => console.log(sentence),
    });
    warnings.print(args);
    if (tuning === null) {
      console.error(
        `Stopped; what is done lies in ${out}. The same command goes on: memspike device tune ${quoteForShell(name)} … --out ${quoteForShell(out)}`,
      );
    } else if (json) console.log(JSON.stringify(tuning, null, 2));
    else tell(tuning, out, args.data);
  },
});
