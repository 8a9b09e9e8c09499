import { UserError } from '../../core/declare/errors.ts';
import { object, text } from '../../core/declare/params.ts';
import { plural } from '../../core/declare/plural.ts';
import { collect } from '../sweep/collect.ts';
import { command } from './command.ts';
import { tellNext } from './next.ts';

export default command({
  positionals: object({ directory: text({ help: 'directory of the plan' }) }),
  options: object({}),
  examples: ['sweep collect runs/sweep'],
  handler: ({ directory }) => {
    const { plan, results, summary, lacking } = collect(directory);
    const { runs } = plan.facts;
    const rest = results.length < runs ? ` (${runs - results.length} of ${runs} are not done)` : '';
    console.log(
      `${plural(results.length, 'run')}${rest} in results.arrow and results.csv, ${plural(summary.length, 'point')} in summary.arrow and summary.csv, in ${directory}.`,
    );
    if (lacking.length > 0) throw new UserError(`${directory}: ${lacking.join('; ')}; those cells are empty.`);
    tellNext('look', 'sweep', 'plot', directory);
  },
});
