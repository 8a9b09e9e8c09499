import { Arena } from '../../../core/kernels/arena.ts';
import type { Kernels } from '../../../core/kernels/kernels.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import { computePlaybackDuration, RecordingPlayer } from '../../data/recordings.ts';
import type { MnistConfig } from './config.ts';
import type { SingleLayerNetwork } from './network.ts';

/** Encodes images as firing rates of equal sum: r_i = rate × x_i^gamma / sum_k x_k^gamma, Hz, with intensity x in [0, 1]. */
export class RateEncoder {
  readonly rates: Float64Array;
  readonly #image;
  readonly #intensityPowers;
  readonly #totalRate: number;
  readonly #kernels: Kernels;

  /** @param pixels number of pixels @param rates array for the firing rates, one per pixel, Hz; default: a new array */
  constructor(
    pixels: number,
    { stimulus }: { readonly stimulus: Pick<MnistConfig['stimulus'], 'rate' | 'gamma'> },
    arena = new Arena(),
    rates: Float64Array = arena.f64(pixels),
  ) {
    this.rates = rates;
    this.#image = arena.u8(pixels);
    this.#intensityPowers = arena.f64(256);
    for (let v = 0; v < 256; v++) this.#intensityPowers[v] = (v / 255) ** stimulus.gamma;
    this.#totalRate = stimulus.rate;
    this.#kernels = arena.kernels;
  }

  /** Firing rates for the image at `offset`, Hz; the next call overwrites the array. */
  encode(images: Uint8Array, offset: number): Float64Array {
    const { rates } = this;
    this.#image.set(images.subarray(offset, offset + rates.length));
    const sum = this.#kernels.mapBytes(this.#image, this.#intensityPowers, rates);
    this.#kernels.computeTraceStrengths(rates, sum > 0 ? this.#totalRate / sum : 0, 0, rates);
    return rates;
  }
}

/** Start times of `count` successive images, ms, followed by the end of the last image. */
export function computeImageStartTimes(
  { stimulus: { duration, speed = 1 } }: MnistConfig,
  events: LabelledImages['events'],
  count: number,
) {
  const starts = Float64Array.from({ length: count + 1 }, (_, i) => i * duration);
  if (events) for (let i = 0; i < count; i++) starts[i + 1] = starts[i]! + computePlaybackDuration(events[i]!, speed);
  return starts;
}

/**
 * Creates a function that shows an image to a network at rest: as Poisson spikes, feature-extraction spikes, or a recording.
 * The function takes the index of the image and of the random sequence (`block`; default: the current one continues),
 * and returns the presentation time, ms.
 */
export function createImagePresenter(
  { net, input, replayInput, front }: SingleLayerNetwork,
  { features, stimulus }: MnistConfig,
  { rows, columns, images, events }: LabelledImages,
  phase: 'train' | 'label' | 'test',
) {
  const { rate, gamma, speed = 1 } = stimulus;
  const exponent = features ? (features.exponent ?? 0.8) : gamma;
  // Cached spikes of the feature-extraction stage cover the first `features.duration` ms of an image, so the image is
  // shown only for this time.
  const hasCachedSpikes = features && features.handover !== 'poisson' && phase !== 'test';
  const presentationTime = hasCachedSpikes ? features.duration : stimulus.duration;
  const { size, model } = input;
  const encoder = new RateEncoder(size, { stimulus: { rate, gamma: exponent } }, net.arena, model.state.rates);
  const player = new RecordingPlayer(columns, speed);
  return (image: number, block?: number): number => {
    const recording = events?.[image];
    if (recording && !front) {
      const { times, neurons } = player.createInputSpikes(recording, net.now);
      net.change(replayInput!, (model) => model.setSpikes(times, neurons));
      return computePlaybackDuration(recording, speed);
    }
    const pixels = images.subarray(image * rows * columns, (image + 1) * rows * columns);
    const duration = recording ? computePlaybackDuration(recording, speed) : presentationTime;
    if (replayInput) {
      const { spikeTimes: times, neurons } = front!.getPoolingSpikes(recording ?? pixels, image, duration);
      const shifted = times.map((time) => time + net.now);
      net.change(replayInput, (model) => model.setSpikes(shifted, neurons));
      return duration;
    }
    const rates = front ? front.getFeatureMap(recording ?? pixels, image, duration) : pixels;
    net.change(input, (model) => {
      encoder.encode(rates, 0); // writes to the rates of the model in place
      model.onCheckpointLoaded();
      if (block !== undefined) model.useRandomBlock(block);
    });
    return duration;
  };
}
