import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { flag, number, object, optional, text } from '../../core/declare/params.ts';
import { type EnergyAccount, programmingText } from '../devices/energy/account.ts';
import { drawEnergy } from '../devices/energy/report.ts';
import { readJson } from '../logs/runJson.ts';
import { type NetworkDescription, networkSchema } from '../network/schema.ts';
import { quoteForShell } from '../output/quoteForShell.ts';
import { loadNetwork } from '../run/loadNetwork.ts';
import { runNetwork } from '../run/run.ts';
import { RunDirectory, readRunConfig } from '../run/runDirectory.ts';
import { command, UsageError } from './command.ts';
import { livePage } from './live.ts';
import { know, models } from './models.ts';
import { tellNext } from './next.ts';
import { optionalText, port, progress, quiet, texts } from './options.ts';
import { printRunWarnings, printWarnings } from './warn.ts';

/** The description of the run that is to be gone on with. */
function begun(out: string, resume: boolean, set: readonly string[]): NetworkDescription {
  if (!resume) throw new UsageError('run: name a network file, or --resume a run.');
  if (set.length > 0) throw new UsageError('run: --set needs a network file; a run is resumed as it was begun.');
  if (!RunDirectory.isTaken(out))
    throw new UserError(`${out} holds no run to resume; name a network file to start one.`);
  return readRunConfig(networkSchema, out);
}

export default command({
  positionals: object({
    file: optionalText('network file (YAML or JSON) or a network in NIR (.nir); with --resume that of the run is used'),
  }),
  options: object({
    out: text({ help: 'run directory to write' }),
    set: texts('override a value: populations.output.tau=20 (repeatable)'),
    models,
    resume: flag({ help: 'go on from the last checkpoint in --out' }),
    checkpointEvery: optional(
      number({
        min: 0,
        exclusiveMin: true,
        unit: 'ms',
        help: 'simulated time between checkpoints',
      }),
    ),
    live: flag({ help: 'show the spikes on a page of this machine while it runs' }),
    port,
    progress,
    quiet,
    json: flag({ help: 'print run.json when done' }),
  }),
  examples: [
    'run net.yaml --out runs/first',
    'run net.yaml --out runs/slow --set populations.output.tau=20',
    'run model.nir --out runs/imported --set "populations.input={ model: poisson, size: 784, rate: 20 }"',
  ],
  handler: async (args, { signal }) => {
    const { file, out, set, resume, json } = args;
    know(args.models);
    if (args.port !== undefined && !args.live) throw new UsageError('run: --port goes with --live.');
    const tell = (sentence: string) =>
      console.log(json ? JSON.stringify(readJson(out, 'run.json'), null, 2) : sentence);
    if (resume && RunDirectory.isOver(out)) return tell(`${out} is finished already.`);
    const source = file ?? join(out, 'config.json');
    const warnings: string[] = [];
    const description =
      file === undefined
        ? begun(out, resume, set)
        : await loadNetwork(file, { set, onNote: (note) => void warnings.push(note) });
    printWarnings(warnings, args);
    const watch = args.live ? livePage(args.port ?? 0) : undefined;
    const done = await runNetwork({ ...args, description, source, watch, draw: drawEnergy, signal, warnings });
    if (done) {
      tell(`Done: ${out}`);
      const { programming, assumed } = (readJson(out, 'run.json') as { energy?: Partial<EnergyAccount> }).energy ?? {};
      if (!json && programming) console.log(programmingText(programming, assumed));
      printRunWarnings(out, args, warnings);
      if (!json) tellNext('look', 'report', out);
    } else
      console.error(
        `Stopped; what was computed is in ${out}. Go on with: memspike run --out ${quoteForShell(out)} --resume`,
      );
  },
});
