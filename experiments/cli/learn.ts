import type { z } from 'zod';
import { choice, object } from '../../core/declare/params.ts';
import { type Context, command } from './command.ts';
import { learnLayer, options } from './mnist.ts';

const common = object(options);

/** What `--network` may name: each trains and tests on a data set and leaves a run directory. */
const NETWORKS = {
  layer: (args, context) => learnLayer('learn', args, context),
} satisfies Record<string, (args: z.output<typeof common>, context: Context) => Promise<void>>;

export default command({
  positionals: object({}),
  options: object({
    network: choice(Object.keys(NETWORKS) as (keyof typeof NETWORKS)[], {
      default: 'layer',
      help: 'layer: one layer that learns without labels under winner-take-all, as memspike mnist',
    }),
    ...options,
  }),
  examples: ['learn --data fashion', 'learn --data gzip/emnist-letters --neurons 1600 --rule pairStdp'],
  handler: ({ network, ...args }, context) => NETWORKS[network](args, context),
});
