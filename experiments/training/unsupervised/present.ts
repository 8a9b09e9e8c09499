import { computeDuration, RecordingPlayer } from '../../data/recordings.ts';
import { getMaxDuration } from './architecture.ts';
import type { MnistConfig } from './config.ts';
import { RateEncoder } from './encode.ts';
import type { Layer } from './network.ts';

/** Images that are shown, one after the other. */
export interface ImageSequence {
  readonly images: Uint8Array;
  /** How many each has. */
  readonly pixels: number;
  /** Of each row of an image; default: as many as rows. */
  readonly columns?: number | undefined;
  /** Of recordings: what is shown in place of images. */
  readonly events?: readonly Uint32Array[] | undefined;
}

/** From when on each of `count` images stands in logs and pictures of labelling and test, ms; after the last one, until when. */
export function computeStartTimes(
  { stimulus: { duration, speed = 1 } }: MnistConfig,
  events: ImageSequence['events'],
  count: number,
): Float64Array {
  const begin = Float64Array.from({ length: count + 1 }, (_, i) => i * duration);
  if (events) for (let i = 0; i < count; i++) begin[i + 1] = begin[i]! + computeDuration(events[i]!, speed);
  return begin;
}

/** Shows an image to a network at rest: as Poisson spikes of its pixels, as what its first stage makes of them, or as it was recorded. */
export class Presenter {
  readonly #layer: Layer;
  readonly #shown: ImageSequence;
  readonly #longest: number;
  readonly #speed: number;
  readonly #encoder: RateEncoder;
  readonly #player: RecordingPlayer;

  constructor(layer: Layer, config: MnistConfig, shown: ImageSequence, phase: 'train' | 'label' | 'test') {
    const { rate, gamma, speed = 1 } = config.stimulus;
    const exponent = config.features ? (config.features.exponent ?? 0.8) : gamma;
    this.#layer = layer;
    this.#shown = shown;
    this.#speed = speed;
    this.#longest = getMaxDuration(config, phase);
    const { size, model } = layer.input;
    this.#encoder = new RateEncoder(size, { stimulus: { rate, gamma: exponent } }, layer.net.arena, model.state.rates);
    this.#player = new RecordingPlayer(shown.columns ?? Math.sqrt(shown.pixels), speed);
  }

  /**
   * Returns for how long it is shown, ms.
   * @param block random block of the input spikes; not given, they go on from those before. A first stage always has that of its image.
   */
  show(image: number, block?: number): number {
    const { net, input, replayed, front } = this.#layer;
    const { pixels: size, images, events } = this.#shown;
    const recording = events?.[image];
    if (recording) {
      const { times, neurons } = this.#player.play(recording, net.now);
      net.change(replayed!, (model) => model.setSpikes(times, neurons));
      return computeDuration(recording, this.#speed);
    }
    const pixels = images.subarray(image * size, (image + 1) * size);
    const duration = this.#longest;
    if (replayed) {
      const { times, neurons } = front!.getSpikes(pixels, image, duration);
      const start = net.now;
      for (let k = 0; k < times.length; k++) times[k]! += start;
      net.change(replayed, (model) => model.setSpikes(times, neurons));
      return duration;
    }
    const rates = front ? front.getFeatureMap(pixels, image) : pixels;
    net.change(input, (model) => {
      this.#encoder.encode(rates, 0); // these are the model's own rates
      model.restored();
      if (block !== undefined) model.useBlock(block);
    });
    return duration;
  }
}
