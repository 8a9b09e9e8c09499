import { join, parse } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { flag, object } from '../../core/declare/params.ts';
import { describeSystemCost, type SystemCost } from '../cost/systemCost.ts';
import { describeWeightProgramming, type EnergyAccount } from '../devices/energy/account.ts';
import { drawEnergyScale } from '../devices/energy/report.ts';
import { readJson } from '../logs/runJson.ts';
import { type NetworkDescription, networkSchema } from '../network/schema.ts';
import { loadNetwork } from '../run/loadNetwork.ts';
import { runNetwork } from '../run/run.ts';
import { RunDirectory, readRunConfig } from '../run/runDirectory.ts';
import { defineCommand, UsageError } from './command.ts';
import { startLiveRunPage } from './live.ts';
import {
  costOption,
  defineListOption,
  definePositiveNumberOption,
  defineTextOption,
  livePageOptions,
  modelModulesOption,
  printRunJsonOption,
  progressOptions,
} from './options.ts';
import { printInterruption, printNextStep } from './terminal.ts';
import { chooseRunDirectory, printRunJson } from './trainingRuns.ts';
import { printRunWarnings, printWarnings } from './warnings.ts';

function readBegunRun(out: string, set: readonly string[]): NetworkDescription {
  if (set.length > 0) throw new UsageError('run: --set needs a network file; a resumed run keeps its settings.');
  if (!RunDirectory.holdsRun(out))
    throw new UserError(`${out} holds no run to resume; name a network file to start one.`);
  return readRunConfig(networkSchema, out);
}

export default defineCommand({
  positionals: object({
    file: defineTextOption(
      'network file (YAML or JSON) or network in NIR (.nir); default with --resume: the network of the run',
    ),
  }),
  options: object({
    out: defineTextOption('directory for the results of the run; default: a new directory in runs/'),
    set: defineListOption('value that overrides the network file: populations.output.tau=20'),
    cost: costOption,
    models: modelModulesOption,
    resume: flag({ help: 'resume from the last checkpoint in --out' }),
    checkpointEvery: definePositiveNumberOption(
      'simulated time between checkpoints; default: a checkpoint only at an interruption',
      'ms',
    ),
    ...livePageOptions,
    ...progressOptions,
    json: printRunJsonOption,
  }),
  handler: async (args, { signal }) => {
    const { file, resume, json, cost: preset } = args;
    const set = preset === undefined ? args.set : [`cost={ preset: ${preset} }`, ...args.set];
    if (resume && args.out === undefined)
      throw new UsageError('run: --resume needs --out, the directory of the run to resume.');
    if (file === undefined && !resume)
      throw new UsageError('run: FILE is missing: name a network file, or resume the run in --out with --resume.');
    const out = args.out ?? chooseRunDirectory(parse(file!).name);
    if (args.port !== undefined && !args.live) throw new UsageError('run: --port applies only with --live.');
    if (resume && RunDirectory.hasFinishedRun(out)) return printRunJson(out, json, `${out} is already finished.`);
    const source = file ?? join(out, 'config.json');
    const warnings: string[] = [];
    const description =
      file === undefined
        ? readBegunRun(out, set)
        : await loadNetwork(file, { set, onNote: (note) => void warnings.push(note) });
    printWarnings(warnings, args);
    const watch = args.live ? startLiveRunPage(args.port ?? 0) : undefined;
    const parts = { description, source, watch, drawPictures: drawEnergyScale, warnings };
    if (!(await runNetwork({ ...args, ...parts, out, signal })))
      return printInterruption(out, 'run', '--out', out, '--resume');
    printRunJson(out, json, `Done: ${out}`);
    const { energy = {}, cost } = readJson(out, 'run.json') as { energy?: Partial<EnergyAccount>; cost?: SystemCost };
    if (!json && energy.programming) console.log(describeWeightProgramming(energy.programming, energy));
    if (!json && energy.scale) console.log(`Energy: ${energy.scale}.`);
    if (!json && cost) for (const line of describeSystemCost(cost.figures)) console.log(line);
    printRunWarnings(out, args, warnings);
    if (!json) printNextStep('report', out);
  },
});
