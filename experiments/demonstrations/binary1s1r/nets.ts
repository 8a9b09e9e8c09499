import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { accuracy, binary, CrossbarLayer, type LabelledImages, programWeights } from '../../index.ts';
import { readNpz } from '../../learn/index.ts';
import type { Learned } from '../../mnist/index.ts';

/** Conductances of both states, S. */
const OFF = 1e-6;
const ON = 1e-4;
const LOW_WEIGHT = Math.fround(OFF / ON);

/** Read errors: of a selector, or random at each read in either direction. */
export type ReadErrors = NonNullable<Pick<Parameters<typeof binary>[0], 'selector' | 'readErrors'>>;

/**
 * Binarises weights: 1 if the weight is above the mean of its neuron, else LOW_WEIGHT. Thresholds are divided by a gain that
 * preserves the sum of the weights of each neuron or, as a control, of the whole array.
 */
export function binarise({ weights, thresholds }: Learned, per: 'neuron' | 'array' = 'neuron'): Learned {
  const neurons = thresholds.length;
  const [sums, bitSums] = [new Float64Array(neurons), new Float64Array(neurons)];
  weights.forEach((w, k) => {
    sums[k % neurons]! += w;
  });
  const bits = weights.map((w, k) => (w * weights.length > sums[k % neurons]! * neurons ? 1 : LOW_WEIGHT));
  bits.forEach((bit, k) => {
    bitSums[k % neurons]! += bit;
  });
  const total = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const gain = (j: number) => (per === 'neuron' ? sums[j]! / bitSums[j]! : total(sums) / total(bitSums));
  return { weights: bits, thresholds: thresholds.map((theta, j) => theta / gain(j)) };
}

/** Weights of an array in which each bit was written wrongly with probability `rate`. */
const flipBits = (weights: ArrayLike<number>, low: number, rate: number, seed: number): Float64Array =>
  programWeights(Float64Array.from(weights), { low, high: 1 }, { flips: rate }, seed);

export const addWriteErrors = (layer: Learned, rate: number, seed: number): Learned => ({
  ...layer,
  weights: Float32Array.from(flipBits(layer.weights, LOW_WEIGHT, rate, seed)),
});

export const addReadErrors = (layer: Learned, errors: ReadErrors): Learned => ({
  ...layer,
  device: binary({ gMin: OFF, gMax: ON, weightAtGMax: 1, ...errors }),
});

const FILE = join(
  dirname(createRequire(import.meta.url).resolve('memspike/package.json')),
  'experiments/examples/binaryMlp.npz',
);

interface BinaryLayer {
  readonly inputs: number;
  /** Signs of the weights, 1 or -1; inputs × outputs, row-major. */
  readonly signs: Float64Array;
  /** Magnitude of the weights of each output. */
  readonly gains: Float64Array;
  readonly biases: Float64Array;
}

/** Imports a net with binary weights that was trained with labels elsewhere. */
export function importNet(): BinaryLayer[] {
  const arrays = readNpz(FILE);
  return ['fc1', 'fc2'].map((name) => {
    const { shape, values } = arrays.get(`${name}.weight`)!; // outputs × inputs
    const [outputs, inputs] = shape as [number, number];
    const at = (i: number, j: number) => values[j * inputs + i]!;
    return {
      inputs,
      signs: Float64Array.from(values, (_, k) => at(Math.floor(k / outputs), k % outputs)),
      gains: arrays.get(`${name}.gain`)!.values,
      biases: arrays.get(`${name}.bias`)!.values,
    };
  });
}

/** Accuracy (%) of the net on pairs of binary devices on the first `count` images, with a share `wrong` of bits written wrongly. */
export function testNet(
  net: readonly BinaryLayer[],
  { images, labels, rows, columns }: LabelledImages,
  count: number,
  { wrong = 0, seed, ...errors }: ReadErrors & { readonly wrong?: number; readonly seed: number },
): number {
  const device = { gMin: OFF, gMax: ON, weightAtGMax: 1, pSet: 1, pReset: 1, reading: 'differential' } as const;
  const layers = net.map(({ inputs, signs, gains, biases }, n) => {
    const bitsOf = (sign: 1 | -1) => {
      const bits = signs.map((one) => (one === sign ? 1 : 0));
      return flipBits(bits, 0, wrong, 4 * seed + 2 * n + (sign > 0 ? 1 : 0));
    };
    const [plus, minus] = [bitsOf(1), bitsOf(-1)];
    const layer = new CrossbarLayer({
      rows: inputs,
      columns: gains.length,
      seed,
      name: `layer ${n}`,
      centred: false,
      device: binary({ ...device, ...errors }),
      weights: signs.map((_, k) => plus[k]! - minus[k]!),
    });
    return { layer, gains, biases, isLast: n === net.length - 1 };
  });
  const pixels = rows * columns;
  const predictions = Uint8Array.from({ length: count }, (_, i) => {
    let x: ArrayLike<number> = Float64Array.from(images.subarray(i * pixels, (i + 1) * pixels), (grey) => grey / 255);
    for (const { layer, gains, biases, isLast } of layers) {
      const y: Float64Array = layer.forward(x, new Float64Array(gains.length));
      x = y.map((v, j) => Math.max(isLast ? -Infinity : 0, v * gains[j]! + biases[j]!));
    }
    return Array.from(x).indexOf(Math.max(...Array.from(x)));
  });
  return accuracy(labels.subarray(0, count), predictions);
}
