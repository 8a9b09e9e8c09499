import type { Seed } from '../../../core/random/random.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import { putImage, type Scaling } from './images.ts';
import { LatencyNet } from './latencyNet.ts';
import { sizeOf } from './model.ts';
import { RateNet } from './rateNet.ts';
import { largest } from './softmax.ts';
import { activationsOf, type Spiking } from './spiking.ts';

/** The net as spikes, read so long after the start of an image; means of the images that were shown. */
export interface SpikingReading {
  /** ms. */
  readonly time: number;
  readonly accuracy: number;
  /** Of all layers, those of the input with them. */
  readonly spikes: number;
  /** J of the reads of devices; null where they have no conductance. */
  readonly energy: number | null;
}

export interface SpikingFindings {
  readonly images: number;
  readonly readings: readonly SpikingReading[];
  /** The same images as numbers; mean energy of the reads of one image, J. */
  readonly crossbars: { readonly accuracy: number; readonly energy: number | null };
}

interface Known {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  readonly scaling: Scaling;
}

/** Training images that thresholds are balanced on. */
const BALANCED = 200;

/** Shows test images to the net as spikes and reads its outputs again and again. */
export async function asSpikes(
  crossbars: CrossbarNet,
  { coding, rate, duration, readings, percentile, images }: Spiking,
  { train, test, scaling }: Known,
  { seed }: { readonly seed: Seed },
  told: (done: number) => Promise<void>,
): Promise<SpikingFindings> {
  const image = (set: LabelledImages, i: number) => {
    const x = new Float64Array(sizeOf(crossbars.model.input));
    putImage(set, i, scaling, x);
    return x;
  };
  const some = Array.from({ length: Math.min(BALANCED, train.n) }, (_, i) => image(train, i));
  const lambdas = activationsOf(crossbars, some, percentile);
  const net =
    coding === 'rate'
      ? new RateNet(crossbars, lambdas, rate, seed)
      : new LatencyNet(crossbars, lambdas, duration, 1 / scaling.sd, seed);
  const count = Math.min(images, test.n);
  const times = Array.from({ length: readings }, (_, k) => duration / 2 ** (readings - 1 - k));
  const sums = times.map(() => ({ right: 0, spikes: 0, energy: 0 }));
  const known = crossbars.layers.every(({ electrical }) => electrical !== null);
  const joules = () => crossbars.layers.reduce((sum, layer) => sum + layer.accounts.devices.energy.read, 0);
  const before = joules();
  let right = 0;
  for (let i = 0; i < count; i++) {
    const [label, pixels] = [test.labels[i]!, image(test, i)];
    const numbers = crossbars.forward(pixels);
    if (largest(numbers, 0, numbers.length) === label) right++;
    net.show(pixels, i);
    times.forEach((time, k) => {
      const scores = net.run(time - (times[k - 1] ?? 0));
      const sum = sums[k]!;
      if (largest(scores, 0, scores.length) === label) sum.right++;
      sum.spikes += net.books.spikes;
      sum.energy += net.books.energy;
    });
    await told(i + 1);
  }
  return {
    images: count,
    readings: sums.map((sum, k) => ({
      time: net.lead + times[k]!,
      accuracy: (100 * sum.right) / count,
      spikes: sum.spikes / count,
      energy: known ? sum.energy / count : null,
    })),
    crossbars: { accuracy: (100 * right) / count, energy: known ? (joules() - before) / count : null },
  };
}
