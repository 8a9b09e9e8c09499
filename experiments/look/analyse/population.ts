import type { TimeWindow } from '../../logs/window.ts';
import { AutoCorrelogram } from './correlation.ts';
import {
  BinnedSpikeCounts,
  computeFanoFactor,
  computeSynchrony,
  MS_PER_S,
  RunningVariance,
  summariseValues,
  type TimeBins,
} from './counts.ts';
import { InterspikeIntervalStatistics } from './intervals.ts';
import type { AnalysisOptions } from './options.ts';
import { PsthAccumulator, type PsthTriggers } from './psth.ts';
import { WelchSpectrum } from './spectrum.ts';

/** Measures of a neuron: `spikes` is a number, `rate` is in Hz, the rest is dimensionless; NaN for too few spikes. */
export const NEURON_MEASURES = ['spikes', 'rate', 'cv', 'cv2', 'lv', 'fano'] as const;
export type NeuronMeasure = (typeof NEURON_MEASURES)[number];

export type PopulationMeasures = ReturnType<PopulationAnalysis['computeMeasures']>;

export interface LoggedPopulation {
  readonly id: number;
  readonly name: string;
  /** Highest index of a neuron that fired, plus 1. */
  readonly sizeFromSpikes: number;
  /** Number of neurons as stated by the log. */
  readonly sizeFromLog: number | undefined;
}

/** Computes the measures of a population in one pass over its spikes, with memory proportional to the number of neurons. */
export class PopulationAnalysis {
  readonly name: string;
  readonly intervals: InterspikeIntervalStatistics;
  readonly counts: BinnedSpikeCounts;
  readonly autoCorrelogram: AutoCorrelogram;
  readonly #sizeFromLog: number | undefined;
  readonly #size: number;
  readonly #window: TimeWindow;
  readonly #fanoCounts: BinnedSpikeCounts;
  readonly #countVariance = new RunningVariance();
  #spikeCount = 0;
  #emptyBinCount = 0;
  #lastSpikeTime: number;
  #longestSilence = 0;
  readonly #spectrum: WelchSpectrum | null;
  readonly #psth: PsthAccumulator | null;

  constructor(
    { name, sizeFromSpikes: firingSize, sizeFromLog: loggedSize }: LoggedPopulation,
    window: TimeWindow,
    { bins, fanoBins, triggers }: { bins: TimeBins; fanoBins: TimeBins; triggers: PsthTriggers },
    o: AnalysisOptions,
  ) {
    this.name = name;
    this.#sizeFromLog = loggedSize;
    this.#size = Math.max(firingSize, loggedSize ?? 0);
    this.intervals = new InterspikeIntervalStatistics(firingSize, o.burstInterval, o.burstSpikes);
    this.#lastSpikeTime = window.from;
    this.#window = window;
    this.counts = new BinnedSpikeCounts(bins, firingSize);
    this.autoCorrelogram = new AutoCorrelogram(Math.round(o.maxLag / o.bin));
    this.#fanoCounts = new BinnedSpikeCounts(fanoBins, firingSize);
    this.#spectrum = bins.binCount >= o.segment ? new WelchSpectrum(o.segment) : null;
    this.#psth = triggers.triggerTimes.length > 0 ? new PsthAccumulator(triggers, o.after, o.bin) : null;
  }

  addSpike(t: number, neuron: number, binIndex: number): void {
    this.intervals.addSpike(t, neuron);
    this.#spikeCount++;
    this.#recordSilence(t);
    this.#fanoCounts.addSpike(this.#fanoCounts.bins.findBinIndex(t), neuron);
    this.#psth?.addSpike(t);
    if (binIndex < 0) return; // after the last complete bin
    this.counts.addSpike(binIndex, neuron);
    this.autoCorrelogram.addSpike(binIndex, neuron);
  }

  addBin(count: number): void {
    if (count === 0) this.#emptyBinCount++;
    this.#countVariance.addValue(count);
    this.#spectrum?.addSample(count);
  }

  #recordSilence(end: number): void {
    this.#longestSilence = Math.max(this.#longestSilence, end - this.#lastSpikeTime);
    this.#lastSpikeTime = end;
  }

  computeNeuronMeasure(neuron: number, name: NeuronMeasure): number {
    switch (name) {
      case 'spikes':
        return this.intervals.getSpikeCount(neuron);
      case 'rate':
        return this.intervals.computeRate(neuron, this.#window.to - this.#window.from);
      case 'fano':
        return computeFanoFactor(this.#fanoCounts, neuron);
      default:
        return this.intervals[name](neuron);
    }
  }

  /** Measures of the population, with distributions over its neurons; only `rate` includes silent neurons. */
  computeMeasures(correlation: number) {
    const { intervals } = this;
    const [spikes, size] = [this.#spikeCount, this.#size];
    this.#recordSilence(this.#window.to);
    const firing = intervals.listFiringNeurons();
    const bin = this.counts.bins.binWidth;
    const distribution = (name: NeuronMeasure) =>
      summariseValues(Float64Array.from({ length: size }, (_, neuron) => this.computeNeuronMeasure(neuron, name)));
    return {
      name: this.name,
      size,
      /** True if `size` is stated by the log; false if it is the highest index of a neuron that fired, plus 1. */
      sizeKnown: this.#sizeFromLog !== undefined,
      spikes,
      firing: firing.length,
      rate: distribution('rate'),
      cv: distribution('cv'),
      cv2: distribution('cv2'),
      lv: distribution('lv'),
      fano: distribution('fano'),
      bursts: intervals.computeBursts(spikes),
      /** Longest time without a spike, ms, including the times to the ends of the window; share of empty bins. */
      silence: { longest: this.#longestSilence, emptyBins: this.#emptyBinCount / this.counts.bins.binCount },
      synchrony: computeSynchrony(this.#countVariance.variance, this.counts, firing),
      correlation,
      isi: intervals.computeHistogram(),
      spectrum: this.#spectrum?.computeSpectrum(bin, MS_PER_S / (bin * size)) ?? null,
      psth: this.#psth?.computeHistogram(size) ?? null,
    };
  }
}
