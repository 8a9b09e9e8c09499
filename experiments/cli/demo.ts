import { flag, object, text } from '../../core/declare/params.ts';
import { show as quote } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { validate } from '../../core/declare/validate.ts';
import type { Demonstration } from '../demonstrations/demonstration.ts';
import type { FigureOfMerit } from '../demonstrations/findings.ts';
import { DEMONSTRATIONS } from '../demonstrations/index.ts';
import { runDemonstration, summariseFigure } from '../demonstrations/runDemonstration.ts';
import { readJson } from '../logs/runJson.ts';
import { loadConfig } from '../network/config/load.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { describeMeanDifference } from '../statistics/estimate.ts';
import { defineCommand, listParameters, UsageError } from './command.ts';
import { optionalTextOption, progress, quiet, textListOption } from './options.ts';
import { pictureOptions, usePictures } from './pictureOptions.ts';
import { printNextStep } from './terminal.ts';
import { printRunWarnings } from './warnings.ts';

const NAMES = Object.keys(DEMONSTRATIONS);

async function loadDemonstration(name: string): Promise<Demonstration> {
  const load = Object.hasOwn(DEMONSTRATIONS, name) ? DEMONSTRATIONS[name] : undefined;
  if (load === undefined)
    throw new UsageError(`demo: ${quote(name)} is not a demonstration${didYouMean(name, NAMES, 'names')}`);
  return (await load()).default;
}

const formatNumber = (value: number): string => String(Number(value.toPrecision(5)));

function formatRow(name: string, figure: FigureOfMerit): string[] {
  if (figure.unit === 'points')
    return [`  ${name}`, '', '', describeMeanDifference(figure.values, figure.unit, formatNumber)];
  const { mean, sd } = summariseFigure(figure);
  return [
    `  ${name}`,
    formatNumber(mean),
    sd === null ? '' : `± ${formatNumber(sd)}`,
    figure.unit === '1' ? '' : figure.unit,
  ];
}

export const listCommand = defineCommand({
  positionals: object({}),
  options: object({ json: flag({ help: 'print JSON' }) }),
  examples: ['demo list'],
  handler: async ({ json }) => {
    const demos = await Promise.all(NAMES.map(async (name) => ({ name, ...(await loadDemonstration(name)) })));
    if (json) {
      const entries = demos.map(({ name, title, claim, source, parameters }) => ({
        name,
        title,
        claim,
        source,
        parameters: validate(parameters, {}, name),
      }));
      return console.log(JSON.stringify(entries, null, 2));
    }
    console.log(formatColumns(demos.map(({ name, title }) => [name, title])));
    console.log();
    printNextStep('demo', 'run', 'NAME', '--out', 'DIR');
  },
});

export const showCommand = defineCommand({
  positionals: object({ name: text({ help: 'name of a demonstration' }) }),
  options: object({}),
  examples: ['demo show pulse-arithmetic'],
  handler: async ({ name }) => {
    const { title, claim, source, parameters: schema } = await loadDemonstration(name);
    console.log(`${title}\n\nClaim:  ${claim}\nSource: ${source}\n\nParameters (--set NAME=VALUE):`);
    const rows = listParameters(schema).map(([key, s]) => [
      `  ${key}`,
      `${s.description ?? ''}${s.default === undefined ? '' : ` [default: ${JSON.stringify(s.default)}]`}`,
    ]);
    console.log(formatColumns(rows));
    console.log();
    printNextStep('demo', 'run', name, '--out', `demos/${name}`);
  },
});

export const runCommand = defineCommand({
  positionals: object({ name: text({ help: 'name of a demonstration (memspike demo list)' }) }),
  options: object({
    out: optionalTextOption('directory for results, tables and pictures'),
    set: textListOption('value of a parameter: seeds=5 (repeatable)'),
    ...pictureOptions,
    progress,
    quiet,
    json: flag({ help: 'print the content of run.json at the end' }),
  }),
  examples: ['demo run pulse-arithmetic --out demos/pulse-arithmetic --set seeds=5'],
  handler: async ({ name, out, set, progress, quiet, json, ...pictures }, { signal }) => {
    const demonstration = await loadDemonstration(name);
    if (out === undefined) throw new UsageError('demo: --out is missing: name a directory for the results.');
    usePictures(pictures);
    const parameters = loadConfig(demonstration.parameters, { set }, `demo ${name}`);
    const findings = await runDemonstration({ name, demonstration, parameters, out, progress, signal });
    if (findings === null) return console.error(`Stopped; ${out} holds no results.`);
    printRunWarnings(out, { progress, quiet });
    if (json) return console.log(JSON.stringify(readJson(out, 'run.json'), null, 2));
    console.log(`${demonstration.title}\n`);
    console.log(formatColumns(Object.entries(findings.figures).map(([name, figure]) => formatRow(name, figure))));
    console.log();
    for (const [expected, met] of Object.entries(findings.expectations))
      console.log(`  ${met ? 'shown:    ' : 'NOT shown:'} ${expected}`);
    console.log(`\n${out} holds pictures, tables and run.json.`);
    printNextStep('report', out);
  },
});
