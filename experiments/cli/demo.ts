import { UserError } from '../../core/declare/errors.ts';
import { flag, object, text } from '../../core/declare/params.ts';
import { show as quote } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { validate } from '../../core/declare/validate.ts';
import { describeExpectationOutcome, type FigureOfMerit, judgeClaim } from '../demonstrations/findings.ts';
import { DEMONSTRATION_LOADERS, type Demonstration, loadDemonstration } from '../demonstrations/index.ts';
import { runDemonstration, summariseFigureOfMerit } from '../demonstrations/runDemonstration.ts';
import { readJson } from '../logs/runJson.ts';
import { loadConfig } from '../network/config/load.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { describeMeanDifference } from '../statistics/estimate.ts';
import { defineCommand, listParameters, UsageError } from './command.ts';
import { defineListOption, jsonOption, printRunJsonOption, progressOptions } from './options.ts';
import { pictureOptions } from './pictureOptions.ts';
import { printJson, printNextStep } from './terminal.ts';
import { printRunWarnings } from './warnings.ts';

const NAMES = Object.keys(DEMONSTRATION_LOADERS);
const demoParameter = text({ help: 'name of a demonstration (memspike demo list)' });

function findDemonstration(name: string): Promise<Demonstration> {
  if (!NAMES.includes(name))
    throw new UsageError(`demo: ${quote(name)} is not a demonstration${didYouMean(name, NAMES, 'names')}`);
  return loadDemonstration(name);
}

const formatNumber = (value: number): string => String(Number(value.toPrecision(5)));

function formatRow(name: string, figure: FigureOfMerit): string[] {
  if (figure.unit === 'points')
    return [`  ${name}`, '', '', describeMeanDifference(figure.values, figure.unit, formatNumber)];
  const { mean, sd } = summariseFigureOfMerit(figure);
  const deviation = sd === null ? '' : `± ${formatNumber(sd)}`;
  return [`  ${name}`, formatNumber(mean), deviation, figure.unit === '1' ? '' : figure.unit];
}

export const listCommand = defineCommand({
  options: object({ json: jsonOption }),
  handler: async ({ json }) => {
    const demos = await Promise.all(NAMES.map(async (name) => ({ name, ...(await loadDemonstration(name)) })));
    if (json) {
      const entries = demos.map(({ name, title, claim, source, verdict, parameters: schema }) => {
        const parameters = validate(schema, {}, name);
        return { name, title, claim, source, verdict, parameters };
      });
      return printJson(entries);
    }
    console.log(formatColumns(demos.map(({ name, title, verdict }) => [name, verdict, title])));
    console.log();
    printNextStep('demo', 'run', 'NAME', '--out', 'DIR');
  },
});

export const showCommand = defineCommand({
  positionals: object({ name: demoParameter }),
  handler: async ({ name }) => {
    const { title, claim, source, verdict, parameters: schema } = await findDemonstration(name);
    console.log(`${title}\n\nClaim:   ${claim}\nVerdict: ${verdict}\nSource:  ${source}`);
    console.log('\nParameters (--set NAME=VALUE):');
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
  positionals: object({ name: demoParameter }),
  options: object({
    out: text({ help: 'directory for results, tables and pictures' }),
    set: defineListOption('value of a parameter: seeds=5'),
    ...pictureOptions,
    ...progressOptions,
    json: printRunJsonOption,
    strict: flag({ help: 'exit with status 1 unless the results confirm all expectations' }),
  }),
  handler: async ({ name, out, set, progress, quiet, json, strict }, { signal }) => {
    const demonstration = await findDemonstration(name);
    const parameters = loadConfig(demonstration.parameters, { set }, `demo ${name}`);
    const findings = await runDemonstration({ name, demonstration, parameters, out, progressMode: progress, signal });
    if (findings === null) return console.error(`Stopped; ${out} holds no results.`);
    printRunWarnings(out, { progress, quiet });
    const outcomes = Object.values(findings.expectations);
    const verdict = judgeClaim(findings.expectations, demonstration.verdict === 'by construction');
    const share = `${outcomes.filter((outcome) => outcome).length} of ${outcomes.length} expectations shown`;
    if (json) printJson(readJson(out, 'run.json'));
    else {
      console.log(`${demonstration.title}\n`);
      console.log(formatColumns(Object.entries(findings.figures).map(([name, figure]) => formatRow(name, figure))));
      console.log();
      for (const [text, outcome] of Object.entries(findings.expectations))
        console.log(`  ${`${describeExpectationOutcome(outcome)}:`.padEnd(11)} ${text}`);
      console.log(`\nThe claim: ${verdict} (${share}).`);
      console.log(`${out} holds pictures, tables and run.json.`);
      printNextStep('report', out);
    }
    if (strict && !outcomes.every((outcome) => outcome)) throw new UserError(`demo ${name}: ${share}.`);
  },
});
