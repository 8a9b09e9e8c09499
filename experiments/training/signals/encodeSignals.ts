import { UserError } from '../../../core/declare/errors.ts';
import { RandomStream, shuffleIndices } from '../../../core/random/random.ts';
import { gammatoneEnvelopes, levelCrossingTrains } from '../../../neurons/encoders/signals.ts';
import type { DataSet, LabelledImages } from '../../data/dataSet.ts';
import {
  encodeEvent,
  encodePixelAddress,
  MAX_SENSOR_SIDE,
  RecordingStore,
  renderEventCountImage,
} from '../../data/recordings.ts';
import { loadSignalSets } from './examples.ts';
import { readReservoir } from './reservoir.ts';
import type { SignalsConfig } from './settings.ts';
import type { Signal } from './textFormats.ts';

/** Default number of time points per example with gammatone filters. */
const DEFAULT_FRAMES = 20;
/** Highest centre frequency of gammatone filters, Hz, and its largest ratio to the sampling rate. */
const [MAX_FREQUENCY, MAX_FREQUENCY_RATIO] = [6000, 0.45];
const WHITE = 255;

/** Interpolates a channel linearly at `length` evenly spaced times, the first and last sample included. */
const resample = (samples: Float64Array, length: number): Float64Array =>
  Float64Array.from({ length }, (_, k) => {
    const at = (k * (samples.length - 1)) / (length - 1);
    const [left, right] = [samples[Math.floor(at)]!, samples[Math.ceil(at)]!];
    return left + (at % 1) * (right - left);
  });

/** Samples of an example, time points × inputs; with gammatone filters, their envelopes for the mean of the channels. */
function sampleSignal({ channels, rate, place }: Signal, length: number, c: SignalsConfig): Float64Array {
  const count = channels.length;
  if (c.encoder !== 'gammatone') {
    const columns = channels.map((samples) => resample(samples, length));
    return Float64Array.from({ length: length * count }, (_, k) => columns[k % count]![Math.floor(k / count)]!);
  }
  if (rate === undefined)
    throw new UserError(`${place}: signals.encoder gammatone needs the sampling rate of wav files; use values.`);
  const sound = channels[0]!.map((_, k) => channels.reduce((sum, samples) => sum + samples[k]!, 0) / count);
  const band = [100, Math.min(MAX_FREQUENCY, MAX_FREQUENCY_RATIO * rate)] as const;
  return gammatoneEnvelopes(sound, length, { sampleRate: rate, bands: c.bands, band, compression: 0.3 });
}

type ChannelScale = Readonly<Record<'low' | 'high' | 'mean', number>>;

/** Range and mean of input `index` of `count` in all examples. */
function measureInput(examples: readonly Float64Array[], index: number, count: number): ChannelScale {
  let [low, high, sum, n] = [Infinity, -Infinity, 0, 0];
  for (const samples of examples)
    for (let k = index; k < samples.length; k += count, n++) {
      [low, high] = [Math.min(low, samples[k]!), Math.max(high, samples[k]!)];
      sum += samples[k]!;
    }
  return { low, high, mean: sum / n };
}

/** Scales a sample to 0 … 1 by the range of its channel in the training set. */
const scaleToRange = (x: number, { low, high }: ChannelScale) =>
  high > low ? Math.min(Math.max((x - low) / (high - low), 0), 1) : 0;

/** Deviation from the mean of the training set, divided by its largest deviation, from -1 to 1. */
function scaleDeviation(x: number, { low, high, mean }: ChannelScale) {
  const largest = Math.max(high - mean, mean - low);
  return largest > 0 ? Math.min(Math.max((x - mean) / largest, -1), 1) : 0;
}

/** Values of an example from 0 to 1, time points × inputs; encoder `onOff` has two inputs per channel. */
const encodeValues = (samples: Float64Array, scales: readonly ChannelScale[], { encoder }: SignalsConfig) =>
  encoder !== 'onOff'
    ? samples.map((x, k) => scaleToRange(x, scales[k % scales.length]!))
    : Float64Array.from({ length: 2 * samples.length }, (_, k) => {
        const deviation = scaleDeviation(samples[k >> 1]!, scales[(k >> 1) % scales.length]!);
        return Math.max(0, k % 2 === 0 ? deviation : -deviation);
      });

/**
 * Spikes of an example as events of a camera, whose columns are channels and whose polarities are signs. levelCrossing: one row; latency:
 * one row per time point, and one spike per sample, earlier for larger deviations from the mean.
 */
function encodeEvents(samples: Float64Array, scales: readonly ChannelScale[], c: SignalsConfig): Float64Array {
  const channels = scales.length;
  const createEvent = (ms: number, column: number, row: number, isUp: boolean) =>
    encodeEvent(Math.round(1000 * ms) + 1, encodePixelAddress(column, row, isUp));
  if (c.encoder === 'levelCrossing') {
    const values = samples.map((x, k) => scaleToRange(x, scales[k % channels]!));
    const trains = levelCrossingTrains(values, { window: c.duration, step: c.step, channels });
    const events = trains.flatMap((train, n) => train.map((ms) => createEvent(ms, n >> 1, 0, n % 2 === 0)));
    return Float64Array.from(events).sort();
  }
  const events = Array.from(samples, (sample, k) => {
    const x = scaleDeviation(sample, scales[k % channels]!);
    return createEvent(c.duration * (1 - Math.abs(x)), k % channels, Math.floor(k / channels), x >= 0);
  });
  return Float64Array.from(events).sort();
}

/**
 * Loads signals as data set: grey values (time points × inputs), or recordings of spikes. The range of each channel and the mean length
 * are those of the training set.
 */
export function loadSignalDataSet(path: string, c: SignalsConfig): DataSet {
  const { train, test, classNames, ...origin } = loadSignalSets(path, c);
  const sampleCount = train.reduce((sum, { channels }) => sum + channels[0]!.length, 0);
  const meanLength = Math.max(2, Math.round(sampleCount / train.length));
  const length = c.length ?? (c.encoder === 'gammatone' ? DEFAULT_FRAMES : meanLength);
  const hasEvents = c.encoder === 'levelCrossing' || c.encoder === 'latency';
  if (c.reservoir !== undefined && !hasEvents)
    throw new UserError(
      `signals.reservoir needs spikes, but signals.encoder is ${c.encoder}; use levelCrossing or latency.`,
    );
  const stream = new RandomStream(c.splitSeed, 'signals/shuffle');
  const sampleAll = (signals: readonly Signal[]) =>
    signals.map((signal) => {
      const samples = sampleSignal(signal, length, c);
      if (!c.shuffle) return samples;
      const [order, width] = [shuffleIndices(length, stream), samples.length / length];
      return samples.map((_, k) => samples[order[Math.floor(k / width)]! * width + (k % width)]!);
    });
  const samples = { train: sampleAll(train), test: sampleAll(test) };
  const channels = samples.train[0]!.length / length;
  const scales = Array.from({ length: channels }, (_, k) => measureInput(samples.train, k, channels));
  const [rows, columns] = [c.encoder === 'levelCrossing' ? 1 : length, channels * (c.encoder === 'onOff' ? 2 : 1)];
  if (hasEvents && Math.max(rows, columns) > MAX_SENSOR_SIDE)
    throw new UserError(
      `signals: ${rows} time points × ${columns} channels are too many for ${c.encoder}, at most ${MAX_SENSOR_SIDE} each; reduce signals.length.`,
    );
  const [store, size] = [new RecordingStore(), rows * columns];
  const encodeSet = (set: keyof typeof samples, signals: readonly Signal[]): LabelledImages => {
    const images = new Uint8Array(signals.length * size);
    const labels = Uint8Array.from(signals, ({ label }) => classNames.indexOf(label));
    const data = { images, labels, n: signals.length, rows, columns, isSignal: true };
    if (!hasEvents) {
      for (const [k, example] of samples[set].entries())
        images.set(
          encodeValues(example, scales, c).map((x) => Math.round(WHITE * x)),
          k * size,
        );
      return data;
    }
    const events = samples[set].map((example, k) =>
      store.addRecording(encodeEvents(example, scales, c), signals[k]!.place),
    );
    if (c.reservoir) return readReservoir({ ...data, events }, c.reservoir, c.duration);
    for (const [k, recording] of events.entries())
      renderEventCountImage(recording, columns, images.subarray(k * size, (k + 1) * size));
    return { ...data, events };
  };
  return {
    train: encodeSet('train', train),
    test: encodeSet('test', test),
    classCount: classNames.length,
    classNames,
    ...origin,
  };
}
