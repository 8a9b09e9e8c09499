import { setImmediate } from 'node:timers/promises';
import { validate } from '../../../core/declare/validate.ts';
import { untrained } from '../../learn/architectures.ts';
import { netSchema, withNetRecipe } from '../../learn/config.ts';
import { CrossbarNet } from '../../learn/crossbarNet.ts';
import { classesOf, trainInSitu } from '../../learn/inSitu.ts';
import { type LabelledImages, type Mnist, mnistConfig, testLayer, trainLayer } from '../../mnist/index.ts';
import { accuracy } from '../../mnist/readout/index.ts';
import { made } from '../../network/build.ts';
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
  const net = { network: 'mlp', hidden: [neurons], seed, device: { ...device, reading: 'differential' } };
  const given = { ...net, device: undefined, inSitu: { epochs: 1 }, update: { rule: 'stochastic' } };
  const { inSitu, pixels, weightRange: range, ...c } = validate(netSchema, withNetRecipe(given, net), 'mlp');
  const { input, output, lines, nonlinearity, update, centred, interval } = c;
  const shape = { rows: data.train.rows, columns: data.train.columns, channels: 1 };
  const crossbars = new CrossbarNet({
    ...{ input, output, lines, nonlinearity, update, centred, interval, range, seed, kernels: 'auto', fresh: true },
    model: untrained('mlp', shape, CLASSES, c, seed),
    device: made('device', c.device),
  });
  const breathe = async () => {
    await setImmediate();
    if (signal.aborted) throw new Interrupted();
  };
  await trainInSitu(crossbars, first(data.train, train), pixels, { ...inSitu, seed, from: 0 }, breathe);
  const tested = first(data.test, test);
  return accuracy(tested.labels, await classesOf(crossbars, tested, pixels, breathe));
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
