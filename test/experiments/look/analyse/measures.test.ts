// isolated: files with this mark write to one directory of logs/support.ts
import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  AutoCorrelogram,
  CrossCorrelogram,
  computeCorrelation,
  MeanCorrelation,
} from '../../../../experiments/look/analyse/correlation.ts';
import {
  BinAccumulator,
  BinnedSpikeCounts,
  computeFanoFactor,
  computeSynchrony,
  RunningVariance,
  summariseValues,
  TimeBins,
} from '../../../../experiments/look/analyse/counts.ts';
import { vanRossum, victorPurpura } from '../../../../experiments/look/analyse/distances.ts';
import { InterspikeIntervalStatistics } from '../../../../experiments/look/analyse/intervals.ts';
import { DEFAULT_ANALYSIS_OPTIONS } from '../../../../experiments/look/analyse/options.ts';
import { PopulationAnalysis } from '../../../../experiments/look/analyse/population.ts';
import { PsthAccumulator } from '../../../../experiments/look/analyse/psth.ts';
import { WelchSpectrum } from '../../../../experiments/look/analyse/spectrum.ts';
import { testWithPython } from '../../logs/support.ts';

const close = (a: number, b: number, tolerance = 1e-12) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a}, expected ${b}`);

/** Feeds the trains of several neurons in the order of time. */
function feed(trains: readonly (readonly number[])[], take: (t: number, neuron: number) => void): void {
  const spikes = trains.flatMap((train, neuron) => train.map((t) => ({ t, neuron })));
  for (const { t, neuron } of spikes.sort((a, b) => a.t - b.t || a.neuron - b.neuron)) take(t, neuron);
}

/** Interval statistics of trains, with bursts of at least three spikes at most 10 ms apart. */
function measureIntervals(...trains: number[][]): InterspikeIntervalStatistics {
  const intervals = new InterspikeIntervalStatistics(trains.length, 10, 3);
  feed(trains, (t, neuron) => intervals.addSpike(t, neuron));
  return intervals;
}

/** Repeatable numbers in [0, 1). */
function numbers(seed: number): () => number {
  let s = seed;
  return () => {
    s = (s * 1103515245 + 12345) % 2 ** 31;
    return s / 2 ** 31;
  };
}

const random = numbers(7);
const TRAINS = Array.from({ length: 6 }, (_, n) =>
  Array.from({ length: 40 + 10 * n }, () => Math.floor(random() * 64000) / 64).sort((a, b) => a - b),
);
const BINS = new TimeBins(0, 1000, 5);
/** Counts per bin of each train, by a plain loop. */
const COUNTS = TRAINS.map((train) => {
  const counts = new Array<number>(BINS.binCount).fill(0);
  for (const t of train) counts[Math.floor(t / 5)]!++;
  return counts;
});
const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;
const variance = (x: readonly number[]) => mean(x.map((v) => (v - mean(x)) ** 2));
const pearson = (x: readonly number[], y: readonly number[]) =>
  mean(x.map((v, i) => (v - mean(x)) * (y[i]! - mean(y)))) / Math.sqrt(variance(x) * variance(y));

function binned(): BinnedSpikeCounts {
  const counts = new BinnedSpikeCounts(BINS, TRAINS.length + 1);
  feed(TRAINS, (t, neuron) => counts.addSpike(BINS.findBinIndex(t), neuron));
  return counts;
}

test('bins are closed on the left, the last one on both sides, and edges survive rounding', () => {
  const tenths = new TimeBins(0, 1, 0.1);
  assert.is(tenths.binCount, 10);
  assert.equal(
    [0, 0.1, 0.3, 0.7, 0.99, 1].map((t) => tenths.findBinIndex(t)),
    [0, 1, 3, 7, 9, 9],
  );
  const open = new TimeBins(0, 1, 0.3);
  assert.equal([open.binCount, open.findBinIndex(0.89), open.findBinIndex(0.95), open.findBinIndex(1)], [3, 2, -1, -1]);
});

test('a bin clock passes on every bin once, empty bins included', () => {
  const seen: number[][] = [];
  const clock = new BinAccumulator(new TimeBins(0, 5, 1), 2, (sums) => seen.push([...sums]));
  clock.addCount(1, 0);
  clock.addCount(1, 1, 0.5);
  clock.addCount(3, 0);
  clock.finishBins();
  assert.equal(seen, [
    [0, 0],
    [1, 0.5],
    [0, 0],
    [1, 0],
    [0, 0],
  ]);
});

test('rates: spikes / time, the spread over all neurons', () => {
  const rates = measureIntervals([1, 2, 3], [], [5]);
  assert.equal([rates.getSpikeCount(0), rates.listFiringNeurons()], [3, [0, 2]]);
  assert.is(rates.computeRate(0, 500), 6);
  assert.equal(summariseValues(Float64Array.of(1, Number.NaN, 5, 3)), {
    neurons: 3,
    mean: 3,
    sd: Math.sqrt(8 / 3),
    min: 1,
    median: 3,
    max: 5,
  });
  assert.is(summariseValues(Float64Array.of(Number.NaN)), null);
});

// Intervals 10, 20, 10: mean 40/3, variance 200/9.
test('CV, CV2 and LV of intervals 10, 20, 10', () => {
  const regular = [5, 6, 7, 8];
  const found = measureIntervals([0, 10, 30, 40], regular, [0, 10], [3]);
  close(found.cv(0), Math.SQRT2 / 4);
  close(found.cv2(0), 2 / 3);
  close(found.lv(0), 1 / 3);
  for (const name of ['cv', 'cv2', 'lv'] as const) {
    assert.is(found[name](1), 0);
    for (const neuron of [2, 3, 4]) assert.ok(Number.isNaN(found[name](neuron)));
  }
});

test('CV, CV2 and LV by Elephant s formulas on random trains', () => {
  const found = measureIntervals(...TRAINS);
  TRAINS.forEach((train, neuron) => {
    const isi = train.slice(1).map((t, i) => t - train[i]!);
    const pairs = isi.slice(1).map((b, i) => [isi[i]!, b] as const);
    close(found.cv(neuron), Math.sqrt(variance(isi)) / mean(isi));
    close(found.cv2(neuron), 2 * mean(pairs.map(([a, b]) => Math.abs(b - a) / (a + b))));
    close(found.lv(neuron), 3 * mean(pairs.map(([a, b]) => ((b - a) / (a + b)) ** 2)));
  });
});

test('ISI histogram: ten bins per decade', () => {
  const { edges, counts } = measureIntervals([0, 1.1, 3.1, 13.6], [0, 1.2]).computeHistogram();
  assert.is(counts.length, 11);
  assert.equal([counts[0], counts[3], counts[10], counts.reduce((a, b) => a + b)], [2, 1, 1, 4]);
  close(edges[0]!, 1);
  close(edges[10]!, 10);
  close(edges[11]! / edges[10]!, 10 ** 0.1);
  assert.equal(measureIntervals().computeHistogram(), { edges: [], counts: [] });
});

test('bursts: three spikes or more, at most 10 ms apart', () => {
  const found = measureIntervals([0, 5, 15, 100, 105, 200, 201, 202, 203], [0, 1, 50]);
  assert.equal(found.computeBursts(12), { count: 2, share: 7 / 12, spikesPerBurst: 3.5 });
});

test('silence of a population, the ends included', () => {
  const bins = new TimeBins(0, 100, 25);
  const silence = new PopulationAnalysis(
    { id: 0, name: 'a', sizeFromSpikes: 1, sizeFromLog: 1 },
    { from: 0, to: 100 },
    { bins, fanoBins: bins, triggers: { triggerTimes: [] } },
    DEFAULT_ANALYSIS_OPTIONS,
  );
  for (const t of [10, 30, 55]) silence.addSpike(t, 0, bins.findBinIndex(t));
  for (const count of [1, 0, 0, 2]) silence.addBin(count);
  assert.equal(silence.computeMeasures(0).silence, { longest: 45, emptyBins: 0.5 });
});

test('Fano factor of counts 2, 0, 1, 1', () => {
  const bins = new TimeBins(0, 40, 10);
  const counts = new BinnedSpikeCounts(bins, 2);
  feed(
    [
      [1, 2, 25, 39],
      [5, 15, 26, 36],
    ],
    (t, neuron) => counts.addSpike(bins.findBinIndex(t), neuron),
  );
  assert.is(computeFanoFactor(counts, 0), 0.5);
  assert.is(computeFanoFactor(counts, 1), 0);
  assert.ok(Number.isNaN(computeFanoFactor(counts, 5)));
  const all = binned();
  for (const [neuron, x] of COUNTS.entries()) close(computeFanoFactor(all, neuron), variance(x) / mean(x));
});

test('PSTH: rate per neuron by time since a trigger, windows overlapping', () => {
  const psth = new PsthAccumulator({ triggerTimes: [0, 10, 100] }, 20, 5);
  for (const t of [1, 12, 16, 50, 101, 119, 120]) psth.addSpike(t);
  // 1: 1 | 12: 12 and 2 | 16: 16 and 6 | 101: 1 | 119: 19
  const scale = 1000 / (5 * 3 * 2);
  assert.equal(psth.computeHistogram(2), {
    times: [0, 5, 10, 15],
    rates: [3, 1, 1, 2].map((count) => count * scale),
    triggers: 3,
  });
});

test('PSTH: trials that end count as long as they last', () => {
  // The first lasts 10 ms, the second 12, the third longer than what is looked at.
  const psth = new PsthAccumulator({ triggerTimes: [0, 10, 100], trialEnds: [10, 22, Infinity] }, 20, 5);
  // 1 and 10 of the first (its end is no start of the second), 21 and 22 of the second, 30 of none, 112 of the third
  for (const t of [1, 10, 21, 22, 30, 112]) psth.addSpike(t);
  const { times, rates, triggers } = psth.computeHistogram(2);
  assert.equal([times, triggers], [[0, 5, 10, 15], 3]);
  for (const [k, ms] of [15, 15, 2 + 5, 5].entries()) close(rates[k]!, ([1, 1, 3, 0][k]! * 1000) / (ms * 2));
  assert.equal(new PsthAccumulator({ triggerTimes: [0], trialEnds: [7] }, 20, 5).computeHistogram(1).times, [0, 5]); // no longer than the longest
});

test('synchrony: 1 for equal trains, by its definition for others', () => {
  const of = (rows: readonly (readonly number[])[], counts: BinnedSpikeCounts) => {
    const population = new RunningVariance();
    for (let b = 0; b < BINS.binCount; b++) population.addValue(rows.reduce((sum, x) => sum + x[b]!, 0));
    return computeSynchrony(
      population.variance,
      counts,
      rows.map((_, i) => i),
    );
  };
  const equal = new BinnedSpikeCounts(BINS, 2);
  feed([TRAINS[0]!, TRAINS[0]!], (t, neuron) => equal.addSpike(BINS.findBinIndex(t), neuron));
  close(of([COUNTS[0]!, COUNTS[0]!], equal), 1);
  const means = COUNTS[0]!.map((_, b) => mean(COUNTS.map((x) => x[b]!)));
  close(of(COUNTS, binned()), Math.sqrt(variance(means) / mean(COUNTS.map(variance))));
});

test('correlation: by hand, and the mean over all pairs without visiting them', () => {
  const four = new TimeBins(0, 4, 1);
  close(computeCorrelation([0, 2], [0, 1], four), 0);
  close(computeCorrelation([0, 2], [0, 2], four), 1);
  close(computeCorrelation([0, 2], [1, 3], four), -1);
  close(computeCorrelation([0, 0.5, 2], [0], four), pearson([2, 0, 1, 0], [1, 0, 0, 0]));
  const counts = binned();
  const constant = TRAINS.length;
  for (let b = 0; b < BINS.binCount; b++) counts.addSpike(b, constant);
  const all = new MeanCorrelation(counts, [0, 1, 2, 3, 4, 5, constant]);
  for (let b = 0; b < BINS.binCount; b++)
    all.addBin(COUNTS.reduce((sum, x, n) => sum + x[b]! * all.spikeWeights[n]!, 0));
  assert.is(all.spikeWeights[constant], 0);
  const pairs = COUNTS.flatMap((x, i) => COUNTS.slice(i + 1).map((y) => pearson(x, y)));
  close(all.computeMean(), mean(pairs), 1e-10);
  for (const [i, a] of TRAINS.entries()) {
    for (const [j, b] of TRAINS.entries())
      close(computeCorrelation(a, b, BINS), pearson(COUNTS[i]!, COUNTS[j]!), 1e-10);
  }
});

test('correlogram: the illustration in Elephant s docstring has its entry at lag +3', () => {
  const correlogram = new CrossCorrelogram(5);
  for (let bin = 0; bin < 11; bin++) correlogram.addBin(bin === 4 ? 1 : 0, bin === 7 ? 1 : 0);
  const { lags, counts, expected } = correlogram.computeCorrelogram();
  assert.equal(lags, [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5]);
  assert.equal(counts, [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
  close(expected[5]!, 1 / 11);
  close(expected[8]!, 8 / 121);
});

test('correlogram of different neurons of one population is the sum over all pairs', () => {
  const lag = 12;
  const together = new CrossCorrelogram(lag);
  for (let b = 0; b < BINS.binCount; b++) {
    const sum = COUNTS.reduce((s, x) => s + x[b]!, 0);
    together.addBin(sum, sum);
  }
  const own = new AutoCorrelogram(lag);
  feed(TRAINS, (t, neuron) => own.addSpike(BINS.findBinIndex(t), neuron));
  const squares = TRAINS.reduce((sum, train) => sum + train.length ** 2, 0);
  const { counts } = together.computeCorrelogram({ counts: own.coincidenceCounts, squares });
  const sums = Array.from({ length: 2 * lag + 1 }, (_, i) => {
    const k = i - lag;
    let sum = 0;
    COUNTS.forEach((x, n) => {
      COUNTS.forEach((y, m) => {
        if (n !== m) for (let b = 0; b < BINS.binCount; b++) sum += x[b]! * (y[b + k] ?? 0);
      });
    });
    return sum;
  });
  assert.equal(counts, sums);
});

test('the autocorrelogram keeps more spikes than its buffer holds at first', () => {
  const own = new AutoCorrelogram(2);
  for (let i = 0; i < 3000; i++) own.addSpike(0, i % 2);
  own.addSpike(2, 0);
  assert.equal([...own.coincidenceCounts], [2 * 1500 ** 2 + 1, 0, 1500]);
});

test('van Rossum distance', () => {
  assert.is(vanRossum([], [5], 10), 1);
  assert.is(vanRossum([1, 2], [1, 2], 10), 0);
  close(vanRossum([10], [13], 10), Math.sqrt(2 - 2 * Math.exp(-0.3)));
  const kernel = (a: number[], b: number[]) =>
    a.reduce((sum, s) => b.reduce((inner, t) => inner + Math.exp(-Math.abs(s - t) / 20), sum), 0);
  const [a, b] = [TRAINS[0]!, TRAINS[3]!];
  close(vanRossum(a, b, 20), Math.sqrt(kernel(a, a) + kernel(b, b) - 2 * kernel(a, b)), 1e-10);
});

test('Victor-Purpura distance', () => {
  // The example of Elephant's docstring: q = 1 / (10 ms).
  close(victorPurpura([10, 20, 30], [12, 24, 30], 0.1), 0.6);
  assert.is(victorPurpura([], [1, 2, 3], 0.1), 3);
  assert.is(victorPurpura([1, 50], [1, 90], 0.1), 2);
  assert.is(victorPurpura([1, 2, 3], [7], 0), 2);
  assert.is(victorPurpura([1, 2, 3], [4], 1e9), 4);
});

test('spectrum of a sine has its power at its frequency', () => {
  const welch = new WelchSpectrum(64);
  for (let i = 0; i < 64 * 8; i++) welch.addSample(3 + Math.sin((2 * Math.PI * 8 * i) / 64));
  const { frequencies, power, segments } = welch.computeSpectrum(1, 1);
  assert.is(segments, 15);
  assert.is(frequencies[8], 125);
  const total = power.reduce((sum, p) => sum + p, 0) * (frequencies[1]! - frequencies[0]!);
  close(total, 0.5, 1e-9);
  assert.ok(power.every((p, i) => Math.abs(i - 8) <= 1 || p < 1e-20));
});

testWithPython('spectrum is that of scipy.signal.welch, which Elephant calls', ['scipy'], () => {
  const samples = COUNTS[5]!;
  const welch = new WelchSpectrum(32);
  for (const x of samples) welch.addSample(x);
  const { frequencies, power } = welch.computeSpectrum(5, 2);
  const script = `import sys, json; from scipy.signal import welch
f, p = welch([2 * x for x in json.loads(sys.argv[1])], fs=200, nperseg=32); print(json.dumps([f.tolist(), p.tolist()]))`;
  const { stdout } = spawnSync('/usr/bin/python3', ['-c', script, JSON.stringify(samples)], { encoding: 'utf8' });
  const [f, p] = JSON.parse(stdout) as [number[], number[]];
  assert.equal(frequencies, f);
  for (const [i, x] of power.entries()) close(x, p[i]!, 1e-9);
});

test.run();
