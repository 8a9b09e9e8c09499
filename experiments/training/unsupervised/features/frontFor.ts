import type { DeviceFactory } from '../../../../core/factories.ts';
import { Network } from '../../../../core/network.ts';
import { lif, poisson } from '../../../../neurons/index.ts';
import type { LabelledImages } from '../../../data/mnist.ts';
import { createModel } from '../../../network/models.ts';
import type { MnistConfig } from '../config.ts';
import { getWeightRange } from '../device.ts';
import { getFirstStageDevice } from './config.ts';
import { FrontEnd, type Kernel } from './front.ts';
import { learnKernel } from './learnKernel.ts';
import { deriveFrontEndSeed, getFirstBlock } from './seed.ts';

/**
 * The device as replicas have it: what time does to it is left out, since images are shown in any order and by any thread. None for
 * devices that do not keep their weight at all.
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
 * What the first stage has learned, at all places of images of this size: written to devices of the job, each with flaws of its own, as far
 * as the range of such a device goes. They are the same ones in all phases.
 */
export function createFrozenFrontEnd(
  c: MnistConfig,
  kernel: Kernel,
  { rows, columns }: Pick<LabelledImages, 'rows' | 'columns'>,
  phase: 'train' | 'label' | 'test',
): FrontEnd {
  const device = getFirstStageDevice(c);
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
 * Learns the first stage of network features from the training images and freezes it; undefined for other networks.
 * @param onPatch called after each patch with the number of those shown
 */
export function learnFrontEnd(
  c: MnistConfig,
  train: LabelledImages,
  onPatch: (shown: number) => void = () => {},
): FrontEnd | undefined {
  if (c.network !== 'features') return undefined;
  const { kernel, wins, energy } = learnKernel(c, train, c.train, onPatch);
  return createFrozenFrontEnd(c, kernel, train, 'train').enableCache({ wins: [...wins], energy });
}
