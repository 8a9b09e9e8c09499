import { defineStimulus, type Params } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { integer, positiveFraction } from '../../core/declare/params.ts';
import { pow } from '../../core/elementary.ts';
import { cos, exp, log, sin } from '../../core/math.ts';
import { EncodedStimulus, presentationDurationParam, presentationParams } from './encoded.ts';

/** Initial level of each channel of a signal; the first sample is reached after one sampling interval. */
const START_LEVEL = 0.5;

const levelCrossingParams = {
  window: presentationDurationParam,
  channels: integer({ default: 1, min: 1, max: 65_535, help: 'number of channels of the signal in `values`' }),
  step: positiveFraction(0.1, 'distance of adjacent levels'),
};

/**
 * Spike times (ms) at which a signal, linear between its samples, reaches a level that differs by `step` from the level reached last.
 * Neuron 2 c fires at higher, neuron 2 c + 1 at lower levels of channel c.
 */
export function levelCrossingTrains(values: ArrayLike<number>, p: Params<typeof levelCrossingParams>): number[][] {
  const trains: number[][] = Array.from({ length: 2 * p.channels }, () => []);
  const points = values.length / p.channels;
  const interval = p.window / points;
  for (let c = 0; c < p.channels; c++)
    for (let n = 0, level = 0, before = START_LEVEL; n < points; n++) {
      const x = values[n * p.channels + c]!;
      const direction = x > before ? 1 : -1;
      for (;;) {
        const next = START_LEVEL + (level + direction) * p.step;
        if (direction * (x - next) < 0 || x === before) break;
        trains[2 * c + (direction > 0 ? 0 : 1)]!.push((n + (next - before) / (x - before)) * interval);
        level += direction;
      }
      before = x;
    }
  return trains;
}

export const levelCrossing = defineStimulus({
  name: 'levelCrossing',
  help: 'level-crossing code of signals: a spike each time a signal has risen or fallen by one step',
  equation: 'neuron 2 c (2 c + 1) fires when x_c(t) reaches 0.5 + (k ± 1) step; then k <- k ± 1',
  source: 'Mark & Todd 1981, doi:10.1109/TCOM.1981.1094872 (nonuniform sampling)',
  params: { ...presentationParams, ...levelCrossingParams },
  create(p, context) {
    if (p.values.length % p.channels !== 0)
      throw new UserError(
        `${context.name}.values lists ${p.values.length} samples, but their number must be a multiple of channels, ${p.channels}.`,
      );
    return new EncodedStimulus(p, (values) => levelCrossingTrains(values, p), 2 * p.channels, context);
  },
});

/** Gammatone filter bank: sampling rate, Hz; number of filters; range of centre frequencies, Hz; exponent of the envelope. */
export interface FilterBank {
  readonly sampleRate: number;
  readonly bands: number;
  readonly band: readonly [low: number, high: number];
  readonly compression: number;
}
const ORDER = 4;
/** Bandwidth of a filter relative to the equivalent rectangular bandwidth (ERB) of the ear. */
const BANDWIDTH_RATIO = 1.019;
/** Constants of the ERB scale: bandwidth 24.7 (1 + 4.37 f/1000) Hz. Source: Glasberg & Moore 1990, doi:10.1016/0378-5955(90)90170-T. */
const [ERB_AT_0, ERB_SLOPE] = [24.7, 4.37e-3];

/** Centre frequency of filter k, Hz; `bands` frequencies are evenly spaced on the ERB scale. */
function getCentreFrequency(k: number, { bands, band: [low, high] }: FilterBank): number {
  const [first, last] = [log(1 + ERB_SLOPE * low), log(1 + ERB_SLOPE * high)];
  return (exp(first + ((k + 0.5) / bands) * (last - first)) - 1) / ERB_SLOPE;
}

/**
 * Mean compressed envelopes of a gammatone filter bank in `frames` equal parts of a sound (samples -1 to 1), frames × bands: mean of
 * |y|^compression, where y is the output of four complex one-pole filters of gain 1 at the centre frequency.
 * Source: Hohmann 2002, Acta Acustica 88, 433.
 */
export function gammatoneEnvelopes(samples: ArrayLike<number>, frames: number, p: FilterBank): Float64Array {
  const envelopes = new Float64Array(frames * p.bands);
  for (let band = 0; band < p.bands; band++) {
    const frequency = getCentreFrequency(band, p);
    const bandwidth = BANDWIDTH_RATIO * ERB_AT_0 * (1 + ERB_SLOPE * frequency);
    const decay = exp((-2 * Math.PI * bandwidth) / p.sampleRate);
    const angle = (2 * Math.PI * frequency) / p.sampleRate;
    const [re, im] = [decay * cos(angle), decay * sin(angle)];
    const [real, imaginary] = [new Float64Array(ORDER), new Float64Array(ORDER)];
    for (let n = 0; n < samples.length; n++) {
      let [x, y] = [samples[n]!, 0];
      for (let k = 0; k < ORDER; k++) {
        const [a, b] = [real[k]!, imaginary[k]!];
        x = real[k] = (1 - decay) * x + re * a - im * b;
        y = imaginary[k] = (1 - decay) * y + re * b + im * a;
      }
      const at = Math.floor((n * frames) / samples.length) * p.bands + band;
      envelopes[at]! += pow(2 * Math.sqrt(x * x + y * y), p.compression);
    }
  }
  return envelopes.map((sum) => (sum * frames) / samples.length);
}
