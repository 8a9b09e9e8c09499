import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { flag, number, object, optional, text } from '../../core/declare/params.ts';
import { describeProgramming, type EnergyAccount } from '../devices/energy/account.ts';
import { drawEnergy } from '../devices/energy/report.ts';
import { readJson } from '../logs/runJson.ts';
import { type NetworkDescription, networkSchema } from '../network/schema.ts';
import { loadNetwork } from '../run/loadNetwork.ts';
import { runNetwork } from '../run/run.ts';
import { RunDirectory, readRunConfig } from '../run/runDirectory.ts';
import { defineCommand, UsageError } from './command.ts';
import { startLivePage } from './live.ts';
import { models, optionalTextOption, port, progress, quiet, registerModels, textListOption } from './options.ts';
import { printInterruption, printNextStep } from './terminal.ts';
import { printRunJson } from './trainingRuns.ts';
import { printRunWarnings, printWarnings } from './warnings.ts';

function readBegunRun(out: string, resume: boolean, set: readonly string[]): NetworkDescription {
  if (!resume) throw new UsageError('run: name a network file, or --resume a run.');
  if (set.length > 0) throw new UsageError('run: --set needs a network file; a resumed run keeps its settings.');
  if (!RunDirectory.isTaken(out))
    throw new UserError(`${out} holds no run to resume; name a network file to start one.`);
  return readRunConfig(networkSchema, out);
}

export default defineCommand({
  positionals: object({
    file: optionalTextOption(
      'network file (YAML or JSON) or network in NIR (.nir); default with --resume: the network of the run',
    ),
  }),
  options: object({
    out: text({ help: 'run directory to write' }),
    set: textListOption('value that overrides the network file: populations.output.tau=20 (repeatable)'),
    models,
    resume: flag({ help: 'resume from the last checkpoint in --out' }),
    checkpointEvery: optional(
      number({
        min: 0,
        exclusiveMin: true,
        unit: 'ms',
        help: 'simulated time between checkpoints',
      }),
    ),
    live: flag({ help: 'show the spikes on a live web page on this machine' }),
    port,
    progress,
    quiet,
    json: flag({ help: 'print the content of run.json at the end' }),
  }),
  examples: [
    'run net.yaml --out runs/first',
    'run net.yaml --out runs/slow --set populations.output.tau=20',
    'run model.nir --out runs/imported --set "populations.input={ model: poisson, size: 784, rate: 20 }"',
  ],
  handler: async (args, { signal }) => {
    const { file, out, set, resume, json } = args;
    registerModels(args.models);
    if (args.port !== undefined && !args.live) throw new UsageError('run: --port needs --live.');
    if (resume && RunDirectory.hasFinishedRun(out)) return printRunJson(out, json, `${out} is already finished.`);
    const source = file ?? join(out, 'config.json');
    const warnings: string[] = [];
    const description =
      file === undefined
        ? readBegunRun(out, resume, set)
        : await loadNetwork(file, { set, onNote: (note) => void warnings.push(note) });
    printWarnings(warnings, args);
    const watch = args.live ? startLivePage(args.port ?? 0) : undefined;
    const done = await runNetwork({ ...args, description, source, watch, draw: drawEnergy, signal, warnings });
    if (done) {
      printRunJson(out, json, `Done: ${out}`);
      const { programming, assumed } = (readJson(out, 'run.json') as { energy?: Partial<EnergyAccount> }).energy ?? {};
      if (!json && programming) console.log(describeProgramming(programming, assumed));
      printRunWarnings(out, args, warnings);
      if (!json) printNextStep('report', out);
    } else printInterruption(out, 'run', '--out', out, '--resume');
  },
});
