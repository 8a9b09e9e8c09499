import { setImmediate } from 'node:timers/promises';
import { accuracy } from '../../index.ts';
import { classesOf, crossbarNet, netConfig, trainInSitu, untrained } from '../../learn/index.ts';
import { type LabelledImages, type Mnist, mnistConfig, testLayer, trainLayer } from '../../mnist/index.ts';
import { Interrupted, MNIST_CLASSES, requireResult } from '../demonstration.ts';

/** Device model with its parameters. */
export type Device = { readonly model: string } & Readonly<Record<string, unknown>>;

export interface LearnerOptions {
  readonly device: Device;
  readonly data: Mnist;
  /** Number of hidden neurons, or of competing neurons. */
  readonly neurons: number;
  readonly train: number;
  readonly test: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

const firstImages = (images: LabelledImages, n: number): LabelledImages => ({
  ...images,
  n,
  images: images.images.subarray(0, n * images.rows * images.columns),
  labels: images.labels.subarray(0, n),
});

/** Accuracy (%) of a 784-neurons-10 net on device pairs, trained in place by gradients: trains of coincident whole pulses, one epoch. */
export async function trainWithLabels(options: LearnerOptions): Promise<number> {
  const { device, data, neurons, train, test, seed, signal } = options;
  const config = netConfig(
    { network: 'mlp', hidden: [neurons], seed, inSitu: { epochs: 1 }, update: { rule: 'stochastic' } },
    { device: { ...device, reading: 'differential' } },
  );
  const { inSitu, pixels } = config;
  const shape = { rows: data.train.rows, columns: data.train.columns, channels: 1 };
  const net = crossbarNet(config, untrained('mlp', shape, MNIST_CLASSES, config, seed));
  const yieldToEvents = async () => {
    await setImmediate();
    if (signal.aborted) throw new Interrupted();
  };
  await trainInSitu(net, firstImages(data.train, train), pixels, { ...inSitu, seed, from: 0 }, yieldToEvents);
  const tested = firstImages(data.test, test);
  return accuracy(tested.labels, await classesOf(net, tested, pixels, yieldToEvents));
}

/** Accuracy (%, log-probability readout) of competing neurons on single devices, trained by STDP without labels, one epoch. */
export async function trainWithoutLabels(options: LearnerOptions): Promise<number> {
  const { device, data, neurons, train, test, seed, signal } = options;
  const config = mnistConfig(
    { neurons, epochs: 1, train, label: Math.min(train, 2000), test, seed },
    { device, shortTerm: null },
  );
  const { learned } = requireResult(await trainLayer(config, data.train, { signal }));
  return requireResult(await testLayer(config, learned, data, { signal })).accuracy.logProbability;
}
