import { defineStimulus, type Params } from '../../core/declare/define.ts';
import { choice, integer, number, positive } from '../../core/declare/params.ts';
import { hzToPerMs } from '../../core/declare/units.ts';
import { log } from '../../core/math.ts';
import {
  createEvenlySpacedTimes,
  EncodedStimulus,
  encodeValues,
  intensityCutoffParam,
  presentationDurationParam,
  presentationParams,
  type UniformDraw,
} from './encoded.ts';

const RATE_RANGE = { min: 0, max: 1e4, unit: 'Hz' };

const rateParams = {
  window: presentationDurationParam,
  low: number({ ...RATE_RANGE, default: 0, help: 'rate at intensity 0' }),
  high: number({ ...RATE_RANGE, default: 100, help: 'rate at intensity 1' }),
  process: choice(['regular', 'poisson'], { default: 'regular', help: 'type of the spike trains: regular or Poisson' }),
};

/** Spike trains with rate low + x (high - low) for intensity x: regular (first after half an interval) or Poisson. */
export function rateTrains(values: ArrayLike<number>, p: Params<typeof rateParams>, draw: UniformDraw): number[][] {
  return Array.from(values, (x, neuron) => {
    const rate = hzToPerMs(p.low + x * (p.high - p.low));
    if (!(rate > 0)) return [];
    if (p.process === 'regular')
      return createEvenlySpacedTimes(1 / rate, Math.floor(p.window * rate + 0.5)).map((t) => t + 0.5 / rate);
    const train: number[] = [];
    for (let n = 0, t = 0; ; n++) {
      t -= log(draw(neuron, n)) / rate;
      if (t > p.window) return train;
      train.push(t);
    }
  });
}

export const rateCode = defineStimulus({
  name: 'rateCode',
  help: 'rate code: firing rate during the presentation rises linearly with intensity',
  equation: 'rate = low + x (high - low)',
  source: 'Adrian & Zotterman 1926, doi:10.1113/jphysiol.1926.sp002281',
  params: { ...presentationParams, ...rateParams },
  create: (p, context) =>
    new EncodedStimulus(p, (values, draw) => rateTrains(values, p, draw), p.values.length, context),
});

const latencyParams = { window: presentationDurationParam, cutoff: intensityCutoffParam };

/** One spike per value, `window` × (1 - x) ms after the start of the presentation for intensity x. */
export const latencyTrains = (values: ArrayLike<number>, p: Params<typeof latencyParams>): number[][] =>
  encodeValues(values, p, (x) => [p.window * (1 - x)]);

export const latencyCode = defineStimulus({
  name: 'latencyCode',
  help: 'latency code: one spike per value, earlier for higher intensity',
  equation: 't = start + window (1 - x)',
  source: 'Hopfield 1995, doi:10.1038/376033a0',
  params: { ...presentationParams, ...latencyParams },
  create: (p, context) => new EncodedStimulus(p, (values) => latencyTrains(values, p), p.values.length, context),
});

const intervalParams = {
  shortest: positive(2, 'ms', 'inter-spike interval at intensity 1'),
  longest: positive(50, 'ms', 'inter-spike interval at intensity 0'),
  count: integer({ default: 2, min: 2, max: 1000, help: 'number of spikes per encoded value' }),
  cutoff: intensityCutoffParam,
};

/** Spike times (ms) of `count` spikes per value; the interval falls linearly from `longest` to `shortest` with intensity. */
export const intervalTrains = (values: ArrayLike<number>, p: Params<typeof intervalParams>): number[][] =>
  encodeValues(values, p, (x) => createEvenlySpacedTimes(p.longest - x * (p.longest - p.shortest), p.count));

export const intervalCode = defineStimulus({
  name: 'intervalCode',
  help: 'interval code: higher intensity gives shorter inter-spike intervals',
  equation: 'interval = longest - x (longest - shortest), count spikes from start on',
  source: 'none needed',
  params: { ...presentationParams, ...intervalParams },
  create: (p, context) => new EncodedStimulus(p, (values) => intervalTrains(values, p), p.values.length, context),
});

const burstParams = {
  most: integer({ default: 5, min: 1, max: 1000, help: 'number of spikes at intensity 1' }),
  shortest: positive(2, 'ms', 'inter-spike interval at intensity 1'),
  longest: positive(10, 'ms', 'inter-spike interval at intensity 0'),
  cutoff: intensityCutoffParam,
};

/** Times (ms) of ceil(x × `most`) spikes for intensity x, at intervals from `longest` (x = 0) to `shortest` (x = 1). */
export const burstTrains = (values: ArrayLike<number>, p: Params<typeof burstParams>): number[][] =>
  encodeValues(values, p, (x) =>
    createEvenlySpacedTimes(p.longest - x * (p.longest - p.shortest), Math.ceil(x * p.most)),
  );

export const burstCode = defineStimulus({
  name: 'burstCode',
  help: 'burst code: higher intensity gives more spikes at shorter intervals',
  equation: 'ceil(x most) spikes from start on, longest - x (longest - shortest) apart',
  source: 'Guo et al. 2021, doi:10.3389/fnins.2021.638474',
  params: { ...presentationParams, ...burstParams },
  create: (p, context) => new EncodedStimulus(p, (values) => burstTrains(values, p), p.values.length, context),
});

const rankOrderParams = {
  step: positive(1, 'ms', 'interval between successive ranks'),
  cutoff: intensityCutoffParam,
};

/** One spike per value, in descending order of intensity, at intervals of `step`; ties go to the lower index. */
export function rankOrderTrains(values: ArrayLike<number>, p: Params<typeof rankOrderParams>): number[][] {
  const trains: number[][] = Array.from(values, () => []);
  const above = Array.from(values, (x, neuron) => ({ x, neuron })).filter(({ x }) => x > p.cutoff);
  above.sort((a, b) => b.x - a.x || a.neuron - b.neuron);
  above.forEach(({ neuron }, rank) => {
    trains[neuron] = [rank * p.step];
  });
  return trains;
}

export const rankOrderCode = defineStimulus({
  name: 'rankOrderCode',
  help: 'rank-order code: one spike per value, highest intensity first',
  equation: 't = start + rank step, rank 0 for the largest x',
  source: 'Thorpe & Gautrais 1998, doi:10.1007/978-1-4615-4831-7_19',
  params: { ...presentationParams, ...rankOrderParams },
  create: (p, context) => new EncodedStimulus(p, (values) => rankOrderTrains(values, p), p.values.length, context),
});

const amplitudeParams = {
  window: presentationDurationParam,
  levels: integer({ default: 8, min: 1, max: 1024, help: 'number of neurons (amplitude levels) per value' }),
  period: number({ default: 10, min: 0.1, unit: 'ms', help: 'interval between successive spikes of a neuron' }),
};

/** Spikes of `levels` neurons per value: at intensity x, the first round(x levels) neurons spike every `period`. */
export const amplitudeTrains = (values: ArrayLike<number>, p: Params<typeof amplitudeParams>): number[][] =>
  Array.from(values).flatMap((x) => {
    const train = createEvenlySpacedTimes(p.period, Math.ceil(p.window / p.period));
    return Array.from({ length: p.levels }, (_, k) => (k < Math.round(x * p.levels) ? train : []));
  });

export const amplitudeCode = defineStimulus({
  name: 'amplitudeCode',
  help: 'amplitude code: at higher intensity, more neurons of a value spike together',
  equation: 'neurons i levels … i levels + round(x_i levels) - 1 fire at start + k period',
  source: 'none needed: a thermometer code',
  params: { ...presentationParams, ...amplitudeParams },
  create: (p, context) =>
    new EncodedStimulus(p, (values) => amplitudeTrains(values, p), p.values.length * p.levels, context),
});
