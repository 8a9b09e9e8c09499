/** A command line of odd commands, spawned by cli.test.ts to see how `main` ends them. */
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { UserError } from '../../../core/declare/errors.ts';
import { choice, flag, integer, number, object, text } from '../../../core/declare/params.ts';
import { type CommandListing, defineCommand, type LoadedCommand } from '../../../experiments/cli/command.ts';
import { main } from '../../../experiments/cli/main.ts';

const nothing = { positionals: object({}), options: object({}) };

/** Prints its arguments as JSON. */
export const echo = defineCommand({
  positionals: object({
    file: text({ help: 'a file' }),
    more: z.array(z.string()).default([]).meta({ description: 'others' }),
  }),
  options: object({
    seed: integer({ default: 7, min: 0, help: 'seed of all randomness' }),
    runName: z
      .union([z.int(), z.string().min(1)])
      .optional()
      .meta({ description: 'number or name' }),
    checkpointEvery: number({
      default: 100,
      min: 0,
      exclusiveMin: true,
      infinity: true,
      unit: 'ms',
      help: 'time between checkpoints',
    }),
    set: z.array(z.string()).default([]).meta({ description: 'override' }),
    pairing: choice(['allToAll', 'nearest'], { default: 'nearest', help: 'pairing' }),
    quiet: flag({ help: 'say nothing' }),
  }),
  handler: (args) => console.log(JSON.stringify(args)),
});

const commands: Record<string, LoadedCommand> = {
  echo,
  mistake: defineCommand({
    ...nothing,
    handler: () => Promise.reject(new UserError('run: tau is -1, but must be a number > 0 (ms).')),
  }),
  bug: defineCommand({
    ...nothing,
    handler: () => {
      throw new TypeError('x is not a function');
    },
  }),
  wait: defineCommand({
    ...nothing,
    handler: (_, { signal }) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, 60_000);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          console.log('ending in good order');
          reject(signal.reason);
        });
        console.log('waiting');
      }),
  }),
  stubborn: defineCommand({
    ...nothing,
    handler: async (_, { signal }) => {
      signal.addEventListener('abort', () => console.log('not yet'));
      console.log('waiting');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    },
  }),
  deaf: defineCommand({
    ...nothing,
    handler: async () => {
      console.log('computing');
      await setImmediate();
      while (performance.now() < 600_000);
    },
  }),
};

export const listings: readonly CommandListing[] = Object.entries(commands).map(([name, loaded]) => ({
  name,
  summary: `The ${name} command`,
  runsInThread: ['wait', 'stubborn', 'deaf'].includes(name),
  load: async () => loaded,
}));

if (process.argv[1] === import.meta.filename)
  process.exitCode = await main(process.argv.slice(2), listings, import.meta.url);
