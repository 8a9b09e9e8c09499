import * as z from 'zod/mini';
import { defineStimulus, type Params } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import {
  customValue,
  described,
  integer,
  nonNegative,
  number,
  optional,
  positive,
  withDefault,
} from '../../core/declare/params.ts';
import { minLength } from '../../core/declare/ranged.ts';
import { hzToPerMs } from '../../core/declare/units.ts';
import type { ModelContext } from '../../core/factories.ts';
import { CounterRandom, RandomStream } from '../../core/random/random.ts';
import { snap, TICK, validateTime } from '../../core/time.ts';
import { encodeContrast } from '../encoders/contrast.ts';
import { RecordedSpikes, requireLoadedFile, sortSpikes } from './recorded.ts';

/** Grey images from a file: pixels from 0 (black) to 255 (white), `size` pixels per image, images in sequence. */
export interface ImageSet {
  readonly pixels: Uint8Array;
  readonly size: number;
  /** Origin of the images, for error messages. */
  readonly origin: string;
}

const WHITE = 255;

function isImageSet(v: unknown) {
  const { pixels, size, origin } = Object(v) as Partial<ImageSet>;
  const whole = pixels instanceof Uint8Array && Number.isInteger(size) && size! >= 1 && pixels.length % size! === 0;
  return whole && typeof origin === 'string';
}

const imageParams = {
  file: described(
    customValue<ImageSet | string>(
      (v) => typeof v === 'string' || isImageSet(v),
      'a path or an ImageSet: `pixels` (Uint8Array), `size` (pixels per image) and `origin`',
    ),
    { description: 'IDX image file, plain or gzipped, relative to the network file; in code also an ImageSet' },
  ),
  show: described(withDefault(z.array(integer({ min: 0, help: 'index of an image' })).check(minLength(1)), [0]), {
    description: 'indices of the images in the order of presentation',
  }),
  maxRate: number({ default: 100, min: 0, unit: 'Hz', max: 1e6, help: 'firing rate for a pixel of value 255 (white)' }),
  duration: positive(350, 'ms', 'duration of the presentation of each image'),
  gap: nonNegative(0, 'ms', 'interval without spikes after each image'),
  start: nonNegative(0, 'ms', 'time at which the first presentation starts'),
};

type ImageParams = Params<typeof imageParams>;

/** Function from the pixels of an image (0 … 255) to relative rates of all neurons; 1 stands for `maxRate`. */
type PixelEncoder = (pixels: Uint8Array) => ArrayLike<number>;

/**
 * Presents images in sequence as Poisson spikes, which are drawn at the start of each presentation. They depend only on the seed, the name
 * of the population and the index of the presentation.
 */
class ImageStimulus extends RecordedSpikes {
  override readonly state;
  readonly #params;
  readonly #imageSet;
  readonly #encodePixels;
  readonly #blockRandom;
  readonly #stream;
  /** Array [index of the presentation, number of its spikes already emitted]. */
  readonly #cursor;

  constructor(
    p: ImageParams,
    set: ImageSet,
    neuronsPerPixel: number,
    encode: PixelEncoder,
    { arena, seed, name }: ModelContext,
  ) {
    const count = set.pixels.length / set.size;
    p.show.forEach((image, i) => {
      if (image >= count) throw new UserError(`${name}.show[${i}] is ${image}, but ${set.origin} has ${count} images.`);
    });
    validateTime(p.start + p.show.length * (p.duration + p.gap), `${name}: the end of the last image`);
    const cursor = arena.u32(2);
    super(neuronsPerPixel * set.size, new Float64Array(0), new Uint32Array(0), arena, cursor.subarray(1));
    this.#encodePixels = encode;
    this.#params = p;
    this.#imageSet = set;
    this.#blockRandom = new CounterRandom(seed, `${name}/images`);
    this.#stream = new RandomStream(seed, `${name}/images`);
    this.#cursor = cursor;
    this.state = { cursor };
    this.#startPresentation(0);
  }

  override emit(times: Float64Array, neurons: Uint32Array, capacity: number): number {
    const count = super.emit(times, neurons, capacity);
    if (this.nextSpikeTime === Infinity) this.#startPresentation(this.#cursor[0]! + 1);
    return count;
  }

  onCheckpointLoaded() {
    const sent = this.#cursor[1]!;
    this.#drawSpikes(this.#cursor[0]!);
    this.#cursor[1] = sent;
  }

  override restart(t: number) {
    const { start, duration, gap } = this.#params;
    this.#startPresentation(Math.max(0, Math.floor((t - start) / (duration + gap))));
    while (this.nextSpikeTime <= t) {
      super.restart(t);
      if (this.nextSpikeTime === Infinity) this.#startPresentation(this.#cursor[0]! + 1);
    }
  }

  /** Starts the first presentation that has spikes, from index k on; ends the stimulus if there is none. */
  #startPresentation(k: number) {
    this.#drawSpikes(k);
    for (let i = k + 1; this.nextSpikeTime === Infinity && i <= this.#params.show.length; i++) this.#drawSpikes(i);
  }

  #drawSpikes(k: number) {
    const { show, duration, gap, start, maxRate } = this.#params;
    this.#cursor[0] = k;
    const image = show[k];
    const from = start + k * (duration + gap);
    const spikes: Parameters<typeof sortSpikes>[0] = [];
    const { pixels, size } = this.#imageSet;
    const seen = image === undefined ? [] : this.#encodePixels(pixels.subarray(image * size, (image + 1) * size));
    if (image !== undefined) this.#blockRandom.seed(this.#stream.state, k);
    for (let neuron = 0; image !== undefined && neuron < this.size; neuron++) {
      const rate = hzToPerMs(maxRate) * seen[neuron]!;
      let last = -Infinity;
      for (let t = this.#stream.exponential() / rate; t < duration; t += this.#stream.exponential() / rate) {
        const time = Math.max(snap(from + t), last + TICK);
        spikes.push({ time, neuron });
        last = time;
      }
    }
    const { times, neurons } = sortSpikes(spikes);
    this.setSpikes(times, neurons);
  }
}

const toIntensities = (pixels: Uint8Array) => Float64Array.from(pixels, (v) => v / WHITE);

export const images = defineStimulus({
  name: 'images',
  help: 'images of an IDX file as Poisson spikes, one neuron per pixel',
  equation: 'P(spike of neuron j in dt) = maxRate pixel_j / 255 dt during the presentation of an image',
  source: 'rate code as of Diehl & Cook 2015, doi:10.3389/fncom.2015.00099',
  params: imageParams,
  create: (p, context) =>
    new ImageStimulus(p, requireLoadedFile(p.file, `${context.name}.file`), 1, toIntensities, context),
});

const sd = (value: number, help: string) =>
  number({ default: value, min: 0, exclusiveMin: true, max: 100, unit: 'pixel', help });

export const retina = defineStimulus({
  name: 'retina',
  help: 'images of an IDX file as Poisson spikes of ON and OFF cells; neurons 2 i (ON) and 2 i + 1 (OFF) belong to pixel i',
  equation:
    'P(spike in dt) = maxRate c dt; d = G(centre) * x - G(surround) * x, c = d (ON) or -d (OFF) if above least, else 0',
  source: 'difference of Gaussians: Rodieck 1965, doi:10.1016/0042-6989(65)90033-7',
  params: {
    ...imageParams,
    maxRate: number({ default: 400, min: 0, unit: 'Hz', max: 1e6, help: 'rate at contrast 1' }),
    columns: optional(integer({ min: 1, help: 'width of an image, pixels; default: square image' })),
    centre: sd(0.6, 'standard deviation of the centre Gaussian'),
    surround: sd(1.6, 'standard deviation of the surround Gaussian'),
    least: nonNegative(0.04, '1', 'threshold: contrasts up to this value give no spikes'),
  },
  create: (p, context) => {
    const set = requireLoadedFile(p.file, `${context.name}.file`);
    const { columns = Math.sqrt(set.size) } = p;
    if (set.size % columns !== 0)
      throw new UserError(
        `${context.name}.columns is ${columns}, but must divide the ${set.size} pixels of the images of ${set.origin}.`,
      );
    return new ImageStimulus(p, set, 2, (pixels) => encodeContrast(toIntensities(pixels), columns, p), context);
  },
});
