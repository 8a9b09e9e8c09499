import { choice, object, optional } from '../../core/declare/params.ts';
import { netSchema } from '../training/supervised/config.ts';
import { ARCHITECTURES } from '../training/supervised/model.ts';
import { defineCommand, UsageError } from './command.ts';
import { trainingOptions, trainLayer } from './mnist.ts';
import { defineTextOption } from './options.ts';
import { trainNet } from './trainNet.ts';

const supervisedOptions = {
  training: optional(netSchema.shape.training),
  import: defineTextOption(
    'file with trained weights of a perceptron, mlp or cnn: .npz, .safetensors or .onnx; devices are programmed with them (exSitu) unless --training says otherwise',
  ),
};
/** Values of `--network` for networks that learn without labels, as in `memspike mnist`. */
const UNSUPERVISED = ['layer', 'windows', 'features'] as const;

export default defineCommand({
  options: object({
    ...trainingOptions,
    ...supervisedOptions,
    network: choice([...UNSUPERVISED, ...ARCHITECTURES], {
      default: 'layer',
      help: 'network to train: layer, windows or features (without labels); perceptron, mlp or cnn (with labels)',
    }),
  }),
  examples: [
    'learn --data fashion',
    'learn --data gzip/emnist-letters --neurons 1600 --rule pairStdp',
    'learn --network mlp --device neuroSim --set device.writeNoise=0.035',
    "learn --network cnn --training hybrid --set programming.noise=0.1 --set 'device.stuck={low: 0.01, high: 0.01}'",
    'learn --network cnn --import model.onnx --set pixels.mean=0.1307 --set pixels.sd=0.3081',
  ],
  handler: ({ network, ...args }, context) => {
    const architecture = ARCHITECTURES.find((name) => name === network);
    if (architecture) return trainNet(architecture, { ...args, network: undefined }, context);
    for (const key of Object.keys(supervisedOptions) as (keyof typeof supervisedOptions)[])
      if (args[key] !== undefined)
        throw new UsageError(
          `learn: --${key} applies only to --network ${ARCHITECTURES.join(', ')}, not to layer, windows or features.`,
        );
    const unsupervised = UNSUPERVISED.slice(1).find((name) => name === network) as 'windows' | 'features' | undefined;
    return trainLayer('learn', { ...args, network: unsupervised }, context);
  },
});
