import type * as z from 'zod';
import { choice, object, optional } from '../../core/declare/params.ts';
import { ARCHITECTURES } from '../training/supervised/architectures.ts';
import { TRAININGS } from '../training/supervised/config.ts';
import { type Context, command, UsageError } from './command.ts';
import { learnNet } from './learnNet.ts';
import { learnLayer, options } from './mnist.ts';
import { optionalText } from './options.ts';

const labelled = {
  training: optional(
    choice(TRAININGS, {
      help: 'of perceptron, mlp and cnn: inSitu, on the devices by pulses (the default but for cnn); exSitu, in floating point and then programmed; hybrid, programmed and the last layer in situ',
    }),
  ),
  import: optionalText(
    'trained weights for perceptron, mlp or cnn: .npz, .safetensors or .onnx; they are programmed (exSitu), if --training does not say more',
  ),
};
const common = object({ ...options, ...labelled });
type Train = (args: z.output<typeof common>, context: Context) => Promise<void>;

const unlabelled =
  (network?: 'windows' | 'features'): Train =>
  (args, context) => {
    for (const key of Object.keys(labelled) as (keyof typeof labelled)[]) {
      if (args[key] !== undefined)
        throw new UsageError(
          `learn: --${key} goes with --network ${ARCHITECTURES.join(', ')}, not with layer, windows or features.`,
        );
    }
    return learnLayer('learn', network ? { ...args, network } : args, context);
  };

/** What `--network` may name: each trains and tests on a data set and leaves a run directory. */
const NETWORKS = {
  layer: unlabelled(),
  windows: unlabelled('windows'),
  features: unlabelled('features'),
  perceptron: (args, context) => learnNet('perceptron', args, context),
  mlp: (args, context) => learnNet('mlp', args, context),
  cnn: (args, context) => learnNet('cnn', args, context),
} satisfies Record<string, Train>;

export default command({
  positionals: object({}),
  options: object({
    ...options,
    ...labelled,
    network: choice(Object.keys(NETWORKS) as (keyof typeof NETWORKS)[], {
      default: 'layer',
      help: 'layer: one layer that learns without labels under winner-take-all, as memspike mnist, and so windows and features, as its --network has them; with labels, on pairs of devices: perceptron (softmax), mlp (hidden layers), cnn (convolutions)',
    }),
  }),
  examples: [
    'learn --data fashion',
    'learn --data gzip/emnist-letters --neurons 1600 --rule pairStdp',
    'learn --network mlp --device neuroSim --set device.writeNoise=0.035',
    "learn --network cnn --training hybrid --set programming.noise=0.1 --set 'device.stuck={low: 0.01, high: 0.01}'",
    'learn --network cnn --import model.onnx --set pixels.mean=0.1307 --set pixels.sd=0.3081',
  ],
  handler: ({ network, ...args }, context) => NETWORKS[network]({ ...args, network: undefined }, context),
});
