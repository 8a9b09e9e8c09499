import { exp } from '../../core/math.ts';

/** Difference of Gaussians with standard deviations `centre` and `surround`, pixels. */
interface ContrastParameters {
  readonly centre: number;
  readonly surround: number;
  /** Largest response that is set to 0. */
  readonly least: number;
}

/** Weights of a symmetric Gaussian kernel at distances 0 … 2.5 sd (pixels); the whole kernel sums to 1. */
export function createGaussian(sd: number) {
  const reach = Math.max(1, Math.ceil(2.5 * sd));
  const weights = Float64Array.from({ length: reach + 1 }, (_, d) => exp((-d * d) / (2 * sd * sd)));
  const sum = weights.reduce((all, w, d) => all + (d === 0 ? w : 2 * w), 0);
  return weights.map((w) => w / sum);
}

/** One-dimensional convolution with a symmetric kernel at `index`; neighbours are `step` apart and are summed from near to far. */
export function convolveAt(values: Float64Array, index: number, step: number, weights: Float64Array) {
  let sum = weights[0]! * values[index]!;
  for (let d = 1; d < weights.length; d++) {
    sum += weights[d]! * values[index - d * step]!;
    sum += weights[d]! * values[index + d * step]!;
  }
  return sum;
}

export class ContrastEncoder {
  readonly responses;
  readonly #rows;
  readonly #columns;
  readonly #threshold;
  readonly #centreKernel;
  readonly #surroundKernel;
  readonly #marginWidth;
  readonly #width;
  readonly #image;
  readonly #blurredCentre;
  readonly #blurredSurround;

  constructor(rows: number, columns: number, { centre, surround, least }: ContrastParameters) {
    this.#rows = rows;
    this.#columns = columns;
    this.#threshold = least;
    this.#centreKernel = createGaussian(centre);
    this.#surroundKernel = createGaussian(surround);
    this.#marginWidth = Math.max(this.#centreKernel.length, this.#surroundKernel.length) - 1;
    this.#width = columns + 2 * this.#marginWidth;
    const padded = this.#width * (rows + 2 * this.#marginWidth);
    this.#image = new Float64Array(padded);
    this.#blurredCentre = new Float64Array(padded);
    this.#blurredSurround = new Float64Array(padded);
    this.responses = new Float64Array(2 * rows * columns);
  }

  /** Stores an image, divided by `white`, the pixel value of intensity 1; does not update the responses. */
  setImage(pixels: ArrayLike<number>, white = 1) {
    for (let y = 0, i = 0; y < this.#rows; y++) {
      const from = (y + this.#marginWidth) * this.#width + this.#marginWidth;
      for (let x = 0; x < this.#columns; x++, i++) this.#image[from + x] = pixels[i]! / white;
    }
  }

  /** Computes the responses in rows `top` … `bottom - 1` and columns `left` … `right - 1`. */
  updateResponses(top: number, left: number, bottom: number, right: number) {
    const [margin, width, columns] = [this.#marginWidth, this.#width, this.#columns];
    const [y0, x0] = [Math.max(0, top), Math.max(0, left)];
    const [y1, x1] = [Math.min(this.#rows, bottom), Math.min(columns, right)];
    for (let y = y0; y < y1 + 2 * margin; y++)
      for (let x = x0 + margin; x < x1 + margin; x++) {
        const at = y * width + x;
        this.#blurredCentre[at] = convolveAt(this.#image, at, 1, this.#centreKernel);
        this.#blurredSurround[at] = convolveAt(this.#image, at, 1, this.#surroundKernel);
      }
    for (let y = y0; y < y1; y++)
      for (let x = x0; x < x1; x++) {
        const at = (y + margin) * width + x + margin;
        const d =
          convolveAt(this.#blurredCentre, at, width, this.#centreKernel) -
          convolveAt(this.#blurredSurround, at, width, this.#surroundKernel);
        const cell = 2 * (y * columns + x);
        this.responses[cell] = d > this.#threshold ? d : 0;
        this.responses[cell + 1] = -d > this.#threshold ? -d : 0;
      }
  }

  /** Responses of all cells to an image; the next call overwrites the returned array. */
  encodeImage(pixels: ArrayLike<number>, white = 1): Float64Array {
    this.setImage(pixels, white);
    this.updateResponses(0, 0, this.#rows, this.#columns);
    return this.responses;
  }
}

/**
 * Responses of retinal ON and OFF cells to an image x in [0, 1]: d = G(centre) * x - G(surround) * x (convolutions). ON
 * = d and OFF = -d if above `least`, else 0. The ON cell of pixel i is at 2 i, the OFF cell at 2 i + 1. Outside is
 * black. Source: Rodieck 1965, doi:10.1016/0042-6989(65)90033-7 (difference of Gaussians).
 */
export const encodeContrast = (pixels: ArrayLike<number>, columns: number, p: ContrastParameters) =>
  new ContrastEncoder(pixels.length / columns, columns, p).encodeImage(pixels);
