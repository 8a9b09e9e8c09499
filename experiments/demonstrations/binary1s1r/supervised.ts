import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { accuracy, binary, CrossbarLayer, type LabelledImages } from '../../index.ts';
import { readNpz } from '../../learn/index.ts';
import { flipBits, OFF, ON, type ReadErrors } from './binarised.ts';

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
