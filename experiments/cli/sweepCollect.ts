import { object, text } from '../../core/declare/params.ts';
import { plural } from '../../core/declare/show.ts';
import { requireMetrics, writeSweepTables } from '../sweep/collect.ts';
import { command } from './command.ts';
import { tellNext } from './next.ts';
import { metric } from './sweepPlot.ts';

export default command({
  positionals: object({ directory: text({ help: 'directory of the plan' }) }),
  options: object({ metric }),
  examples: ['sweep collect runs/sweep', 'sweep collect runs/sweep --metric energy.write --metric wallSeconds'],
  handler: ({ directory, metric }) => {
    const collected = writeSweepTables(directory, metric);
    const { plan, results, summary } = collected;
    const { runs } = plan.facts;
    const rest = results.length < runs ? ` (${runs - results.length} of ${runs} are not done)` : '';
    console.log(
      `${plural(results.length, 'run')}${rest} in results.arrow and results.csv, ${plural(summary.length, 'point')} in summary.arrow and summary.csv, in ${directory}.`,
    );
    requireMetrics(collected);
    tellNext('look', 'sweep', 'plot', directory);
  },
});
