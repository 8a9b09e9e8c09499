import { setImmediate } from 'node:timers/promises';
import { accuracy } from '../../index.ts';
import { classesOf, crossbarNet, netConfig, trainInSitu, untrained } from '../../learn/index.ts';
import { type LabelledImages, type Mnist, mnistConfig, testLayer, trainLayer } from '../../mnist/index.ts';
import { finished, Interrupted } from '../demonstration.ts';

export const CLASSES = 10;

/** A model of devices and its parameters. */
export type Device = { readonly model: string } & Readonly<Record<string, unknown>>;

export interface Given {
  readonly device: Device;
  readonly data: Mnist;
  /** Neurons that learn: hidden ones, or those that compete. */
  readonly neurons: number;
  readonly train: number;
  readonly test: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

const first = (images: LabelledImages, n: number): LabelledImages => ({
  ...images,
  n,
  images: images.images.subarray(0, n * images.rows * images.columns),
  labels: images.labels.subarray(0, n),
});

/** 784-neurons-10 on pairs of devices, by gradients with labels, as coincident trains of whole pulses, one image at a time, once: percent of the test images. */
export async function withLabels({ device, data, neurons, train, test, seed, signal }: Given): Promise<number> {
  const config = netConfig(
    { network: 'mlp', hidden: [neurons], seed, inSitu: { epochs: 1 }, update: { rule: 'stochastic' } },
    { device: { ...device, reading: 'differential' } },
  );
  const { inSitu, pixels } = config;
  const shape = { rows: data.train.rows, columns: data.train.columns, channels: 1 };
  const net = crossbarNet(config, untrained('mlp', shape, CLASSES, config, seed));
  const breathe = async () => {
    await setImmediate();
    if (signal.aborted) throw new Interrupted();
  };
  await trainInSitu(net, first(data.train, train), pixels, { ...inSitu, seed, from: 0 }, breathe);
  const tested = first(data.test, test);
  return accuracy(tested.labels, await classesOf(net, tested, pixels, breathe));
}

/** Competing neurons on single devices, by STDP without labels, once: percent of the test images (log-probability vote). */
export async function withoutLabels({ device, data, neurons, train, test, seed, signal }: Given): Promise<number> {
  const config = mnistConfig(
    { neurons, epochs: 1, train, label: Math.min(train, 2000), test, seed },
    { device, shortTerm: null },
  );
  const { learned } = finished(await trainLayer(config, data.train, { signal }));
  return finished(await testLayer(config, learned, data, { signal })).accuracy.logProbability;
}
