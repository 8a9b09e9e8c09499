import type { MnistConfig } from './config.ts';
import { RateEncoder } from './encode.ts';
import type { Layer } from './network.ts';

/** Shows an image to a network at rest, as Poisson spikes of its pixels or as what its first stage makes of them. */
export class Presenter {
  readonly #layer: Layer;
  readonly #images: Uint8Array;
  readonly #pixels: number;
  readonly #encoder: RateEncoder;

  constructor(layer: Layer, { features, stimulus }: MnistConfig, images: Uint8Array, pixels: number) {
    this.#layer = layer;
    this.#images = images;
    this.#pixels = pixels;
    const size = layer.input.size;
    const { rate, gamma } = stimulus;
    const exponent = features ? (features.exponent ?? 0.8) : gamma;
    this.#encoder = new RateEncoder(size, { stimulus: { rate, gamma: exponent } }, layer.net.arena);
  }

  /**
   * @param duration for how long, ms; what a first stage makes of an image is drawn for that
   * @param block random block of the input spikes; not given, they go on from those before. A first stage always has that of its image.
   */
  show(image: number, duration: number, block?: number): void {
    const { net, input, front } = this.#layer;
    const at = image * this.#pixels;
    const pixels = this.#images.subarray(at, at + this.#pixels);
    if (front?.input) {
      const { times, neurons } = front.stage.spikesOf(pixels, image, duration);
      const start = net.now;
      for (let k = 0; k < times.length; k++) times[k]! += start;
      net.change(front.input, (model) => model.setSpikes(times, neurons));
      return;
    }
    const shown = front ? front.stage.mapOf(pixels, image) : pixels;
    net.change(input, (model) => {
      model.setRates(this.#encoder.encode(shown, 0));
      if (block !== undefined) model.useBlock(block);
    });
  }
}
