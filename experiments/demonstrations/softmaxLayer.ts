import { accuracy, CrossbarLayer, type CrossbarLayerOptions, type LabelledImages, Stream } from '../index.ts';

export const CLASSES = 10;

type Given = Pick<CrossbarLayerOptions, 'device' | 'scale' | 'weights' | 'update'> & { readonly seed: number };

/** Softmax regression of images on a crossbar: grey values drive the word lines, one more line is always on. */
export class SoftmaxLayer {
  readonly layer: CrossbarLayer;
  readonly #x: Float64Array;
  readonly #y = new Float64Array(CLASSES);

  constructor({ images, n }: LabelledImages, given: Given) {
    const rows = images.length / n + 1;
    this.layer = new CrossbarLayer({ ...given, rows, columns: CLASSES, name: 'softmax' });
    this.#x = new Float64Array(rows).fill(1);
  }

  /**
   * Trains in place, one image at a time and each shown once, in an order drawn from the seed: pulses for ΔW = rate x (label − p), rate
   * falling to 0 along a line. Every image takes 1 ms.
   */
  learn(images: LabelledImages, count: number, rate: number, seed: number, from = 0, to = count): void {
    const stream = new Stream(seed, 'softmax/order');
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const other = stream.below(i + 1);
      [order[i], order[other]] = [order[other]!, order[i]!];
    }
    const d = new Float64Array(CLASSES);
    for (let k = from; k < to; k++) {
      this.layer.now++;
      const scores = this.#scores(images, order[k]!);
      const most = Math.max(...scores);
      const sum = scores.reduce((total, s) => total + Math.exp(s - most), 0);
      const label = images.labels[order[k]!]!;
      for (let j = 0; j < CLASSES; j++) d[j] = (j === label ? 1 : 0) - Math.exp(scores[j]! - most) / sum;
      this.layer.outer(this.#x, d, rate * (1 - k / count));
    }
  }

  /** Percent of the first images. */
  accuracy(images: LabelledImages, count: number): number {
    const answers = Uint8Array.from({ length: count }, (_, i) => {
      const scores = this.#scores(images, i);
      return scores.indexOf(Math.max(...scores));
    });
    return accuracy(images.labels.subarray(0, count), answers);
  }

  #scores({ images }: LabelledImages, image: number): Float64Array {
    const pixels = this.#x.length - 1;
    for (let i = 0; i < pixels; i++) this.#x[i] = images[image * pixels + i]! / 255;
    return this.layer.forward(this.#x, this.#y);
  }
}
