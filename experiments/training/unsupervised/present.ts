import type { LabelledImages } from '../../data/dataSet.ts';
import { computeDuration, RecordingPlayer } from '../../data/recordings.ts';
import { getMaxDuration } from './architecture.ts';
import type { MnistConfig } from './config.ts';
import { RateEncoder } from './encode.ts';
import type { Layer } from './network.ts';

/** Start times of `count` images in the logs of labelling and test, ms, followed by the end of the last image. */
export function computeStartTimes(
  { stimulus: { duration, speed = 1 } }: MnistConfig,
  events: LabelledImages['events'],
  count: number,
): Float64Array {
  const starts = Float64Array.from({ length: count + 1 }, (_, i) => i * duration);
  if (events) for (let i = 0; i < count; i++) starts[i + 1] = starts[i]! + computeDuration(events[i]!, speed);
  return starts;
}

/** Sets the input of a network at rest for one image: Poisson spikes, first-stage spikes, or a recording. */
export class Presenter {
  readonly #layer: Layer;
  readonly #data: LabelledImages;
  readonly #maxDuration: number;
  readonly #speed: number;
  readonly #encoder: RateEncoder;
  readonly #player: RecordingPlayer;

  constructor(layer: Layer, config: MnistConfig, data: LabelledImages, phase: 'train' | 'label' | 'test') {
    const { rate, gamma, speed = 1 } = config.stimulus;
    const exponent = config.features ? (config.features.exponent ?? 0.8) : gamma;
    this.#layer = layer;
    this.#data = data;
    this.#speed = speed;
    this.#maxDuration = getMaxDuration(config, phase);
    const { size, model } = layer.input;
    this.#encoder = new RateEncoder(size, { stimulus: { rate, gamma: exponent } }, layer.net.arena, model.state.rates);
    this.#player = new RecordingPlayer(data.columns, speed);
  }

  /**
   * Sets the input for an image; returns its presentation time, ms. A first stage uses the image's own block.
   * @param block block of random numbers for the input spikes; default: the random sequence continues
   */
  show(image: number, block?: number): number {
    const { net, input, replayed, front } = this.#layer;
    const { rows, columns, images, events } = this.#data;
    const recording = events?.[image];
    if (recording) {
      const { times, neurons } = this.#player.play(recording, net.now);
      net.change(replayed!, (model) => model.setSpikes(times, neurons));
      return computeDuration(recording, this.#speed);
    }
    const size = rows * columns;
    const pixels = images.subarray(image * size, (image + 1) * size);
    const duration = this.#maxDuration;
    if (replayed) {
      const { times, neurons } = front!.getSpikes(pixels, image, duration);
      const shifted = times.map((time) => time + net.now);
      net.change(replayed, (model) => model.setSpikes(shifted, neurons));
      return duration;
    }
    const rates = front ? front.getFeatureMap(pixels, image) : pixels;
    net.change(input, (model) => {
      this.#encoder.encode(rates, 0); // writes to the rates of the model in place
      model.restored();
      if (block !== undefined) model.useBlock(block);
    });
    return duration;
  }
}
