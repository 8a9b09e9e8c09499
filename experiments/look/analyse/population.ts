import type { TimeWindow } from '../../logs/window.ts';
import { BinnedCounts } from './binnedCounts.ts';
import type { Bins } from './bins.ts';
import { BurstCounts, type Bursts } from './bursts.ts';
import { Cv } from './cv.ts';
import { Cv2 } from './cv2.ts';
import { fano } from './fano.ts';
import { checkSize } from './growing.ts';
import { Intervals } from './intervals.ts';
import { IsiCounts, type IsiHistogram } from './isiHistogram.ts';
import { Lv } from './lv.ts';
import type { AnalysisOptions } from './options.ts';
import { OwnCorrelogram } from './ownCorrelogram.ts';
import { type Psth, PsthOf, type Triggers } from './psth.ts';
import { Rates, type Spread, spread } from './rates.ts';
import { type Silence, SilenceOf } from './silence.ts';
import { type Spectrum, Welch } from './spectrum.ts';
import { Synchrony } from './synchrony.ts';

const MS_PER_S = 1000;

/** What the spikes of one neuron come to; NaN where there are too few. Rates in Hz. */
export const NEURON_MEASURES = ['spikes', 'rate', 'cv', 'cv2', 'lv', 'fano'] as const;
export type NeuronMeasure = (typeof NEURON_MEASURES)[number];

export interface PopulationMeasures {
  readonly name: string;
  readonly size: number;
  /** Whether the log tells the size; if not it is the highest neuron that fired + 1. */
  readonly sizeKnown: boolean;
  readonly spikes: number;
  readonly firing: number;
  /** Hz, over all neurons, the silent ones too. */
  readonly rate: Spread | null;
  readonly cv: Spread | null;
  readonly cv2: Spread | null;
  readonly lv: Spread | null;
  readonly fano: Spread | null;
  readonly bursts: Bursts;
  readonly silence: Silence;
  readonly synchrony: number;
  /** Mean correlation coefficient of all pairs. */
  readonly correlation: number;
  readonly isi: IsiHistogram;
  readonly spectrum: Spectrum | null;
  readonly psth: Psth | null;
}

/** Everything that one pass over the spikes of one population gives, in memory that grows with its neurons only. */
export class PopulationAnalysis {
  readonly name: string;
  readonly rates = new Rates();
  /** Counts of each neuron in the bins of the analysis. */
  readonly counts: BinnedCounts;
  readonly own: OwnCorrelogram;
  readonly #window: TimeWindow;
  readonly #fanoBins: Bins;
  readonly #fanoCounts: BinnedCounts;
  readonly #cv = new Cv();
  readonly #cv2 = new Cv2();
  readonly #lv = new Lv();
  readonly #isi = new IsiCounts();
  readonly #bursts: BurstCounts;
  readonly #intervals: Intervals;
  readonly #silence: SilenceOf;
  readonly #synchrony: Synchrony;
  readonly #welch: Welch | null;
  readonly #psth: PsthOf | null;

  constructor(
    name: string,
    window: TimeWindow,
    { bins, fanoBins, triggers }: { bins: Bins; fanoBins: Bins; triggers: Triggers },
    o: AnalysisOptions,
  ) {
    this.name = name;
    this.#window = window;
    this.counts = new BinnedCounts(bins);
    this.own = new OwnCorrelogram(Math.round(o.maxLag / o.bin));
    this.#fanoBins = fanoBins;
    this.#fanoCounts = new BinnedCounts(fanoBins);
    this.#bursts = new BurstCounts(o.burstInterval, o.burstSpikes);
    this.#intervals = new Intervals([this.#cv, this.#cv2, this.#lv, this.#isi, this.#bursts]);
    this.#silence = new SilenceOf(window.from, window.to);
    this.#synchrony = new Synchrony(this.counts);
    this.#welch = bins.count >= o.segment ? new Welch(o.segment) : null;
    this.#psth = triggers.at.length > 0 ? new PsthOf(triggers, o.after, o.bin) : null;
  }

  spike(t: number, neuron: number, bin: number): void {
    this.rates.spike(neuron);
    this.#intervals.spike(t, neuron);
    this.#silence.spike(t);
    this.#fanoCounts.spike(this.#fanoBins.of(t), neuron);
    this.#psth?.spike(t);
    if (bin < 0) return;
    this.counts.spike(bin, neuron);
    this.own.spike(bin, neuron);
  }

  /** The spikes of all neurons in the next bin. */
  bin(count: number): void {
    this.#silence.bin(count);
    this.#synchrony.bin(count);
    this.#welch?.sample(count);
  }

  /** A measure of one neuron. */
  measure(neuron: number, name: NeuronMeasure): number {
    switch (name) {
      case 'spikes':
        return this.rates.count(neuron);
      case 'rate':
        return this.rates.rate(neuron, this.#window.to - this.#window.from);
      case 'fano':
        return fano(this.#fanoCounts, neuron);
      case 'cv':
        return this.#cv.of(neuron);
      case 'cv2':
        return this.#cv2.of(neuron);
      case 'lv':
        return this.#lv.of(neuron);
    }
  }

  result(knownSize: number | undefined, correlation: number): PopulationMeasures {
    const { neurons, spikes } = this.rates;
    const size = Math.max(neurons, knownSize ?? 0);
    checkSize(this.name, size);
    const firing = this.rates.firing();
    const bin = this.counts.bins.width;
    const perNeuronHz = MS_PER_S / (bin * size);
    return {
      name: this.name,
      size,
      sizeKnown: knownSize !== undefined,
      spikes,
      firing: firing.length,
      rate: this.#spread(size, 'rate'),
      cv: this.#spread(size, 'cv'),
      cv2: this.#spread(size, 'cv2'),
      lv: this.#spread(size, 'lv'),
      fano: this.#spread(size, 'fano'),
      bursts: this.#bursts.result(spikes),
      silence: this.#silence.result(),
      synchrony: this.#synchrony.result(firing),
      correlation,
      isi: this.#isi.result(),
      spectrum: this.#welch?.result(bin, perNeuronHz) ?? null,
      psth: this.#psth?.result(size) ?? null,
    };
  }

  #spread(size: number, name: NeuronMeasure): Spread | null {
    return spread(Float64Array.from({ length: size }, (_, neuron) => this.measure(neuron, name)));
  }
}
