import type { LabelledImages } from '../../data/dataSet.ts';
import { argmax } from '../../statistics/score.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import { countImageValues, countStageInputs } from './model.ts';
import type { DescentOptions, PixelScaling, ProgressReporter, TrainingProgress } from './trainFloatNet.ts';
import { computeSoftmaxErrors, scaleImage, shuffleImageOrder } from './trainFloatNet.ts';

/** Settings of training on devices. `batch`: number of images per device update; 1: online learning. */
export interface InSituOptions extends Pick<DescentOptions, 'epochs' | 'batch' | 'rate' | 'seed'> {
  /** Index of the first stage to train; weights of earlier stages are fixed. */
  readonly firstTrainedStage: number;
}

const REPORT_INTERVAL = 64;

/** Trains in situ: crossbars compute scores and errors, pulses change devices. @param restore loads a checkpoint; returns its progress */
export async function trainInSitu(
  net: CrossbarNet,
  images: LabelledImages,
  scaling: PixelScaling,
  { epochs, batch, rate, seed, firstTrainedStage: from }: InSituOptions,
  reportProgress: ProgressReporter,
  restore: () => TrainingProgress = () => ({ imageCount: 0, correctCount: 0 }),
) {
  const lastStage = net.stageStates.at(-1)!;
  const classes = lastStage.outputs.length;
  const total = epochs * images.n;
  const writeInputs = from > 0 && total > 0 ? createInputCache(net, images, scaling, from) : null;
  const x = new Float64Array(
    from > 0 ? countStageInputs(net.stageStates[from]!.stage) : countImageValues(net.model.inputShape),
  );
  let { imageCount: shown, correctCount: right } = restore();
  let pending = 0;
  let next = Math.min(shown + REPORT_INTERVAL, total);
  if (writeInputs && shown > 0) {
    for (const i of shuffleImageOrder(images.n, 0, seed).subarray(0, shown)) writeInputs(i, x);
    restore(); // undoes the changes of this loop, whose reads the checkpoint already counts
  }
  for (let epoch = Math.floor(shown / images.n); epoch < epochs; epoch++) {
    for (const i of shuffleImageOrder(images.n, epoch, seed).subarray(shown - epoch * images.n)) {
      if (writeInputs) writeInputs(i, x);
      else scaleImage(images, i, scaling, x);
      const label = images.labels[i]!;
      if (computeSoftmaxErrors(net.runStages(x, from), 0, classes, label, lastStage.outputErrors) === label) right++;
      net.backward(x, from);
      const step = rate * (1 - shown / total);
      shown++;
      if (batch === 1) net.learnOnline(from, step);
      else {
        net.addGradients(from);
        if (++pending === batch || shown === total) {
          net.applyGradients(from, step / pending);
          pending = 0;
        }
      }
      if (shown < next || pending > 0) continue;
      next = Math.min(shown + REPORT_INTERVAL, total);
      await reportProgress(shown, right);
    }
  }
}

function createInputCache(net: CrossbarNet, images: LabelledImages, scaling: PixelScaling, from: number) {
  const image = new Float64Array(countImageValues(net.model.inputShape));
  const size = countStageInputs(net.stageStates[from]!.stage);
  const isDeterministic = net.stageStates
    .slice(0, from)
    .every(({ layers }) => layers.every(({ devices }) => devices.hasSteadyWeights));
  const cache = isDeterministic ? new Float32Array(images.n * size) : null;
  const isCached = new Uint8Array(images.n);
  return (i: number, out: Float64Array) => {
    if (cache === null || isCached[i] === 0) {
      scaleImage(images, i, scaling, image);
      out.set(net.forward(image, from));
      if (cache === null) return;
      cache.set(out, i * size);
      isCached[i] = 1;
    }
    out.set(cache.subarray(i * size, (i + 1) * size)); // rounded to 32 bits in the first epoch, too
  };
}

/** Classifies images on crossbars. Returns the class of each image. @param reportProgress gets the number of classified images */
export async function classifyOnCrossbars(
  net: CrossbarNet,
  images: LabelledImages,
  scaling: PixelScaling,
  reportProgress: (done: number) => Promise<void> | void,
): Promise<Uint8Array> {
  const x = new Float64Array(countImageValues(net.model.inputShape));
  const predictions = new Uint8Array(images.n);
  for (let i = 0; i < images.n; i++) {
    scaleImage(images, i, scaling, x);
    const scores = net.forward(x);
    predictions[i] = argmax(scores);
    if ((i + 1) % REPORT_INTERVAL === 0 || i + 1 === images.n) await reportProgress(i + 1);
  }
  return predictions;
}
