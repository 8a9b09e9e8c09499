import type { DeviceFactory } from '../../../../core/factories.ts';
import { Network } from '../../../../core/network.ts';
import { lif, poisson } from '../../../../neurons/index.ts';
import type { LabelledImages } from '../../../data/mnist.ts';
import { createModel } from '../../../network/models.ts';
import type { MnistConfig } from '../config.ts';
import { getWeightRange } from '../device.ts';
import { getFirstDevice } from './config.ts';
import { FrontEnd, type Kernel } from './front.ts';
import { learnKernel } from './learnKernel.ts';
import { deriveFrontEndSeed, getFirstBlock } from './seed.ts';

/**
 * Creates the device of the replicas, without retention and telegraph noise because threads present images in any order.
 * Returns undefined for volatile devices.
 */
function createReplicaDevice(device: MnistConfig['device']): DeviceFactory | undefined {
  const { retention: _, telegraph: __, ...kept } = device as typeof device & Record<string, unknown>;
  const { readNoise: ___, readErrors: ____, ...quiet } = kept as typeof kept & Record<string, unknown>;
  const net = new Network({ seed: 0 });
  const [from, to] = [net.population('from', poisson({ size: 1 })), net.population('to', lif({ size: 1 }))];
  const weight = getWeightRange(device)[1];
  const { devices } = net.projection(from, to, { connect: { all: { weight } }, device: createModel('device', quiet) });
  return devices!.isSteady ? createModel('device', kept) : undefined;
}

/**
 * Creates the frozen first stage for images of this size. The kernel is written to one device per replica synapse, with non-idealities of
 * the job, and clipped to the weight range. All phases have equal devices.
 */
export function freezeFrontEnd(
  c: MnistConfig,
  kernel: Kernel,
  { rows, columns }: Pick<LabelledImages, 'rows' | 'columns'>,
  phase: 'train' | 'label' | 'test',
): FrontEnd {
  const device = getFirstDevice(c);
  const [low, high] = getWeightRange(device);
  return new FrontEnd({
    config: c.features!,
    kernel: { ...kernel, weights: kernel.weights.map((w) => Math.min(Math.max(w, low), high)) },
    rows,
    columns,
    seed: deriveFrontEndSeed(c.seed),
    firstBlock: getFirstBlock(phase),
    device: createReplicaDevice(device),
  });
}

/**
 * Trains the first stage of network features on the training images and freezes it; undefined for other networks.
 * @param onPatch called after each patch with the number of patches shown
 */
export function learnFrontEnd(
  c: MnistConfig,
  train: LabelledImages,
  onPatch: (shown: number) => void = () => {},
): FrontEnd | undefined {
  if (c.network !== 'features') return undefined;
  const { kernel, wins, energy } = learnKernel(c, train, c.train, onPatch);
  return freezeFrontEnd(c, kernel, train, 'train').enableCache({ wins: [...wins], energy });
}
