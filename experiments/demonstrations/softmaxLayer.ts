import { CrossbarLayer, type CrossbarLayerOptions, type LabelledImages, RandomStream } from '../index.ts';
import { MNIST_CLASS_COUNT, shuffleIndices } from './demonstration.ts';
import { measureArgmaxAccuracy } from './readouts.ts';

type SoftmaxOptions = Pick<CrossbarLayerOptions, 'device' | 'scale' | 'weights' | 'update'> & { readonly seed: number };

/** Softmax regression on a crossbar: grey values drive the word lines; an additional word line carries the biases. */
export class SoftmaxLayer {
  readonly layer: CrossbarLayer;
  readonly #x: Float64Array;
  readonly #y = new Float64Array(MNIST_CLASS_COUNT);

  constructor({ images, n }: LabelledImages, options: SoftmaxOptions) {
    const rows = images.length / n + 1;
    this.layer = new CrossbarLayer({ ...options, rows, columns: MNIST_CLASS_COUNT, name: 'softmax' });
    this.#x = new Float64Array(rows).fill(1);
  }

  /**
   * Trains with one update per image, 1 ms apart, in random order: ΔW = rate · x (y − p), with inputs x, one-hot label
   * y, output p. The rate falls linearly to 0 over `count` images; `from` and `to` select a range of the order.
   */
  trainOnImages(images: LabelledImages, count: number, rate: number, seed: number, from = 0, to = count): void {
    const order = shuffleIndices(count, new RandomStream(seed, 'softmax/order'));
    const d = new Float64Array(MNIST_CLASS_COUNT);
    for (let k = from; k < to; k++) {
      this.layer.now++;
      const scores = this.#computeScores(images, order[k]!);
      const top = Math.max(...scores);
      const sum = scores.reduce((total, s) => total + Math.exp(s - top), 0);
      const label = images.labels[order[k]!]!;
      for (let j = 0; j < MNIST_CLASS_COUNT; j++) d[j] = (j === label ? 1 : 0) - Math.exp(scores[j]! - top) / sum;
      this.layer.outer(this.#x, d, rate * (1 - k / count));
    }
  }

  measureAccuracy(images: LabelledImages, count: number): number {
    return measureArgmaxAccuracy(images.labels.subarray(0, count), (image) => this.#computeScores(images, image));
  }

  #computeScores({ images }: LabelledImages, image: number): Float64Array {
    const pixels = this.#x.length - 1;
    for (let i = 0; i < pixels; i++) this.#x[i] = images[image * pixels + i]! / 255;
    return this.layer.forward(this.#x, this.#y);
  }
}
