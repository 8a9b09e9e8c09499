import type { MnistConfig } from './config.ts';
import { RateEncoder } from './encode.ts';
import type { Layer } from './network.ts';

/** Shows an image to a network at rest, as Poisson spikes of its pixels or as what its first stage makes of them. */
export class Presenter {
  readonly #layer: Layer;
  readonly #images: Uint8Array;
  readonly #pixels: number;
  readonly #encoder: RateEncoder;

  constructor(layer: Layer, config: MnistConfig, images: Uint8Array, pixels: number) {
    this.#layer = layer;
    this.#images = images;
    this.#pixels = pixels;
    this.#encoder = new RateEncoder(pixels, config, layer.net.arena);
  }

  /**
   * @param duration for how long, ms; what a first stage makes of an image is drawn for that
   * @param block random block of the input spikes; not given, they go on from those before. A first stage always has that of its image.
   */
  show(image: number, duration: number, block?: number): void {
    const { net, input, front } = this.#layer;
    const at = image * this.#pixels;
    if (front) {
      const { times, neurons } = front.stage.spikesOf(this.#images.subarray(at, at + this.#pixels), image, duration);
      const start = net.now;
      net.change(front.input, (model) =>
        model.setSpikes(
          times.map((t) => t + start),
          neurons,
        ),
      );
      return;
    }
    net.change(input, (model) => {
      model.setRates(this.#encoder.encode(this.#images, at));
      if (block !== undefined) model.useBlock(block);
    });
  }
}
