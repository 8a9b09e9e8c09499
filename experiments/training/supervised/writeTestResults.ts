import { createHash } from 'node:crypto';
import { writeFileAtomic } from '../../../core/log/file.ts';
import { IMAGES } from '../../../core/log/tables.ts';
import { getTestSetName } from '../../data/split.ts';
import type { RunDirectory } from '../../run/runDirectory.ts';
import { computeAccuracy, countCorrect } from '../../statistics/score.ts';
import { computeWilsonInterval } from '../../statistics/wilson.ts';
import type { NetConfig } from './config.ts';
import { encodeSafetensors } from './import/safetensors.ts';
import type { Tensor } from './import/tensors.ts';

type TestedConfig = Pick<NetConfig, 'seed' | 'split' | 'interval'> & {
  readonly network: string;
  readonly device?: unknown;
};

/**
 * Writes the classes of test images, the trained weights and `run.json` of a training run. Returns the accuracy, %, and its 95 %
 * confidence interval. @param results further entries of `run.json`
 */
export function writeTestResults(
  directory: RunDirectory,
  { seed, network, device, split, interval }: TestedConfig,
  label: Uint8Array,
  prediction: Uint8Array,
  tensors: ReadonlyMap<string, Tensor>,
  results: Readonly<Record<string, unknown>>,
) {
  const n = label.length;
  const image = Uint32Array.from(label.keys());
  const time = Float64Array.from(image, (i) => i * interval);
  const phase = new Uint8Array(n).fill(2);
  directory.openLog('images.arrows', IMAGES, {}).write({ time, image, phase, label, prediction }, n);
  const weights = encodeSafetensors(tensors);
  writeFileAtomic(directory.getFilePath('weights.safetensors'), weights);
  directory.closeLogs();
  const accuracy = computeAccuracy(label, prediction);
  const accuracyInterval = computeWilsonInterval(countCorrect(label, prediction), n);
  directory.finishRun({
    ...{ seed, network, device, split, testImages: n },
    accuracy: { [getTestSetName(split)]: accuracy },
    accuracyInterval,
    ...results,
    weightsSha256: createHash('sha256').update(weights).digest('hex'),
  });
  return { accuracy, accuracyInterval };
}
