import { flag, object, text } from '../../core/declare/params.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { readPlan } from '../sweep/directory.ts';
import { hashResults, readResults } from '../sweep/results.ts';
import { readRunStates } from '../sweep/status.ts';
import { command } from './command.ts';
import { tellNext } from './next.ts';

const STATES = ['done', 'running', 'failed', 'missing'] as const;
/** Runs told of one by one. */
const LISTED = 20;

export default command({
  positionals: object({ directory: text({ help: 'directory of the plan' }) }),
  options: object({ json: flag({ help: 'print JSON' }) }),
  examples: ['sweep status runs/sweep', 'sweep status runs/sweep --json'],
  handler: ({ directory, json }) => {
    const plan = readPlan(directory);
    const states = readRunStates(plan).map((state, index) => ({ index, ...state }));
    const counts = Object.fromEntries(STATES.map((s) => [s, states.filter(({ state }) => state === s).length]));
    if (json) {
      const told = states
        .filter(({ state }) => state !== 'done')
        .map(({ index, state, ...more }) => ({ index, state, ...more }));
      const sha256 = hashResults(plan, readResults(plan));
      console.log(JSON.stringify({ ...counts, runs: states.length, resultsSha256: sha256, notDone: told }, null, 2));
      return;
    }
    console.log(formatColumns(STATES.map((state) => [state, String(counts[state])])));
    for (const wanted of ['running', 'failed', 'missing'] as const) {
      const some = states.filter((s) => s.state === wanted && s.reason !== 'not started');
      if (some.length === 0) continue;
      console.log(`\n${wanted}:`);
      console.log(formatColumns(some.slice(0, LISTED).map((s) => [`  ${s.index}`, 'reason' in s ? s.reason : ''])));
      if (some.length > LISTED) console.log(`  and ${some.length - LISTED} more (--json tells of all)`);
    }
    console.log();
    if (counts.failed! > 0) tellNext('again', 'sweep', 'retry', directory);
    else if (counts.missing! > 0) tellNext('go on', 'sweep', 'run', directory);
    else tellNext('look', 'sweep', 'plot', directory);
  },
});
