import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { accuracy, binary, CrossbarLayer, type LabelledImages } from '../../index.ts';
import { readNpz } from '../../learn/index.ts';
import { flipped, type Misreading, OFF, ON } from './binarised.ts';

const FILE = join(
  dirname(createRequire(import.meta.url).resolve('memspike/package.json')),
  'experiments/examples/binaryMlp.npz',
);

interface Layer {
  readonly inputs: number;
  /** Inputs × outputs, row-major: 1 or -1. */
  readonly signs: Float64Array;
  readonly gains: Float64Array;
  readonly biases: Float64Array;
}

/** A net of binary weights that was trained with labels elsewhere: each neuron's weights are plus or minus its gain, and the file holds signs and gains. */
export function importedNet(): Layer[] {
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

/** Percent of the first `count` images with the net on pairs of binary devices, of whose bits a share `wrong` was written wrongly. */
export function supervisedAccuracy(
  net: readonly Layer[],
  { images, labels, rows, columns }: LabelledImages,
  count: number,
  { wrong = 0, seed, ...errors }: Misreading & { readonly wrong?: number; readonly seed: number },
): number {
  const layers = net.map(({ inputs, signs, gains, biases }, n) => {
    const [plus, minus] = [1, -1].map((side) =>
      flipped(
        signs.map((sign) => (sign === side ? 1 : 0)),
        0,
        wrong,
        4 * seed + 2 * n + (side > 0 ? 1 : 0),
      ),
    );
    const layer = new CrossbarLayer({
      ...{ rows: inputs, columns: gains.length, seed, name: `layer ${n}`, centred: false },
      device: binary({ gMin: OFF, gMax: ON, weightAtGMax: 1, pSet: 1, pReset: 1, reading: 'differential', ...errors }),
      weights: signs.map((_, k) => plus![k]! - minus![k]!),
    });
    return { layer, gains, biases, last: n === net.length - 1 };
  });
  const pixels = rows * columns;
  const answers = Uint8Array.from({ length: count }, (_, i) => {
    let x: ArrayLike<number> = Float64Array.from(images.subarray(i * pixels, (i + 1) * pixels), (grey) => grey / 255);
    for (const { layer, gains, biases, last } of layers) {
      const y: Float64Array = layer.forward(x, new Float64Array(gains.length));
      x = y.map((v, j) => (last ? v * gains[j]! + biases[j]! : Math.max(0, v * gains[j]! + biases[j]!)));
    }
    return Array.from(x).indexOf(Math.max(...Array.from(x)));
  });
  return accuracy(labels.subarray(0, count), answers);
}
