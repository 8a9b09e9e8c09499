import { flag, object, text } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { validate } from '../../core/declare/validate.ts';
import type { Demonstration } from '../demonstrations/demonstration.ts';
import type { Figure } from '../demonstrations/findings.ts';
import { DEMONSTRATIONS } from '../demonstrations/index.ts';
import { perform, summarise } from '../demonstrations/perform.ts';
import { loadConfig } from '../network/config/load.ts';
import { readJson } from '../run/readJson.ts';
import { columns } from './columns.ts';
import { command, UsageError } from './command.ts';
import { optionalText, progress, texts } from './options.ts';

const NAMES = Object.keys(DEMONSTRATIONS);

async function named(name: string): Promise<Demonstration> {
  const load = Object.hasOwn(DEMONSTRATIONS, name) ? DEMONSTRATIONS[name] : undefined;
  if (load === undefined)
    throw new UsageError(`demo: ${show(name)} is no demonstration${didYouMean(name, ['list', ...NAMES], 'names')}`);
  return (await load()).default;
}

async function list(json: boolean): Promise<void> {
  const demos = await Promise.all(NAMES.map(named));
  if (json) {
    const entries = demos.map(({ name, title, claim, source, parameters }) => ({
      ...{ name, title, claim, source },
      parameters: validate(parameters, {}, name),
    }));
    return console.log(JSON.stringify(entries, null, 2));
  }
  console.log(columns(demos.map(({ name, title }) => [name, title])));
  console.log('\nRun one with: memspike demo NAME --out DIR');
}

/** Five significant digits. */
const digits = (value: number): string => String(Number(value.toPrecision(5)));

function row(name: string, figure: Figure): string[] {
  const { mean, sd } = summarise(figure);
  return [`  ${name}`, digits(mean), sd === null ? '' : `± ${digits(sd)}`, figure.unit];
}

export default command({
  positionals: object({ name: text({ help: 'list, or the name of a demonstration' }) }),
  options: object({
    out: optionalText('directory for figures, tables and pictures'),
    set: texts('change a parameter: seeds=5 (repeatable)'),
    progress,
    json: flag({ help: 'print JSON: the list, or run.json when done' }),
  }),
  examples: ['demo list', 'demo pulse-arithmetic --out demos/pulse-arithmetic --set seeds=5'],
  handler: async ({ name, out, set, progress, json }, context) => {
    if (name === 'list') return list(json);
    const demonstration = await named(name);
    if (out === undefined) throw new UsageError('demo: --out is missing: name a directory for the results.');
    const parameters = loadConfig(demonstration.parameters, { set }, `demo ${name}`);
    const findings = await perform({ demonstration, parameters, out, progress, signal: context.signal });
    if (findings === null) return console.error(`Stopped; ${out} holds no results.`);
    if (json) return console.log(JSON.stringify(readJson(out, 'run.json'), null, 2));
    console.log(`${demonstration.title}\n`);
    console.log(columns(Object.entries(findings.figures).map(([figure, found]) => row(figure, found))));
    console.log();
    for (const [expected, shown] of Object.entries(findings.expectations))
      console.log(`  ${shown ? 'shown:    ' : 'NOT shown:'} ${expected}`);
    console.log(`\n${out} holds pictures, tables and run.json.`);
  },
});
