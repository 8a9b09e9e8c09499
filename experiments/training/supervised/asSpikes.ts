import type { Seed } from '../../../core/random/random.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import { type Scaling, scaleImage } from './images.ts';
import { LatencyNet } from './latencyNet.ts';
import { countValues } from './model.ts';
import { RateNet } from './rateNet.ts';
import { findLargest } from './softmax.ts';
import { measureActivations, type SpikingConfig } from './spiking.ts';

/** Readout of the spiking net at one time after image onset; means over the presented images. */
export interface SpikingReading {
  /** Time after image onset, ms. */
  readonly time: number;
  /** Accuracy, %. */
  readonly accuracy: number;
  /** Number of spikes per image, of all layers and the input. */
  readonly spikes: number;
  /** Read energy of the devices per image, J; null if devices have no conductance. */
  readonly energy: number | null;
}

export interface SpikingFindings {
  /** Number of presented images. */
  readonly images: number;
  readonly readings: readonly SpikingReading[];
  /** Accuracy (%) and read energy per image (J) of the non-spiking net on the same images. */
  readonly crossbars: { readonly accuracy: number; readonly energy: number | null };
}

interface ImageSets {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  readonly scaling: Scaling;
}

/** Largest number of training images for threshold balancing. */
const MAX_BALANCING_IMAGES = 200;

/** Tests the spiking version of the net: presents test images and reads the outputs at several times. */
export async function testAsSpikes(
  crossbars: CrossbarNet,
  { coding, rate, duration, readings, percentile, images }: SpikingConfig,
  { train, test, scaling }: ImageSets,
  { seed }: { readonly seed: Seed },
  reportProgress: (done: number) => Promise<void>,
): Promise<SpikingFindings> {
  const image = (set: LabelledImages, i: number) => {
    const x = new Float64Array(countValues(crossbars.model.input));
    scaleImage(set, i, scaling, x);
    return x;
  };
  const balancingImages = Array.from({ length: Math.min(MAX_BALANCING_IMAGES, train.n) }, (_, i) => image(train, i));
  const lambdas = measureActivations(crossbars, balancingImages, percentile);
  const net =
    coding === 'rate'
      ? new RateNet(crossbars, lambdas, rate, seed)
      : new LatencyNet(crossbars, lambdas, duration, 1 / scaling.sd, seed);
  const count = Math.min(images, test.n);
  const times = Array.from({ length: readings }, (_, k) => duration / 2 ** (readings - 1 - k));
  const sums = times.map(() => ({ correct: 0, spikes: 0, energy: 0 }));
  const hasEnergy = crossbars.layers.every(({ electrical }) => electrical !== null);
  const totalReadEnergy = () => crossbars.layers.reduce((sum, layer) => sum + layer.accounts.devices.energy.read, 0);
  const before = totalReadEnergy();
  let correct = 0;
  for (let i = 0; i < count; i++) {
    const [label, pixels] = [test.labels[i]!, image(test, i)];
    const scores = crossbars.forward(pixels);
    if (findLargest(scores, 0, scores.length) === label) correct++;
    net.show(pixels, i);
    times.forEach((time, k) => {
      const spikeScores = net.run(time - (times[k - 1] ?? 0));
      const sum = sums[k]!;
      if (findLargest(spikeScores, 0, spikeScores.length) === label) sum.correct++;
      sum.spikes += net.counters.spikes;
      sum.energy += net.counters.energy;
    });
    await reportProgress(i + 1);
  }
  return {
    images: count,
    readings: sums.map((sum, k) => ({
      time: net.leadTime + times[k]!,
      accuracy: (100 * sum.correct) / count,
      spikes: sum.spikes / count,
      energy: hasEnergy ? sum.energy / count : null,
    })),
    crossbars: { accuracy: (100 * correct) / count, energy: hasEnergy ? (totalReadEnergy() - before) / count : null },
  };
}
