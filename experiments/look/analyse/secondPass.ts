import { UserError } from '../../../core/declare/errors.ts';
import { BinClock, type Bins } from './bins.ts';
import { MeanCorrelation } from './correlation.ts';
import type { AnalysisOptions } from './options.ts';
import { FIRST, type Pairs, Trains } from './pairs.ts';
import type { PopulationAnalysis } from './population.ts';
import { forEachSpike, type Spikes } from './window.ts';

interface SecondPass extends Pairs {
  /** Mean correlation coefficient of all pairs of a population. */
  readonly correlation: number;
}

/** The neurons to compare and their numbers of spikes: those named, else the first that fire. */
function compared({ name, rates }: PopulationAnalysis, o: AnalysisOptions): ReadonlyMap<number, number> {
  const { neurons, distances = true } = o;
  if (!distances) return new Map();
  const silent = neurons?.find((neuron) => neuron >= rates.neurons || rates.count(neuron) === 0);
  if (silent !== undefined) throw new UserError(`--neurons: neuron ${silent} of ${name} does not fire in the window.`);
  return new Map((neurons ?? rates.firing().slice(0, FIRST)).map((neuron) => [neuron, rates.count(neuron)]));
}

/** What needs to know the first pass: correlations the standard deviations, trains their lengths. One result a population. */
export function secondPass(
  spikes: Spikes,
  bins: Bins,
  populations: readonly PopulationAnalysis[],
  o: AnalysisOptions,
): SecondPass[] {
  const parts = populations.map((p) => ({
    mean: new MeanCorrelation(p.counts, p.rates.firing()),
    trains: new Trains(p.name, compared(p, o), o.neurons !== undefined),
  }));
  const clock = new BinClock(bins, parts.length, (sums) => {
    for (let i = 0; i < parts.length; i++) parts[i]!.mean.bin(sums[i]!);
  });
  forEachSpike(spikes, (t, series, neuron) => {
    const { mean, trains } = parts[series]!;
    trains.spike(t, neuron);
    const bin = bins.of(t);
    if (bin >= 0) clock.add(bin, series, mean.weights[neuron]);
  });
  clock.finish();
  return parts.map(({ mean, trains }) => ({ correlation: mean.result(), ...trains.result(bins, o) }));
}
