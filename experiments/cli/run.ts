import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { choice, flag, number, object, text } from '../../core/params.ts';
import { validate } from '../../core/validate.ts';
import { loadConfig } from '../config/load.ts';
import { type NetworkDescription, networkSchema } from '../network/schema.ts';
import { PROGRESS_MODES } from '../progress.ts';
import { runNetwork } from '../run/run.ts';
import { RunDirectory, readJson } from '../run/runDirectory.ts';
import { command, UsageError } from './command.ts';

/** Logs to replay are named relative to the network file; the resolved configuration names them wherever it lies. */
function absolutePaths(description: NetworkDescription, file: string): NetworkDescription {
  for (const population of Object.values(description.populations) as { log?: string }[]) {
    if (population.log !== undefined) population.log = resolve(dirname(file), population.log);
  }
  return description;
}

export default command({
  positionals: object({
    file: text({ help: 'network file (YAML or JSON); with --resume that of the run is used' }).optional(),
  }),
  options: object({
    out: text({ help: 'run directory to write' }),
    set: z
      .array(z.string())
      .default([])
      .meta({ description: 'override a value: populations.output.tau=20 (repeatable)' }),
    resume: flag({ help: 'go on from the last checkpoint in --out' }),
    checkpointEvery: number({
      min: 0,
      exclusiveMin: true,
      unit: 'ms',
      help: 'simulated time between checkpoints',
    }).optional(),
    progress: choice(PROGRESS_MODES, { default: 'auto', help: 'how progress is shown, on standard error' }),
    json: flag({ help: 'print run.json when done' }),
  }),
  examples: ['run net.yaml --out runs/first', 'run net.yaml --out runs/slow --set populations.output.tau=20'],
  handler: async ({ file, out, set, resume, checkpointEvery, progress, json }, { signal }) => {
    if (resume && RunDirectory.isFinished(out)) {
      console.log(`${out} is finished already.`);
      return;
    }
    if (file === undefined && !resume) throw new UsageError('run: name a network file, or --resume a run.');
    const description =
      file === undefined
        ? validate(networkSchema, readJson(out, 'config.json'), out)
        : absolutePaths(loadConfig(networkSchema, { file, set }, 'network'), file);
    const done = await runNetwork({ description, out, resume, checkpointEvery, progress, signal });
    if (!done) console.log(`Stopped; what was computed is in ${out}. Go on with: memspike run --out ${out} --resume`);
    else if (json) console.log(JSON.stringify(readJson(out, 'run.json'), null, 2));
    else console.log(`Done: ${out}`);
  },
});
